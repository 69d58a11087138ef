"""What a reservation says to those who ask for its time: it answers the requests that it meets."""

from __future__ import annotations

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Machine
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.periods import Period
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.facts import units_of
from booking.reservations.queries.requests import hold_waiting, wanted_by
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules.approving import ApprovalState, unit_for


def answer_requests(reservation: Reservation, machine: Machine, actor: Member) -> None:
    """Grant what the person of a new reservation asks for at its time, and tell the others for
    whom nothing of theirs is left.

    The units of the machine are held. Without anybody who asks this costs one statement, else one
    more.
    """
    db.session.flush()
    buffer = get_workshop().by_id[machine.id].facts.buffer
    waiting = hold_waiting(machine.id, reservation.period, buffer)
    if not waiting:
        return
    whole = Period(min(one.starts_at for one in waiting), max(one.ends_at for one in waiting))
    units = units_of([machine.id], whole)[machine.id]
    for asked in waiting:
        is_own = asked.member_id == reservation.member_id
        if is_own and asked.period.overlaps(reservation.period):
            asked.reservation_id = reservation.id
            settle_request(asked, ApprovalState.APPROVED, actor)
        elif unit_for(wanted_by(asked), units, buffer) is None:
            settle_request(asked, ApprovalState.OVERTAKEN, actor)
            tell_request("request.overtaken", asked, asked.member)


def settle_request(
    asked: ApprovalRequest, outcome: ApprovalState, actor: Member | None, reason: str = ""
) -> None:
    """Write down what has become of a request; what its letters still ask for is taken back."""
    asked.state = outcome
    asked.decided_at = clock.now()
    asked.decided_by_id = actor.id if actor else None
    asked.reason = reason
    outbox.withdraw(topic_of_request(asked))
    record_request(asked, actor, reason)


def record_request(asked: ApprovalRequest, actor: Member | None, reason: str = "") -> None:
    """Note an act upon a request: it is made, or what has become of it."""
    act = "made" if asked.state is ApprovalState.WAITING else asked.state.lower()
    decided_alone = asked.state is ApprovalState.APPROVED and is_ones_own(asked, actor)
    journal.record(
        f"request.{act}",
        "request",
        asked.id,
        actor_id=actor.id if actor else None,
        reason=reason,
        after=_as_facts(asked)
        | ({"reservation": asked.reservation_id} if asked.reservation_id else {})
        | ({"single_person_team": True} if decided_alone else {}),
    )


def is_ones_own(asked: ApprovalRequest, actor: Member | None) -> bool:
    """Whether somebody would decide what he asks for himself."""
    return actor is not None and actor.id in (asked.member_id, asked.created_by_id)


def tell_request(
    kind: str, asked: ApprovalRequest, recipient: Member, reason: str = "", **more: object
) -> None:
    """Write about a request; nothing of it stands in a calendar."""
    facts = _as_facts(asked) | {
        "request": asked.id,
        "machine_name": asked.machine.name,
        "reason": reason,
        **more,
    }
    outbox.record(kind, recipient, facts, topic=topic_of_request(asked))


def topic_of_request(asked: ApprovalRequest) -> str:
    return f"request:{asked.id}"


def _as_facts(asked: ApprovalRequest) -> dict[str, object]:
    return {
        "machine": asked.machine.code,
        "member": asked.member.code,
        "starts_at": asked.starts_at.isoformat(),
        "ends_at": asked.ends_at.isoformat(),
        "mode": asked.mode,
    }
