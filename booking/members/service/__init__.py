"""The acts on members, organisations and their accounts."""
