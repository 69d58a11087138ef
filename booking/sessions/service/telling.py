"""What is written to people and to the journal about a session."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from booking import clock
from booking.journal import service as journal
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.outbox import service as outbox
from booking.trainings.models import Enrolment, EnrolmentState, TrainingSession
from booking.trainings.rules import PLACE_TAKEN


def topic_of(session: TrainingSession) -> str:
    return f"session:{session.id}"


def topic_of_enrolment(enrolment: Enrolment) -> str:
    return f"enrolment:{enrolment.id}"


def as_facts(session: TrainingSession) -> dict[str, Any]:
    """Plain values for the journal and for mails."""
    return {
        "session": session.code,
        "training": session.training.code,
        "half_days": [
            {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat()}
            for one in session.half_days
        ],
    }


def tell(
    kind: str,
    session: TrainingSession,
    people: Iterable[Member],
    *,
    topic: str = "",
    **more: Any,
) -> None:
    """Write to people what has become of a session; `more` are further plain facts."""
    facts = _in_letters(session) | {"reason": "", **more}
    for member in people:
        outbox.record(kind, member, facts, topic=topic or topic_of(session))


def _in_letters(session: TrainingSession) -> dict[str, Any]:
    return as_facts(session) | {"title": session.training.title, "place": session.place}


def tell_to_give(
    sessions: Collection[TrainingSession], actor: Member, before: Collection[Member] = ()
) -> None:
    """Write to each who is to give some of these sessions, in one letter; not to who names himself
    or was to give them `before`.
    """
    for trainer in dict.fromkeys(trainer for one in sessions for trainer in one.trainers):
        if trainer == actor or trainer in before:
            continue
        given = [one for one in sessions if trainer in one.trainers]
        topic = topic_of(given[0]) if len(given) == 1 else ""
        facts = {"sessions": [_in_letters(one) for one in given]}
        outbox.record("session.to_give", trainer, facts, topic=topic)


def tell_of_naming(session: TrainingSession, before: Collection[Member], actor: Member) -> None:
    """Write to who is to give a session from now on, and to who is not any more."""
    tell_to_give([session], actor, before)
    replaced = [
        one
        for one in before
        if one not in session.trainers and one != actor and one.state is AccountState.APPROVED
    ]
    tell("session.handed_on", session, replaced)


def everybody_in(session: TrainingSession) -> list[Member]:
    """Those with a place and those who wait for one, also when the session has just lapsed."""
    now = clock.now()
    return [
        one.member
        for one in session.enrolments
        if one.state in PLACE_TAKEN
        or (one.state is EnrolmentState.WAITING and (one.offered_until or now) >= now)
    ]


def tell_place(kind: str, enrolment: Enrolment, **more: object) -> None:
    """Write to who has it, or waits for it, what has become of a place."""
    session = enrolment.session
    facts = {"price_cents": enrolment.price_excl_cents or 0, **more}
    tell(kind, session, [enrolment.member], topic=topic_of_enrolment(enrolment), **facts)


def record_place(act: str, enrolment: Enrolment, actor: Member | None, **more: object) -> None:
    """Note an act on a place in the journal; without an actor time has decided."""
    journal.record(
        act,
        "enrolment",
        enrolment.id,
        actor_id=actor.id if actor else None,
        after={
            "session": enrolment.session.code,
            "member": enrolment.member.code,
            "state": enrolment.state,
            **more,
        },
    )
