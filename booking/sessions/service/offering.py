"""Free places go to those who wait for them, in their order, each held for a while."""

from __future__ import annotations

from datetime import timedelta

from booking import clock
from booking.database import db
from booking.members.rules import AccountState
from booking.sessions.queries.eligibility import Preparedness, preparedness_of
from booking.sessions.queries.sessions import line_of
from booking.sessions.rules.enrolling import held_until, turns
from booking.sessions.service.telling import record_place, tell_place
from booking.site.queries import get_site
from booking.trainings.models import Enrolment, EnrolmentState, TrainingSession
from booking.trainings.rules import JOINABLE_STATES


def offer_places(session: TrainingSession) -> None:
    """Offer the free places to those who wait, in their order; the session is held.

    Who may no longer enrol is skipped and told.
    """
    db.session.flush()
    if session.state_now not in JOINABLE_STATES or session.has_begun:
        return
    places, enrolled, line = line_of(session)
    if not turns(places, enrolled, line):
        return
    waiting = {one.id: one for one in session.in_line}
    prepared = preparedness_of(session, [one.member_id for one in waiting.values()])
    while due := turns(places, enrolled, line):
        enrolment = waiting[due[0]]
        is_in_order = enrolment.member.state is AccountState.APPROVED
        if is_in_order and prepared[enrolment.member_id].is_enough:
            _offer(enrolment)
            line = [one._replace(is_offered=one.is_offered or one.key == due[0]) for one in line]
        else:
            _skip(enrolment, prepared[enrolment.member_id])
            line = [one for one in line if one.key != due[0]]


def _offer(enrolment: Enrolment) -> None:
    hours = timedelta(hours=get_site().session_hold_hours)
    until = held_until(clock.now(), hours, enrolment.session.starts_at)
    enrolment.offered_until = until
    tell_place("enrolment.offered", enrolment, answer_until=until.isoformat())
    record_place("enrolment.offered", enrolment, None, answer_until=until.isoformat())


def _skip(enrolment: Enrolment, prepared: Preparedness) -> None:
    code = enrolment.session.training.code
    lacked = [verdict.training for verdict in prepared.missing] or [code]
    enrolment.state = EnrolmentState.CANCELLED
    enrolment.cancelled_at = clock.now()
    enrolment.lacked = lacked
    tell_place("enrolment.skipped", enrolment, lacked=lacked)
    record_place("enrolment.skipped", enrolment, None, lacked=lacked)
