"""Pages of site."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

site = Blueprint("site", __name__, url_prefix="/site")


@site.get("")
@public
def edit() -> str:
    return ""
