"""Asking for a machine whose reservations are approved one by one, and the answer of a manager."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from booking import clock, permissions
from booking.database import db, hold_row
from booking.members.models import Member, Role
from booking.members.queries import list_members_with
from booking.members.rules import AccountState
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.requests import find_asked_already, hold_lapsed_requests
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import CompanionRole
from booking.reservations.rules.approving import ApprovalState, decided_until
from booking.reservations.service.overtaking import (
    is_ones_own,
    record_request,
    settle_request,
    tell_request,
)
from booking.reservations.service.reserving import assess, hold, promise, tell_made
from booking.reservations.service.wishes import Refused, Wish
from booking.site.queries import get_site

AT_ONCE = 50


@dataclass(frozen=True)
class AsksAlready:
    """The same person asks for this machine at this time already."""

    request: ApprovalRequest


class CannotRequest(StrEnum):
    """Why asking makes no sense, whatever the rules say: this time can simply be reserved."""

    NOT_NEEDED = "NOT_NEEDED"


class CannotDecide(StrEnum):
    """Why a request stays as it is: there was an answer, its time is over, or it is one's own."""

    SETTLED = "SETTLED"
    OWN_REQUEST = "OWN_REQUEST"


def decides_for(actor: Member, member: Member) -> bool:
    """Whether somebody may reserve for another what would have to be approved, since the approval
    is his to give. For himself nobody decides.
    """
    return actor.id != member.id and permissions.may(actor, "request.approve")


def request_approval(
    wish: Wish, actor: Member
) -> ApprovalRequest | Refused | AsksAlready | CannotRequest:
    """Ask for a machine, or say everything that stands against it: what the rules would refuse is
    not worth asking for. Nothing is held.
    """
    hold([wish])
    facts = get_workshop().by_id[wish.machine.id].facts
    if wish.approved or not facts.needs_approval:
        return CannotRequest.NOT_NEEDED
    assessed = assess(replace(wish, approved=True, waivers={}))
    if assessed.refusals:
        return Refused(assessed.refusals, assessed.price)
    if known := find_asked_already(wish.member.id, wish.machine.id, wish.period):
        return AsksAlready(known)
    asked = _write(wish, timedelta(minutes=facts.lead_minutes), actor)
    record_request(asked, actor)
    for manager in list_members_with(Role.MANAGER):
        if manager.state is AccountState.APPROVED and not is_ones_own(asked, manager):
            tell_request(
                "request.made",
                asked,
                manager,
                member_name=wish.member.name,
                lapses_at=asked.lapses_at.isoformat(),
            )
    return asked


def withdraw_request(asked: ApprovalRequest, actor: Member) -> CannotDecide | None:
    """Ask no more; None when it is done."""
    hold_row(asked)
    if asked.state_now is not ApprovalState.WAITING:
        return CannotDecide.SETTLED
    settle_request(asked, ApprovalState.WITHDRAWN, actor)
    return None


def approve_request(asked: ApprovalRequest, actor: Member) -> Reservation | Refused | CannotDecide:
    """Make the reservation that is asked for, by all rules as they are now; those who asked for
    the same time and have nothing left of it are told. Refused, the request stays as it is.
    """
    wish = wish_of_request(asked)
    hold([wish])
    if obstacle := _cannot_decide(asked, actor):
        return obstacle
    outcome = promise(wish, actor)
    if isinstance(outcome, Reservation):
        tell_made([outcome])
    return outcome


def refuse_request(asked: ApprovalRequest, actor: Member, reason: str) -> CannotDecide | None:
    """Say no, with the reason in writing; None when it is done."""
    if obstacle := _cannot_decide(asked, actor):
        return obstacle
    settle_request(asked, ApprovalState.REFUSED, actor, reason)
    tell_request("request.refused", asked, asked.member, reason)
    return None


def settle_lapsed_requests() -> int:
    """Write down what nobody has decided in time, and tell; returns how many there were."""
    lapsed = hold_lapsed_requests(clock.now(), AT_ONCE)
    for asked in lapsed:
        settle_request(asked, ApprovalState.LAPSED, None)
        tell_request("request.lapsed", asked, asked.member)
    return len(lapsed)


def wish_of_request(asked: ApprovalRequest) -> Wish:
    """What was asked for, as it would be once approved. Notice and horizon were asked when it was
    made, and how long it may wait follows from them.
    """
    return Wish(
        member=asked.member,
        machine=asked.machine,
        period=asked.period,
        mode=asked.mode,
        purpose=asked.purpose,
        firing_type=asked.firing_type,
        credit_only=asked.credit_only,
        unit=asked.unit,
        companions=asked.companions,
        approved=True,
        start_stands=True,
    )


def _cannot_decide(asked: ApprovalRequest, actor: Member) -> CannotDecide | None:
    """Four eyes: one's own only in a team of one person, by the setting of the site."""
    hold_row(asked)
    if asked.state_now is not ApprovalState.WAITING:
        return CannotDecide.SETTLED
    if is_ones_own(asked, actor) and not get_site().single_person_team:
        return CannotDecide.OWN_REQUEST
    return None


def _write(wish: Wish, lead: timedelta, actor: Member) -> ApprovalRequest:
    now = clock.now()
    supervisor = wish.companions.get(CompanionRole.SUPERVISOR)
    buddy = wish.companions.get(CompanionRole.BUDDY)
    asked = ApprovalRequest(
        member=wish.member,
        machine=wish.machine,
        organisation_id=wish.member.organisation_id,
        state=ApprovalState.WAITING,
        mode=wish.mode,
        starts_at=wish.period.starts_at,
        ends_at=wish.period.ends_at,
        lapses_at=decided_until(wish.period.starts_at, lead, now),
        supervisor=supervisor,
        buddy=buddy,
        unit=wish.unit,
        purpose=wish.purpose,
        firing_type=wish.firing_type,
        credit_only=wish.credit_only,
        created_at=now,
        created_by_id=actor.id,
        idempotency_key=wish.idempotency_key,
    )
    db.session.add(asked)
    db.session.flush()
    return asked
