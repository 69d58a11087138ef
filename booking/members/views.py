"""Pages of members."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

members = Blueprint("members", __name__, url_prefix="")


@members.get("/me")
@public
def me() -> str:
    return ""


organisations = Blueprint("organisations", __name__, url_prefix="/organisations")


@members.get("/members")
@public
def index() -> str:
    return ""


@members.get("/login")
@public
def login() -> str:
    return ""


@organisations.get("", endpoint="index")
@public
def index_of_organisations() -> str:
    return ""
