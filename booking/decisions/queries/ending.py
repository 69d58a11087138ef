"""Certifications that end soon, and the reservations beyond their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from booking import clock
from booking.database import db
from booking.decisions.queries.standing import CertificationToday, Shown, look_at
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.periods import local_days
from booking.reservations.models import Reservation
from booking.reservations.queries import list_confirmed_to_come, load_requirements, needed_levels
from booking.site.queries import site_zone
from booking.trainings.models import Certification
from booking.trainings.queries import training_facts
from booking.trainings.queries.resting import RestingPlace, list_resting_places
from booking.trainings.rules import CertificationState


@dataclass(frozen=True)
class Ending:
    """A certification that soon counts no more, with the reservations that fall with it and the
    places in sessions beyond it, which stay.

    `ends_on` is the last day it counts, by its date or by lack of use.
    """

    certification: Certification
    ends_on: date
    lapses_first: bool
    beyond: tuple[Reservation, ...]
    sessions: tuple[RestingPlace, ...]


def list_ending() -> list[Ending]:
    """What ends within 60 days and has not been renewed, the next end first.

    A number of statements that does not grow with the certifications.
    """
    looks = [look for look in look_at(_approved()) if look.ends_on is not None]
    renewed = _renewed(looks)
    soon = [
        look
        for look in looks
        if look.shown is Shown.EXPIRING and look.certification.id not in renewed
    ]
    beyond = _beyond(soon)
    places = list_resting_places({look.certification.member_id for look in soon})
    endings = [
        Ending(
            look.certification,
            ends_on,
            look.lapses_first,
            beyond[look.certification.id],
            _resting_beyond(look.certification, ends_on, places),
        )
        for look in soon
        if (ends_on := look.ends_on) is not None
    ]
    return sorted(endings, key=lambda e: (e.ends_on, e.certification.id))


def _resting_beyond(
    certification: Certification, ends_on: date, places: Sequence[RestingPlace]
) -> tuple[RestingPlace, ...]:
    zone = site_zone()
    return tuple(
        one
        for one in places
        if one.member_id == certification.member_id
        and certification.training.code in one.asks
        and ends_on < local_days(one.session.half_days[-1].period, zone)[-1]
    )


def _approved() -> list[Certification]:
    query = (
        select(Certification)
        .join(Certification.member)
        .options(contains_eager(Certification.member), joinedload(Certification.training))
        .where(
            Certification.state == CertificationState.APPROVED,
            Certification.valid_until >= clock.today(site_zone()),
            Member.state == AccountState.APPROVED,
        )
        .order_by(Certification.id)
    )
    return list(db.session.scalars(query))


def _renewed(looks: Sequence[CertificationToday]) -> set[int]:
    """The ids of records that another one of the member goes on after, at that level or above."""
    by_holding: dict[tuple[int, int], list[CertificationToday]] = {}
    for look in looks:
        key = (look.certification.member_id, look.certification.training_id)
        by_holding.setdefault(key, []).append(look)
    return {
        look.certification.id
        for held in by_holding.values()
        for look in held
        if any(_goes_on_after(other, look) for other in held)
    }


def _goes_on_after(other: CertificationToday, look: CertificationToday) -> bool:
    end, other_end = ((one.ends_on or date.min, one.certification.id) for one in (look, other))
    return other.certification.level >= look.certification.level and other_end > end


def _beyond(looks: Sequence[CertificationToday]) -> dict[int, tuple[Reservation, ...]]:
    """The confirmed reservations that need the training beyond that end and fall before their
    start, by the certification's id.
    """
    members = {look.certification.member_id for look in looks}
    falling = [one for one in list_confirmed_to_come(members) if one.ends_before_start]
    load_requirements(falling)
    trainings, zone = training_facts(), site_zone()
    needed = {one.id: needed_levels(one.machine, one.mode, trainings) for one in falling}
    return {
        look.certification.id: tuple(
            one
            for one in falling
            if one.member_id == look.certification.member_id
            and look.certification.training.code in needed[one.id]
            and look.ends_on is not None
            and look.ends_on < local_days(one.period, zone)[-1]
        )
        for look in looks
    }
