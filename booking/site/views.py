"""Pages of site."""

from __future__ import annotations

from flask import Blueprint, render_template

from booking.site.wording import markdown
from booking.web.access import public, requires

site = Blueprint("site", __name__, url_prefix="/site")
site.add_app_template_filter(markdown)


@site.get("")
@requires("site.edit")
def edit() -> str:
    return ""


@site.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("site/accessibility.html")
