"""Pages of reservations."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

reservations = Blueprint("reservations", __name__, url_prefix="/reservations")


@reservations.get("")
@public
def index() -> str:
    return ""
