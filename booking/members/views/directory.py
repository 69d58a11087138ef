"""Pages of the members, for those who run the place."""

from __future__ import annotations

from typing import Any

from booking.members.views.blueprints import members, organisations
from booking.web.access import requires


@members.get("/members")
@requires("member.list")
def index() -> Any:
    return ""


@organisations.get("", endpoint="index")
@requires("organisation.list")
def index_of_organisations() -> Any:
    return ""
