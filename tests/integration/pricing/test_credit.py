"""Credit hours as a ledger: they move with the reservation and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.models import Member, Subscription, SubscriptionCover
from booking.members.queries import find_member
from booking.periods import Period
from booking.pricing.models import CreditMovement
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.service import Refused, Wish
from tests.programs import codes_of, program_of

NOVEMBER = date(2026, 11, 1)
WEDNESDAY = datetime.fromisoformat("2026-11-25T09:00:00+01:00")

SetClock = Callable[[Flask, str], None]


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def balance(code: str, month: date = NOVEMBER) -> int | None:
    """Minutes left in a month of the plan that covers a member, None when nothing has moved."""
    query = (
        select(func.sum(CreditMovement.minutes))
        .join(Subscription, Subscription.id == CreditMovement.subscription_id)
        .join(SubscriptionCover, SubscriptionCover.subscription_id == Subscription.id)
        .where(SubscriptionCover.member_id == member(code).id, CreditMovement.month_on == month)
    )
    return db.session.scalar(query)


def reserve(
    code: str, machine: str, start: datetime, hours: float, *, credit_only: bool = False
) -> Reservation | Refused:
    period = Period(start, start + timedelta(hours=hours))
    with writing():
        wish = Wish(member(code), get_machine(machine), period, credit_only=credit_only)
        return service.reserve(wish, wish.member)


def cancel(reservation: Reservation, code: str) -> None:
    with writing():
        assert service.cancel(reservation, member(code)) is None


def made(answer: Reservation | Refused) -> Reservation:
    assert isinstance(answer, Reservation), answer
    return answer


def test_confirming_takes_hours_and_cancelling_in_time_gives_them_back(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = balance("U09")
        assert before
        reservation = made(reserve("U09", "M12", WEDNESDAY, 2))
        assert balance("U09") == before - 120
        assert reservation.price_excl_cents == 0
        cancel(reservation, "U09")
        assert balance("U09") == before
        assert reservation.fee is None


def test_asking_and_being_refused_move_nothing(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = balance("U09")
        period = Period(WEDNESDAY, WEDNESDAY + timedelta(hours=2))
        assert service.judge(Wish(member("U09"), get_machine("M12"), period)) == ()
        assert isinstance(reserve("U09", "M12", WEDNESDAY, 0.25), Refused)
        assert balance("U09") == before


def test_the_hours_of_a_month_are_granted_at_their_first_use(demo_app: Flask) -> None:
    december = datetime.fromisoformat("2026-12-02T09:00:00+01:00")
    with demo_app.app_context():
        assert balance("U09", date(2026, 12, 1)) is None
        made(reserve("U09", "M12", december, 2))
        assert balance("U09", date(2026, 12, 1)) == 1200 - 120


def test_a_late_cancellation_keeps_the_same_share_of_hours_and_money(
    demo_app: Flask, at: SetClock
) -> None:
    with demo_app.app_context():
        before = balance("U09")
        assert before
        reservation = made(reserve("U09", "M12", WEDNESDAY, 2))
    at(demo_app, "2026-11-25T03:00:00+01:00")
    with demo_app.app_context():
        reservation = db.session.merge(reservation)
        cancel(reservation, "U09")
        assert reservation.fee_percent == 50
        assert balance("U09") == before - 60


def test_a_manager_who_waives_the_fee_gives_the_hours_back(demo_app: Flask, at: SetClock) -> None:
    with demo_app.app_context():
        before = balance("U09")
        number = made(reserve("U09", "M12", WEDNESDAY, 2)).id
    at(demo_app, "2026-11-25T08:00:00+01:00")
    with demo_app.app_context():
        reservation = db.session.get_one(Reservation, number)
        cancel(reservation, "U09")
        assert reservation.fee_percent == 100
        with writing():
            assert service.waive_fee(reservation, member("S1"), "Panne de voiture")
        assert reservation.fee is None
        assert balance("U09") == before
        with writing():
            assert not service.waive_fee(reservation, member("S1"), "Encore")
        assert balance("U09") == before


def test_what_the_site_cancels_costs_nothing(demo_app: Flask, at: SetClock) -> None:
    with demo_app.app_context():
        before = balance("U09")
        number = made(reserve("U09", "M12", WEDNESDAY, 2)).id
    at(demo_app, "2026-11-25T08:30:00+01:00")
    with demo_app.app_context():
        with writing():
            reservation = db.session.get_one(Reservation, number)
            assert service.cancel(reservation, member("S1"), "Machine arrêtée") is None
        assert reservation.fee is None
        assert balance("U09") == before


def test_an_entry_of_the_ledger_is_never_changed(demo_app: Flask) -> None:
    with demo_app.app_context():
        entry = db.session.scalars(select(CreditMovement).limit(1)).one()
        entry.minutes += 60
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.flush()


def test_paying_with_credit_alone_is_refused_when_it_does_not_reach(demo_app: Flask) -> None:
    body = {
        "machine": "M01",
        "starts_at": "2026-11-24T09:00:00+01:00",
        "ends_at": "2026-11-24T12:00:00+01:00",
        "mode": "autonomous",
        "credit_only": True,
    }
    answer = program_of(demo_app, "U02").post("/reservations", body)
    assert answer.status_code == 422
    assert codes_of(answer) == ["INSUFFICIENT_CREDIT"]


def test_a_price_list_that_changes_leaves_confirmed_prices_alone(demo_app: Flask) -> None:
    with demo_app.app_context():
        reservation = made(reserve("U02", "M01", WEDNESDAY, 3))
        assert reservation.price_excl_cents == 5880
        with writing():
            get_machine("M01").price_hour_cents = 9900
        db.session.refresh(reservation)
        assert reservation.price is not None
        assert reservation.price.excl_cents == reservation.price_excl_cents == 5880


def test_colleagues_cannot_spend_the_same_hours_at_once(demo_app: Flask) -> None:
    """U02 and U03 share the plan of their firm: six tries at two of eight hours."""
    with demo_app.app_context():
        left = balance("U02")
    assert left == 480

    def attempt(number: int) -> int:
        code, machine = (("U02", "R1"), ("U03", "R2"))[number % 2]
        start = WEDNESDAY + timedelta(days=number // 2)
        with demo_app.app_context():
            answer = reserve(code, machine, start, 2, credit_only=True)
            return 120 if isinstance(answer, Reservation) else 0

    with ThreadPoolExecutor(4) as pool:
        spent = sum(pool.map(attempt, (0, 1, 2, 3, 4, 5)))
    with demo_app.app_context():
        assert balance("U02") == 0
    assert spent == left
