"""The acts on trainings and certifications; the caller holds the transaction."""
