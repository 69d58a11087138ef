"""The blueprints the pages of this slice are bound to, and the words they all use."""

from __future__ import annotations

from flask import Blueprint, Response

from booking.members import wording
from booking.members.refusals import ActRefused
from booking.web.errors import error_page

members = Blueprint("members", __name__)
organisations = Blueprint("organisations", __name__, url_prefix="/organisations")

for word in (
    wording.state_name,
    wording.role_name,
    wording.paper_name,
    wording.legal_form_name,
    wording.vat_regime_name,
    wording.device_name,
):
    members.add_app_template_filter(word)


@members.app_errorhandler(ActRefused)
def act_refused(error: ActRefused) -> Response:
    return error_page(409, wording.explain(error.refusal))
