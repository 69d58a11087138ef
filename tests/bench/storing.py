"""Demo sites to be measured: one with any number of stored reservations, one with many people.

The stored reservations stand week by week from the coming one back into the past: more of them
means a longer history, as in a workshop that grows older, and the pages always show weeks as full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import flask_migrate
from sqlalchemy import Row, func, insert, select, update

from booking import create_app, demo
from booking.database import db, table_of, writing
from booking.machines.models import Machine, Unit
from booking.machines.rules import OutsideStaffed
from booking.members.models import Member, MemberRole, Plan, Role
from booking.members.rules import AccountState
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.reservations.models import Reservation
from booking.reservations.rules import Mode, ReservationState
from booking.settings import Settings
from booking.site.queries import get_site
from booking.trainings.models import Certification, CertificationEvent, Training
from booking.trainings.rules import CertificationAct, CertificationState
from tests.applications import REFERENCE, disconnect, settings_for

SIZES = (5_000, 100_000, 1_000_000)
NEXT_MONDAY = datetime.fromisoformat("2026-11-30T00:00:00+01:00")
STARTS = (timedelta(hours=8), timedelta(hours=10), timedelta(hours=13, minutes=30))
LENGTH = timedelta(minutes=90)
BUFFER = timedelta(minutes=30)
THE_DAY = datetime.fromisoformat("2026-11-23T00:00:00+01:00")
AT_NIGHT = [timedelta(hours=hours) for hours in (20, 22, 24, 26, 28)]
MANY_MEMBERS, MANY_WAITING = 2_000, 500
KEPT_FROM = REFERENCE - timedelta(weeks=53)
A_WEEK = timedelta(weeks=1)
ROWS_AT_ONCE = 2_000


def prepare_site(folder: Path, size: int) -> Settings:
    """A SQLite site with at least `size` stored reservations; returns its settings."""
    return _prepare(folder, lambda: _store(size))


def prepare_crowd(folder: Path) -> Settings:
    """A SQLite site with `MANY_MEMBERS`, of whom `MANY_WAITING` wait for a manager to approve a
    certification, and the others have every machine reserved until the next morning.
    """
    return _prepare(folder, _crowd)


def _prepare(folder: Path, store: Callable[[], None]) -> Settings:
    folder.mkdir(parents=True)
    settings = settings_for(f"sqlite:///{folder / 'bench.sqlite'}", folder, now=REFERENCE)
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        demo.load(with_agenda=False)
        with writing():
            store()
            get_site().future_hours_per_machine = 10_000  # the same members reserve all the time
            db.session.execute(update(Plan).values(extended_access=True))  # and at all hours
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    disconnect(app)
    return settings


def _crowd() -> None:
    number = db.session.scalar(select(func.max(Reservation.id))) or 0
    people = [
        {"code": f"B{n}", "name": f"Personne {n}", "email": f"b{n}@example.org"}
        | {"state": AccountState.APPROVED, "language": "fr", "badge": f"{n:08X}"}
        for n in range(MANY_MEMBERS)
    ]
    db.session.execute(insert(table_of(Member)), people)
    members = db.session.scalars(
        select(Member.id).where(Member.code.like("B%")).order_by(Member.id)
    ).all()
    waiting, certified = members[:MANY_WAITING], members[MANY_WAITING:]
    _certify(waiting, certified)
    slots = [(start, unit) for start in AT_NIGHT for unit in _units()]
    reservations, occupancies = [], []
    for (start, (unit_id, machine_id)), member_id in zip(slots, certified, strict=False):
        number += 1
        reservations.append(_reservation(number, member_id, machine_id, THE_DAY + start))
        occupancies.append(_occupancy(number, unit_id, THE_DAY + start))
    _flush(reservations, occupancies)


def _certify(waiting: Sequence[int], certified: Sequence[int]) -> None:
    trainings = db.session.scalars(select(Training).order_by(Training.id)).all()
    trainer_id = db.session.scalars(select(Member.id).where(Member.code == "S2")).one()
    today = REFERENCE.date()
    db.session.execute(
        insert(Certification),
        [
            {"member_id": member_id, "training_id": training.id, "level": 2}
            | {"state": CertificationState.APPROVED, "approved_on": today}
            | {"valid_until": today + timedelta(days=365)}
            for member_id in certified
            for training in trainings
        ],
    )
    proposed = db.session.scalars(
        insert(Certification).returning(Certification.id),
        [
            {"member_id": member_id, "training_id": trainings[0].id, "level": 1}
            | {"state": CertificationState.PROPOSED, "proposed_on": today, "assessed_on": today}
            | {"assessed_by_id": trainer_id}
            for member_id in waiting
        ],
    ).all()
    db.session.execute(
        insert(CertificationEvent),
        [
            {"certification_id": number, "at": REFERENCE, "effective_on": today, "level": 1}
            | {"act": CertificationAct.PROPOSE, "state": CertificationState.PROPOSED}
            | {"actor_id": trainer_id}
            for number in proposed
        ],
    )


def _units() -> Sequence[Row[int, int]]:
    """Those that people reserve to work at, with their machines."""
    return db.session.execute(
        select(Unit.id, Unit.machine_id)
        .join(Machine, Machine.id == Unit.machine_id)
        .where(Machine.outside_staffed != OutsideStaffed.UNATTENDED, Machine.code.not_like("R%"))
        .order_by(Unit.id)
    ).all()


def _store(size: int) -> None:
    units = _units()
    members = db.session.scalars(
        select(Member.id)
        .join(MemberRole)
        .where(MemberRole.role == Role.MEMBER, Member.code != "U02")
        .order_by(Member.id)
    ).all()
    promised = _promised()
    missing = size - (db.session.scalar(select(func.count(Reservation.id))) or 0)
    number = db.session.scalar(select(func.max(Reservation.id))) or 0
    reservations: list[dict[str, object]] = []
    occupancies: list[dict[str, object]] = []
    monday = NEXT_MONDAY
    while missing > 0:
        for day in range(5):
            for start in STARTS:
                for position, (unit_id, machine_id) in enumerate(units):
                    starts_at = monday + timedelta(days=day) + start
                    if _is_kept_free(starts_at, position) or missing == 0:
                        continue
                    if any(_meets(starts_at, busy) for busy in promised.get(unit_id, ())):
                        continue
                    number += 1
                    missing -= 1
                    member_id = members[number % len(members)]
                    reservations.append(_reservation(number, member_id, machine_id, starts_at))
                    occupancies.append(_occupancy(number, unit_id, starts_at))
            if len(reservations) >= ROWS_AT_ONCE:
                _flush(reservations, occupancies)
        monday -= A_WEEK
    _flush(reservations, occupancies)


def _promised() -> dict[int, list[tuple[datetime, datetime]]]:
    """What the demo has put where new reservations are stored, by unit."""
    promised: dict[int, list[tuple[datetime, datetime]]] = {}
    for unit_id, busy_from, busy_until in db.session.execute(
        select(Occupancy.unit_id, Occupancy.busy_from, Occupancy.busy_until).where(
            Occupancy.active,
            (Occupancy.busy_until > NEXT_MONDAY) | (Occupancy.busy_from < KEPT_FROM),
        )
    ):
        promised.setdefault(unit_id, []).append((busy_from, busy_until))
    return promised


def _meets(starts_at: datetime, busy: tuple[datetime, datetime]) -> bool:
    return starts_at < busy[1] and busy[0] < starts_at + LENGTH + BUFFER


def _is_kept_free(starts_at: datetime, position: int) -> bool:
    """The demo's own weeks keep what the loader put there: only a far past and the next week."""
    if starts_at >= NEXT_MONDAY:
        return position % 4 == 3
    return starts_at > KEPT_FROM


def _reservation(
    number: int, member_id: int, machine_id: int, starts_at: datetime
) -> dict[str, object]:
    past = starts_at < REFERENCE
    return {
        "id": number,
        "member_id": member_id,
        "machine_id": machine_id,
        "state": ReservationState.COMPLETED if past else ReservationState.CONFIRMED,
        "mode": Mode.AUTONOMOUS,
        "starts_at": starts_at,
        "ends_at": starts_at + LENGTH,
        "created_at": starts_at - timedelta(days=3),
        "created_by_id": member_id,
    }


def _occupancy(number: int, unit_id: int, starts_at: datetime) -> dict[str, object]:
    return {
        "unit_id": unit_id,
        "kind": OccupancyKind.RESERVATION,
        "reservation_id": number,
        "starts_at": starts_at,
        "ends_at": starts_at + LENGTH,
        "busy_from": starts_at,
        "busy_until": starts_at + LENGTH + BUFFER,
        "active": True,
    }


def _flush(reservations: list[dict[str, object]], occupancies: list[dict[str, object]]) -> None:
    if reservations:
        db.session.execute(insert(Reservation), reservations)
        db.session.execute(insert(Occupancy), occupancies)
    reservations.clear()
    occupancies.clear()
