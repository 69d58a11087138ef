"""The forms of members, organisations and their accounts."""
