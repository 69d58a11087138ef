"""Calendars as other programs read them (RFC 5545): what a feed and a mail's attachment hold."""

from booking.calendars.entries import (
    CONTENT_TYPE,
    Entry,
    Method,
    Party,
    announcement,
    feed,
    invitation,
)

__all__ = ["CONTENT_TYPE", "Entry", "Method", "Party", "announcement", "feed", "invitation"]
