"""Pages of outbox."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

outbox = Blueprint("outbox", __name__, url_prefix="/messages")


@outbox.get("")
@public
def index() -> str:
    return ""
