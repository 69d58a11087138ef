"""What the link says that was followed."""

from __future__ import annotations

from datetime import datetime

from flask import request

from booking.periods import Period


def period_asked_for() -> Period | None:
    """The period of the link that was followed; None where it cannot be read."""
    try:
        start = datetime.fromisoformat(request.args.get("starts_at", ""))
        end = datetime.fromisoformat(request.args.get("ends_at", ""))
        if not (2000 <= start.year <= 2100 and 2000 <= end.year <= 2100):
            return None
        return Period(start, end)
    except ValueError:
        return None
