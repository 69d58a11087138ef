"""The weeks ahead: every reservation would be granted today, and there is room left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking import clock, demo
from booking.database import db
from booking.machines.models import Machine
from booking.occupancies.models import Occupancy
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.reservations.queries import gather_facts
from booking.reservations.refusals import Refusal
from booking.reservations.rules import (
    Facts,
    Mode,
    ReservationRequest,
    ReservationState,
    UnitFacts,
    refusals,
)
from tests.conftest import MakeApp
from tests.integration.demo import examination
from tests.integration.demo.examination import minutes_of


@pytest.fixture
def lively_app(make_app: MakeApp) -> Flask:
    app = make_app("empty")
    with app.app_context():
        demo.load()
    return app


def ahead() -> list[Reservation]:
    query = select(Reservation).where(Reservation.state == ReservationState.CONFIRMED)
    return list(db.session.scalars(query.order_by(Reservation.starts_at, Reservation.id)))


def refused_to_itself(reservation: Reservation) -> tuple[Refusal, ...]:
    """What would stand against this very reservation, were it asked for now by itself."""
    period = Period(reservation.starts_at, reservation.ends_at)
    facts = gather_facts(reservation.member, reservation.machine, period)
    request = ReservationRequest(period, reservation.mode, clock.now())
    return refusals(request, without(reservation, facts))


def without(reservation: Reservation, facts: Facts) -> Facts:
    own = db.session.scalars(
        select(Occupancy).where(Occupancy.reservation_id == reservation.id)
    ).one()
    period = Period(reservation.starts_at, reservation.ends_at)
    return replace(
        facts,
        booked=tuple(booked for booked in facts.booked if booked != period),
        units=tuple(
            UnitFacts(
                unit.unit_id,
                tuple(
                    busy
                    for busy in unit.busy
                    if (unit.unit_id, busy.starts_at) != (own.unit_id, own.starts_at)
                ),
            )
            for unit in facts.units
        ),
        own_reservations=tuple(
            other
            for other in facts.own_reservations
            if (other.machine, other.period.starts_at)
            != (reservation.machine.code, reservation.starts_at)
        ),
    )


def test_there_is_plenty_and_on_every_machine_that_somebody_may_use_alone(
    lively_app: Flask,
) -> None:
    with lively_app.app_context():
        reservations = ahead()
        assert 110 <= len(reservations) <= 140
        codes = set(db.session.scalars(select(Machine.code)))
        assert {reservation.machine.code for reservation in reservations} == codes - {"M04"}
        assert {reservation.mode for reservation in reservations} == {Mode.AUTONOMOUS}
        weeks = Counter((r.starts_at - clock.now()).days // 7 for r in reservations)
        assert sorted(weeks) == [0, 1, 2]
        assert min(weeks.values()) > 25


def test_every_reservation_would_be_granted_today(lively_app: Flask) -> None:
    with lively_app.app_context():
        for reservation in ahead():
            assert refused_to_itself(reservation) == (), reservation.id


def test_past_and_coming_reservations_keep_every_rule_together(lively_app: Flask) -> None:
    with lively_app.app_context():
        found = examination.problems(examination.read())
        assert [problem for problem in found if "(COMPLETED)" not in problem] == []


def test_nobody_holds_more_than_twenty_four_hours_of_a_machine(lively_app: Flask) -> None:
    with lively_app.app_context():
        minutes: Counter[tuple[int, int]] = Counter()
        for reservation in ahead():
            minutes[reservation.member_id, reservation.machine_id] += minutes_of(reservation)
        assert max(minutes.values()) <= 24 * 60


KEPT_FREE = (
    ("M01", "2026-11-24T09:00", "2026-11-24T18:00"),
    ("M01", "2026-11-25T14:00", "2026-11-25T17:00"),
    ("M03", "2026-11-24T10:00", "2026-11-24T12:00"),
    ("M03", "2026-12-02T10:00", "2026-12-02T12:00"),
    ("M03", "2026-11-25T10:00", "2026-11-25T12:00"),
    ("M06", "2026-11-26T10:00", "2026-11-26T12:00"),
    ("M09", "2026-11-25T14:00", "2026-11-25T16:00"),
    ("M12", "2026-11-25T09:00", "2026-11-25T11:00"),
)


def test_some_time_is_kept_free_for_those_who_come_to_see(lively_app: Flask) -> None:
    with lively_app.app_context():
        for machine, starts, ends in KEPT_FREE:
            found = db.session.scalars(select(Machine).where(Machine.code == machine)).one()
            buffer = timedelta(minutes=found.buffer_minutes or 0)
            in_the_way = select(Occupancy).where(
                Occupancy.unit_id == found.units[0].id,
                Occupancy.active,
                Occupancy.busy_from < datetime.fromisoformat(f"{ends}+01:00") + buffer,
                Occupancy.busy_until > datetime.fromisoformat(f"{starts}+01:00"),
            )
            assert db.session.scalars(in_the_way).all() == [], (machine, starts)


def test_without_the_agenda_nothing_is_reserved(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert ahead() == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "now", ["2026-12-21T16:40:00+01:00", "2027-05-08T23:50:00+02:00", "2029-03-25T03:00:01+02:00"]
)
def test_the_agenda_begins_now_and_keeps_the_rules_in_any_week(make_app: MakeApp, now: str) -> None:
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        app = make_app("empty", now=None)
        with app.app_context():
            demo.load()
            reservations = ahead()
            assert len(reservations) > 60
            for reservation in reservations:
                assert reservation.starts_at > clock.now()
                assert refused_to_itself(reservation) == (), reservation.id
