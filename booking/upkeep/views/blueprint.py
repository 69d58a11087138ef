"""Where the pages of upkeep are bound to the application."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from booking.members.models import Member
from booking.web.access import acting_member

upkeep = Blueprint("upkeep", __name__)

Page = str | Response | tuple[str, int]


def me() -> Member:
    """Who acts; every page of upkeep asks for somebody signed in."""
    member = acting_member()
    assert member is not None
    return member
