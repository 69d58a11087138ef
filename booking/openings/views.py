"""Pages of openings."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

openings = Blueprint("openings", __name__, url_prefix="/openings")


@openings.get("")
@public
def index() -> str:
    return ""
