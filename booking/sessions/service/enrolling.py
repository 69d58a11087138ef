"""Taking a place in a session, waiting for one, answering an offer, giving it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member, Role
from booking.members.rules import AccountState
from booking.outbox import service as outbox
from booking.pricing.rules import vat_of
from booking.sessions import refusals as why
from booking.sessions.queries.eligibility import preparedness_of
from booking.sessions.queries.sessions import whose_turn
from booking.sessions.refusals import EnrolmentRefusal, Refused
from booking.sessions.rules.enrolling import is_free_of_charge
from booking.sessions.service.deciding import follow_minimum
from booking.sessions.service.holding import hold
from booking.sessions.service.offering import offer_places
from booking.sessions.service.telling import record_place, tell_place, topic_of_enrolment
from booking.site.queries import get_site
from booking.trainings.models import Enrolment, EnrolmentState, TrainingSession
from booking.trainings.queries import next_sessions
from booking.trainings.rules import JOINABLE_STATES, Place

EXEMPT = "EXEMPT"
WITH_A_PLACE = (Place.ENROLLED, Place.ATTENDED, Place.ABSENT)
CAN_BE_GIVEN_BACK = (Place.ENROLLED, Place.WAITING, Place.OFFERED)


def against_enrolling(session: TrainingSession, member: Member) -> tuple[EnrolmentRefusal, ...]:
    """Everything that stands against a place for this person, without changing anything."""
    return (*_against_the_person(session, member), *_without_a_place(session))


def against_waiting(session: TrainingSession, member: Member) -> tuple[EnrolmentRefusal, ...]:
    """Everything that stands against waiting for a place."""
    reasons = _against_the_person(session, member)
    if session.free_places:
        reasons = (*reasons, why.PlacesLeft(session.free_places))
    return reasons


def enrol(session: TrainingSession, member: Member, actor: Member) -> Enrolment | Refused:
    """Give a person a place, or say everything that stands against it.

    The session is held before deciding, so that the last place goes to one alone.
    """
    hold([session], [member])
    if reasons := against_enrolling(session, member):
        return Refused(reasons)
    enrolment = _add(session, member, EnrolmentState.ENROLLED, actor)
    _take_place(enrolment)
    record_place("enrolment.made", enrolment, actor)
    return enrolment


def wait(session: TrainingSession, member: Member, actor: Member) -> Enrolment | Refused:
    """Take the last place of the waiting list, or say why that would be in vain."""
    hold([session], [member])
    if reasons := against_waiting(session, member):
        return Refused(reasons)
    last = max((one.waiting_position or 0 for one in session.enrolments), default=0)
    enrolment = _add(session, member, EnrolmentState.WAITING, actor)
    enrolment.waiting_position = last + 1
    record_place("enrolment.waiting", enrolment, actor)
    offer_places(session)
    return enrolment


def accept(enrolment: Enrolment, actor: Member) -> Enrolment | Refused:
    """Take the place that is offered, or whose turn it is though nobody has written that down."""
    session = enrolment.session
    hold([session], [enrolment.member])
    is_due = enrolment.id in whose_turn(session)
    if enrolment.place_now is not Place.OFFERED and not is_due:
        return Refused((why.PlaceForbids(enrolment.place_now),))
    reasons = _against_a_place_then(session, enrolment.member)
    if len(session.enrolled) >= session.places:
        reasons = (*reasons, why.NoPlaceLeft(len(session.in_line) - 1))
    if reasons:
        return Refused(reasons)
    enrolment.state = EnrolmentState.ENROLLED
    enrolment.offered_until = None
    outbox.withdraw(topic_of_enrolment(enrolment))  # an offer that has not gone out yet
    _take_place(enrolment)
    record_place("enrolment.accepted", enrolment, actor)
    offer_places(session)
    return enrolment


def cancel(enrolment: Enrolment, actor: Member) -> Enrolment | Refused:
    """Give a place back, leave the waiting list or decline an offer; what is freed is offered.

    Late, the member's own cancellation keeps the price, unless the site has moved the session since
    the place was taken; the manager's keeps nothing.
    """
    session = enrolment.session
    hold([session], [enrolment.member])
    if enrolment.place_now not in CAN_BE_GIVEN_BACK:
        return Refused((why.PlaceForbids(enrolment.place_now),))
    if session.has_begun:
        return Refused((why.SessionHasBegun(session.starts_at),))
    had_a_place = enrolment.state is EnrolmentState.ENROLLED
    tells = had_a_place or actor.id != enrolment.member_id
    _give_up(enrolment, actor, fee_if_cancelled(enrolment, actor), tells=tells)
    return enrolment


def give_up_for_nothing(enrolment: Enrolment, actor: Member) -> None:
    """End what somebody whose account ends has, waits for or is offered; he is told, and owes
    nothing. The session is held, and the place can be given back.
    """
    _give_up(enrolment, actor, 0, tells=True)


def _give_up(enrolment: Enrolment, actor: Member, due: int, *, tells: bool) -> None:
    session = enrolment.session
    enrolment.state = EnrolmentState.CANCELLED
    enrolment.cancelled_at = clock.now()
    enrolment.cancelled_by_id = actor.id
    if due:
        enrolment.fee_excl_cents = due
        enrolment.fee_vat_cents = enrolment.price_vat_cents
    follow_minimum(session)
    outbox.withdraw(topic_of_enrolment(enrolment))
    if tells:
        tell_place("enrolment.cancelled", enrolment, fee_cents=due)
    record_place("enrolment.cancelled", enrolment, actor, fee_cents=due)
    offer_places(session)


def fee_if_cancelled(enrolment: Enrolment, actor: Member) -> int:
    """What stays due when this person gives it back now, in cents without VAT."""
    by_member = actor.id == enrolment.member_id or Role.MANAGER not in actor.roles
    if enrolment.state is not EnrolmentState.ENROLLED or not by_member:
        return 0
    if enrolment.is_of_other_hours:
        return 0
    free_before = timedelta(hours=get_site().session_cancel_hours)
    if is_free_of_charge(clock.now(), enrolment.session.starts_at, free_before):
        return 0
    return enrolment.price_excl_cents or 0


def waive_fee(enrolment: Enrolment, actor: Member, reason: str) -> Enrolment | Refused:
    """Give up what a late cancellation of somebody else keeps, with the reason in writing."""
    hold([enrolment.session], [enrolment.member])
    if enrolment.member_id == actor.id:
        return Refused((why.OwnFee(),))
    if not enrolment.fee_cents:
        return Refused((why.NothingDue(),))
    before = enrolment.fee_cents
    enrolment.fee_waived_because = reason
    journal.record(
        "enrolment.fee_waived",
        "enrolment",
        enrolment.id,
        actor_id=actor.id,
        reason=reason,
        before={"fee_cents": before},
        after={"fee_cents": 0},
    )
    return enrolment


def _add(
    session: TrainingSession, member: Member, state: EnrolmentState, actor: Member
) -> Enrolment:
    """A new place; one that was not answered in time makes way for it."""
    for former in session.enrolments:
        if former.member_id == member.id and former.place_now is Place.LAPSED:
            former.state = EnrolmentState.CANCELLED
    db.session.flush()
    enrolment = Enrolment(
        member=member,
        organisation_id=member.organisation_id,
        state=state,
        created_at=clock.now(),
        created_by_id=actor.id,
    )
    session.enrolments.append(enrolment)
    db.session.flush()
    return enrolment


def _take_place(enrolment: Enrolment) -> None:
    """Keep the price as it is now, and let the session count one more."""
    enrolment.taken_at = clock.now()
    training = enrolment.session.training
    excl = training.price_cents
    taxed = training.vat_treatment != EXEMPT
    enrolment.price_excl_cents = excl
    enrolment.price_vat_cents = vat_of(excl, get_site().vat_basis_points) if taxed else 0
    follow_minimum(enrolment.session)
    tell_place("enrolment.made", enrolment)


# What stands against it


def _against_the_person(session: TrainingSession, member: Member) -> tuple[EnrolmentRefusal, ...]:
    return (*_against_joining(session, member), *_against_a_place_then(session, member))


def _against_joining(session: TrainingSession, member: Member) -> Iterator[EnrolmentRefusal]:
    if member in session.trainers:
        yield why.GivesItHimself()
    held = (*WITH_A_PLACE, Place.WAITING, Place.OFFERED)
    for one in session.enrolments:
        if one.member_id == member.id and one.place_now in held:
            yield why.AlreadyIn(one.place_now)


def _against_a_place_then(session: TrainingSession, member: Member) -> tuple[EnrolmentRefusal, ...]:
    """What the session and the prerequisites on its days say."""
    reasons: list[EnrolmentRefusal] = []
    if session.state_now not in JOINABLE_STATES:
        reasons.append(why.SessionStateForbids(session.state_now))
    if session.has_begun:
        reasons.append(why.SessionHasBegun(session.starts_at))
    if member.state is not AccountState.APPROVED:
        reasons.append(why.AccountNotInOrder())
    prepared = preparedness_of(session, [member.id])[member.id]
    if prepared.lacks_record:
        reasons.append(why.RecordMissing(session.training.code))
    missing = prepared.missing
    coming = next_sessions([one.training for one in missing], clock.now()) if missing else {}
    for verdict in missing:
        session_of_it = coming.get(verdict.training)
        reasons.append(
            why.PrerequisiteMissing(
                verdict,
                next_session=session_of_it.code if session_of_it else None,
                next_starts_at=session_of_it.starts_at if session_of_it else None,
            )
        )
    return tuple(reasons)


def _without_a_place(session: TrainingSession) -> Iterator[EnrolmentRefusal]:
    if session.state_now in JOINABLE_STATES and not session.free_places:
        yield why.NoPlaceLeft(len(session.in_line))
