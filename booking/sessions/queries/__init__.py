"""Reads of sessions, of the places in them and of the wish for more."""
