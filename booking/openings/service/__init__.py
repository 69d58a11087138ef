"""The acts on weekly hours and closures. The caller holds the transaction."""
