"""The forms of a machine's own sheet."""
