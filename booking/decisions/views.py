"""Pages of decisions."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

decisions = Blueprint("decisions", __name__, url_prefix="/decisions")


@decisions.get("")
@public
def index() -> str:
    return ""
