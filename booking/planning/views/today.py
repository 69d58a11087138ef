"""The first page."""

from __future__ import annotations

from booking.planning.views.blueprint import planning
from booking.web.access import public


@planning.get("/")
@public
def today() -> str:
    return ""
