"""Pages of api."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/openapi.json")
@public
def openapi() -> str:
    return ""
