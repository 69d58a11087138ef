"""Pages of machines."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

machines = Blueprint("machines", __name__, url_prefix="/machines")


@machines.get("")
@public
def index() -> str:
    return ""
