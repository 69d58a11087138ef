"""The acts on sessions and on places in them; the caller holds the transaction."""
