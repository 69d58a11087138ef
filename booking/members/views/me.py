"""Pages of one's own account."""

from __future__ import annotations

from typing import Any

from flask import render_template

from booking.members.views.blueprints import members
from booking.web.access import requires


@members.get("/me")
@requires("account.use")
def me() -> Any:
    return render_template("members/me.html")
