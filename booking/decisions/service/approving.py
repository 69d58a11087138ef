"""The acts by which a manager settles what waits for him; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from booking.database import db
from booking.decisions.queries import Proposal, find_proposals, last_uses_now
from booking.members.models import Member
from booking.reservations import revocation
from booking.reservations.service import hold_machines_of_all
from booking.trainings.models import Certification
from booking.trainings.refusals import Refused, Why
from booking.trainings.service import certifying


@dataclass(frozen=True)
class Left:
    """A proposal that was not approved together with others, and why."""

    certification: Certification
    refused: Refused


@dataclass(frozen=True)
class SeveralDecided:
    """What became of proposals that were to be approved together."""

    approved: tuple[Certification, ...]
    left: tuple[Left, ...]


def approve(certification_id: int, actor: Member, waiver: str = "") -> Certification | Refused:
    """Approve a proposal; the trainee's prerequisites are judged with what he has used so far."""
    member_id = db.session.scalar(
        select(Certification.member_id).where(Certification.id == certification_id)
    )
    uses = last_uses_now(member_id) if member_id is not None else {}
    return revocation.approve(certification_id, actor, uses, waiver)


def approve_several(seen: Mapping[int, int | None], actor: Member) -> SeveralDecided:
    """Approve the proposals about which nothing is unusual; the others stay as they are.

    `seen`: the version of each as the manager saw it, by id, None for as it is now. All are held
    before the first is judged, and each is judged by itself: what one lacks does not keep the
    others waiting.
    """
    certifications = _hold(seen)
    proposals = {p.certification.id: p for p in find_proposals(seen)}
    approved: list[Certification] = []
    left: list[Left] = []
    for number, certification in certifications.items():
        why = _against(certification, proposals.get(number), seen[number], actor)
        outcome = Refused(why) if why else approve(number, actor)
        if isinstance(outcome, Refused):
            left.append(Left(certification, outcome))
        else:
            approved.append(outcome)
    return SeveralDecided(tuple(approved), tuple(left))


def _hold(numbers: Mapping[int, int | None]) -> dict[int, Certification]:
    """Those of the numbers that there are, by id, held with the other records of their members."""
    query = select(Certification).where(Certification.id.in_(numbers)).order_by(Certification.id)
    certifications = {one.id: one for one in db.session.scalars(query)}
    hold_machines_of_all({one.member_id for one in certifications.values()})
    certifying.hold_records_of({one.member_id for one in certifications.values()})
    return certifications


def _against(
    certification: Certification, proposal: Proposal | None, seen: int | None, actor: Member
) -> Why | None:
    """Why this one is not approved without being looked at by itself."""
    if proposal is None:
        return Why.NOT_IN_THIS_STATE
    if seen not in (None, certification.version):
        return Why.CHANGED_MEANWHILE
    if certification.member_id == actor.id:
        return Why.OWN_CERTIFICATION
    if not proposal.is_plain_for(actor):
        return Why.NEEDS_A_LOOK
    return None
