"""The page behind the code on a certificate or a card: what it is worth today, for anybody."""

from __future__ import annotations

from flask import Response, abort, current_app, make_response, render_template

from booking.decisions.queries import worth_of
from booking.extensions import limiter
from booking.members.rules import AccountState
from booking.reservations.queries import machines_open_to
from booking.reservations.rules import Mode
from booking.trainings.models import Certification, Verification
from booking.trainings.queries import find_by_token
from booking.trainings.rules import shown_name
from booking.trainings.views import verifications
from booking.web.access import public

CHECKS = "60 per minute"
"""Somebody at the door checks a group."""

WRONG_ONES = "30 per 10 minutes"


def _not_limited() -> bool:
    return not current_app.config["RATELIMIT_ENABLED"]


def _is_wrong(response: Response) -> bool:
    return response.status_code == 404


@verifications.get("/verify/<token>")
@limiter.limit(CHECKS, exempt_when=_not_limited)
@limiter.limit(WRONG_ONES, deduct_when=_is_wrong, exempt_when=_not_limited)
@public
def verify(token: str) -> Response:
    """Names nobody who has not agreed to it, and never tells why something was taken away."""
    found = find_by_token(token)
    if found is None:
        abort(404)
    certification = found.certification
    page = _card(found) if certification is None else _certificate(found, certification)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _certificate(found: Verification, certification: Certification) -> str:
    return render_template(
        "certifications/verify.html",
        name=shown_name(found.member.name, found.shown_name),
        certification=certification,
        worth=worth_of(certification),
    )


def _card(found: Verification) -> str:
    machines = machines_open_to(found.member)
    return render_template(
        "certifications/verify_card.html",
        name=shown_name(found.member.name, found.shown_name),
        account_is_open=found.member.state is AccountState.APPROVED,
        alone=machines[Mode.AUTONOMOUS],
        supervised=machines[Mode.SUPERVISED],
    )
