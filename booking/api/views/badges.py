"""The badge list: controllers alone read it, each with a secret that opens nothing else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Response, current_app, request

from booking import clock
from booking.api.blueprint import api, ask_for_token
from booking.api.contract import BEARER, answers, contract
from booking.api.schemas import badges as shapes
from booking.database import writing
from booking.extensions import limiter
from booking.members.queries import digest
from booking.members.signing_in import bearer_token
from booking.planning.models import Controller
from booking.planning.queries.badges import (
    AHEAD,
    Allowed,
    find_controller_by_token,
    list_allowed,
)
from booking.planning.service import note_given

SIGNATURE = "Badge-List-Signature"
LONGEST_AGE = 30
"""Seconds for which a list may be kept unasked: with one request between, a suspension is seen
within 60 s.
"""

RENEWED_EVERY = timedelta(minutes=15)
"""A list that has not changed is given anew, so that what a controller holds never grows old."""

WRONG_ONES = "30 per 10 minutes"
PER_CONTROLLER = "30 per minute"


def _not_limited() -> bool:
    return not current_app.config["RATELIMIT_ENABLED"]


def _is_wrong(response: Response) -> bool:
    return response.status_code == 401


def _controller_asking() -> str:
    return digest(bearer_token(request))


def for_controllers(view: Callable[[Controller], Any]) -> Callable[[], Any]:
    """Only who shows the secret of a controller in service may use the view, which is given it."""

    @wraps(view)
    def guarded() -> Any:
        controller = find_controller_by_token(bearer_token(request))
        return view(controller) if controller is not None else ask_for_token()

    guarded.access = "a controller's secret"  # type: ignore[attr-defined]
    return guarded


@api.get("/badge-list")
@limiter.limit(WRONG_ONES, deduct_when=_is_wrong, exempt_when=_not_limited)
@limiter.limit(PER_CONTROLLER, key_func=_controller_asking, exempt_when=_not_limited)
@for_controllers
@contract.validate(resp=answers(shapes.BadgeList, 401, 422), tags=["badges"], security=BEARER)
def badge_list(controller: Controller) -> Response:
    """What each badge opens in the next 24 hours, signed

    For a door or a machine, with the secret of a controller as bearer token. Nobody is named. The
    header `Badge-List-Signature` is `sha256=` and the HMAC-SHA256 of the body, whose key is the
    SHA-256 of the secret, in hexadecimal. 304 while nothing has changed.
    """
    now = clock.now()
    allowed = list_allowed(controller.area_id, now)
    response = Response(mimetype="application/json")
    mark = _mark_of(allowed, now.timestamp())
    response.set_etag(mark, weak=True)
    response.headers["Cache-Control"] = f"private, max-age={LONGEST_AGE}"
    if request.if_none_match.contains_weak(mark):
        response.status_code = 304
        return response
    response.data = _told(allowed, now).model_dump_json().encode()
    response.headers[SIGNATURE] = f"sha256={_signature(controller, response.data)}"
    with writing():
        note_given(controller, len(allowed), hashlib.sha256(response.data).hexdigest())
    return response


def _mark_of(allowed: list[Allowed], now: float) -> str:
    """Changes with what is allowed, and every quarter of an hour."""
    since = int(now // RENEWED_EVERY.total_seconds())
    return hashlib.sha256(repr((since, allowed)).encode()).hexdigest()


def _told(allowed: list[Allowed], now: datetime) -> shapes.BadgeList:
    return shapes.BadgeList(
        generated_at=now,
        valid_until=now + AHEAD,
        entries=[shapes.AllowedUse(**one._asdict()) for one in allowed],
    )


def _signature(controller: Controller, body: bytes) -> str:
    return hmac.new(controller.token_hash.encode(), body, hashlib.sha256).hexdigest()
