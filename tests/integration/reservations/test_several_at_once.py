"""Many at once for a pool, and for several machines: exactly as many as there are, never a half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from booking.database import db, is_lost_race, writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member, list_machine_users
from booking.occupancies.models import Occupancy
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.service import RefusedSome, Wish
from booking.reservations.service.holding import hold_rows
from booking.web.errors import TRIES
from tests.statements import statements_of

TUESDAY = datetime.fromisoformat("2026-11-24T09:00:00+01:00")
MORNING = Period(TUESDAY, TUESDAY + timedelta(hours=2))


def persist(app: Flask, act: Callable[[], bool]) -> bool:
    """As a request does: a lost race for a lock is tried again, a few times."""
    for _attempt in range(TRIES):
        with app.app_context():
            try:
                with writing():
                    return act()
            except (DBAPIError, StaleDataError) as error:
                if isinstance(error, DBAPIError) and not is_lost_race(error):
                    raise
    raise AssertionError("no lock was had in time")


def reserve_all(wishes: Sequence[tuple[str, str]], period: Period) -> bool:
    """Machines for members, by code, in one act."""
    asked = [Wish(member(who), get_machine(machine), period) for who, machine in wishes]
    return not isinstance(service.reserve_all(asked, asked[0].member), RefusedSome)


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def test_what_is_held_is_read_again_in_one_statement(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        some = list(db.session.scalars(select(Reservation).order_by(Reservation.id).limit(3)))
        changed = update(Reservation).where(Reservation.id == some[0].id).values(purpose="Gabarit")
        db.session.execute(changed, execution_options={"synchronize_session": False})
        with statements_of(demo_app) as sent:
            hold_rows(some)
            assert some[0].purpose == "Gabarit"
        assert len(sent) == 1


def test_a_pool_of_six_gives_exactly_six_to_twenty_clients(demo_app: Flask) -> None:
    with demo_app.app_context():
        may_print = [
            person.code
            for person in list_machine_users()
            if not service.judge(Wish(person, get_machine("M17"), MORNING))
        ]
    clients = [may_print[n % len(may_print)] for n in range(20)]

    def attempt(who: str) -> bool:
        return persist(demo_app, lambda: reserve_all([(who, "M17")], MORNING))

    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(attempt, clients))
    with demo_app.app_context():
        units = db.session.scalars(
            select(Occupancy.unit_id).where(
                Occupancy.active, Occupancy.starts_at == MORNING.starts_at
            )
        ).all()
    assert won == 6
    assert len(set(units)) == 6


def test_overlapping_sets_in_opposite_order_end_whole_or_not_at_all(demo_app: Flask) -> None:
    both = [("U02", "M01"), ("U03", "M17")]

    def attempt(number: int) -> bool:
        start = TUESDAY + timedelta(days=number // 4)
        period = Period(start, start + timedelta(hours=1))
        wishes = both if number % 2 else both[::-1]
        return persist(demo_app, lambda: reserve_all(wishes, period))

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(attempt, range(12)))
    with demo_app.app_context():
        made = Counter(
            db.session.scalars(
                select(Reservation.starts_at).where(
                    Reservation.created_at >= TUESDAY - timedelta(days=2),
                    Reservation.starts_at >= TUESDAY,
                )
            )
        )
    assert sum(won) == 3
    assert sorted(made.values()) == [2, 2, 2]
