"""Pages of journal."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

journal = Blueprint("journal", __name__, url_prefix="/journal")


@journal.get("")
@public
def index() -> str:
    return ""
