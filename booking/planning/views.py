"""Pages of planning."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

planning = Blueprint("planning", __name__, url_prefix="")


@planning.get("/")
@public
def today() -> str:
    return ""


@planning.get("/planning")
@public
def day() -> str:
    return ""
