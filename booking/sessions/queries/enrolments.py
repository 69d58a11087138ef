"""Reads of places in sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.trainings.models import Enrolment, EnrolmentState, TrainingSession


def find_enrolment(number: int) -> Enrolment | None:
    """A place with its member, and its session with everybody in it."""
    return db.session.scalar(_whole().where(Enrolment.id == number))


def list_enrolments_of(member_id: int) -> list[Enrolment]:
    """The places of a member, the latest session first; a constant number of statements."""
    return _latest_first(_whole().where(Enrolment.member_id == member_id))


def list_enrolments_paid_by(organisation_id: int, without: int) -> list[Enrolment]:
    """The places of the other people of an organisation, without those of one member; the same."""
    of_others = _whole().where(
        Enrolment.organisation_id == organisation_id, Enrolment.member_id != without
    )
    return _latest_first(of_others)


def list_places_to_give_up(member_id: int) -> list[Enrolment]:
    """What a member has, waits for or is offered in sessions that have not begun."""
    held = _whole().where(
        Enrolment.member_id == member_id,
        Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.WAITING)),
    )
    return [one for one in _latest_first(held) if one.can_be_given_back]


def _latest_first(query: Select[Any]) -> list[Enrolment]:
    found = db.session.scalars(query)
    return sorted(found, key=lambda one: (one.session.starts_at, one.id), reverse=True)


def _whole() -> Select[Any]:
    session = joinedload(Enrolment.session)
    return select(Enrolment).options(
        joinedload(Enrolment.member),
        session.joinedload(TrainingSession.training),
        session.joinedload(TrainingSession.trainer),
        session.selectinload(TrainingSession.half_days),
        session.selectinload(TrainingSession.enrolments),
    )
