"""Keeping what a manager set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from booking.members.models import Member
from booking.reservations.models import Reservation, Waiver
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import Facts, ReservationRequest, refusals


def record_waivers(
    reservation: Reservation,
    request: ReservationRequest,
    facts: Facts,
    reasons: Mapping[RefusalCode, str],
    actor: Member,
) -> list[RefusalCode]:
    """Keep the waivers that were needed, and only those; returns their codes."""
    if not reasons:
        return []
    strict = replace(request, waived=frozenset())
    needed = [refusal.code for refusal in refusals(strict, facts) if refusal.code in reasons]
    for code in needed:
        reservation.waivers.append(
            Waiver(
                code=code,
                reason=reasons[code],
                granted_by_id=actor.id,
                granted_at=request.asked_at,
            )
        )
    return needed
