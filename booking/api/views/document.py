"""The description of the API by itself."""

from __future__ import annotations

from flask import Response, jsonify

from booking.api import contract
from booking.api.blueprint import api
from booking.web.access import public


@api.get("/openapi.json")
@public
def openapi() -> Response:
    return jsonify(contract.document())
