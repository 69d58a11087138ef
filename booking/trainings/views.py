"""Pages of trainings."""

from __future__ import annotations

from flask import Blueprint

from booking.web.access import public

trainings = Blueprint("trainings", __name__, url_prefix="/trainings")


@trainings.get("")
@public
def index() -> str:
    return ""


certifications = Blueprint("certifications", __name__, url_prefix="/certifications")


@certifications.get("", endpoint="index")
@public
def certification_index() -> str:
    return ""
