"""Pages of openings."""

from __future__ import annotations

from flask import Blueprint

from booking.openings.wording import closing_time, holiday_name, hours_note, weekday_name
from booking.web.access import public

openings = Blueprint("openings", __name__, url_prefix="/openings")

for word in (closing_time, hours_note, holiday_name, weekday_name):
    openings.add_app_template_filter(word)


@openings.get("")
@public
def index() -> str:
    return ""
