"""The only clock of the application."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context


def now() -> datetime:
    """The present instant in UTC: the wall clock, or the fixed clock of demo and tests."""
    fixed = current_app.config.get("BOOKING_NOW") if has_app_context() else None
    return fixed.astimezone(UTC) if fixed else datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The present local date in `zone`."""
    return now().astimezone(zone).date()
