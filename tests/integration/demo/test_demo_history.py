"""The twelve months of history: what the files fix, and every rule, asked of the database."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking import demo
from booking.database import Base, db
from booking.demo.dice import Dice
from booking.demo.files import Files, read
from booking.demo.history import past_bookings
from booking.machines.models import Machine
from booking.members.models import Member
from booking.openings.rules import public_holidays
from booking.reservations.models import Reservation
from booking.reservations.queries import last_uses
from booking.reservations.rules import Mode, ReservationState
from booking.settings import PROJECT
from booking.trainings.queries import training_facts, with_attended
from tests.conftest import MakeApp
from tests.integration.demo import examination
from tests.integration.demo.examination import PARIS, days_of, minutes_of

HISTORY = "dd1d72ed0c9ba490e5be735d74bf8b9735bff83305837079db8b883b5246a637"
"""The digest of the history: changes with the data files and the generator, and only then."""

U29_WITHOUT_ACC = "U29 on M06 2023-10-17 09:00 (COMPLETED): ACC on 2023-10-17: EXPIRED"
"""The files date the last use of U29 five days after the end of ACC."""


def counted(files: Files) -> list[Reservation]:
    """The reservations of the twelve months, by start."""
    history = files.records["history"]
    return [
        reservation
        for reservation in db.session.scalars(select(Reservation).order_by(Reservation.starts_at))
        if history["from_on"] <= days_of(reservation)[0] <= history["to_on"]
    ]


def test_the_numbers_are_those_of_the_files(demo_app: Flask) -> None:
    files = read()
    with demo_app.app_context():
        reservations = counted(files)
        assert len(reservations) == 1150
        machines = {machine.id: machine.code for machine in db.session.scalars(select(Machine))}
        assert Counter(machines[r.machine_id] for r in reservations) == {
            item["machine"]: item["reservations"] for item in files.records["history"]["machines"]
        }
        states = Counter(reservation.state for reservation in reservations)
        assert states[ReservationState.NO_SHOW] == 69
        assert (
            states[ReservationState.CANCELLED_BY_MEMBER]
            + states[ReservationState.CANCELLED_BY_SITE]
            == 104
        )
        assert sum(states.values()) - 69 - 104 == states[ReservationState.COMPLETED]


def test_lengths_are_about_their_means_and_winter_is_busier_than_august(demo_app: Flask) -> None:
    files = read()
    with demo_app.app_context():
        reservations = counted(files)
        machines = {machine.code: machine.id for machine in db.session.scalars(select(Machine))}
        for item in files.records["history"]["machines"]:
            lengths = [
                minutes_of(r) for r in reservations if r.machine_id == machines[item["machine"]]
            ]
            mean = sum(lengths) / len(lengths)
            assert abs(mean - item["mean_minutes"]) < 0.15 * item["mean_minutes"], item["machine"]
        months = Counter(days_of(reservation)[0].month for reservation in reservations)
        assert months[8] < min(months[month] for month in months if month != 8)
        weekdays = Counter(days_of(reservation)[0].weekday() for reservation in reservations)
        assert weekdays[5] < weekdays[0] < weekdays[1]
        assert weekdays[6] == 0


def test_nothing_else_is_in_the_past_but_the_uses_that_certifications_rest_on(
    demo_app: Flask,
) -> None:
    files = read()
    with demo_app.app_context():
        for reservation in examination.read().reservations:
            if days_of(reservation)[0] < files.records["history"]["from_on"]:
                assert reservation.state is ReservationState.COMPLETED
            assert days_of(reservation)[-1] <= files.records["history"]["to_on"]


def test_every_rule_holds(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert examination.problems(examination.read(), except_for=[U29_WITHOUT_ACC]) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"days": 4}, "outside the hours"),
        ({"days": -2000}, "not yet a member"),
        ({"days": 400}, "EXPIRED"),
        ({"days": 200}, "LAPSED"),
        ({"minutes": 10}, "off the grid"),
    ],
)
def test_the_examination_finds_what_is_wrong(
    demo_app: Flask, change: dict[str, int], problem: str
) -> None:
    with demo_app.app_context():
        stored = examination.read()
        use = [r for r in stored.reservations if stored.machines[r.machine_id].code == "M05"][-1]
        assert problem not in str(examination.problems(stored, except_for=[U29_WITHOUT_ACC]))
        use.starts_at += timedelta(**change)
        use.ends_at += timedelta(**change)
        assert problem in str(examination.problems(stored, except_for=[U29_WITHOUT_ACC]))


def test_the_last_use_of_each_training_is_on_the_day_that_the_files_name(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert dict(practised()) == dict(named(read()))


def practised() -> Iterator[tuple[tuple[str, str], date]]:
    """What the application itself finds, of the trainings that the files date."""
    dated = dict(named(read()))
    for person in db.session.scalars(select(Member)):
        uses = last_uses(person.id, training_facts(), PARIS)
        used = with_attended({person.id: uses})[person.id]
        for training, day in used.items():
            if (person.code, training) in dated:
                yield (person.code, training), day


def named(files: Files) -> Iterator[tuple[tuple[str, str], date]]:
    for record in files.members["certifications"]:
        if "last_used_on" in record:
            yield (record["person"], record["training"]), record["last_used_on"]


def test_the_restricted_laser_was_left_alone_from_that_day_on(demo_app: Flask) -> None:
    since = next(m["state_since_on"] for m in read().machines["machines"] if m["code"] == "M04")
    with demo_app.app_context():
        uses = db.session.scalars(
            select(Reservation).join(Reservation.machine).where(Machine.code == "M04")
        ).all()
        assert all(days_of(use)[-1] < since for use in uses)


def test_those_who_hold_the_first_level_alone_were_supervised(demo_app: Flask) -> None:
    with demo_app.app_context():
        rows = db.session.execute(
            select(Member.code, Machine.code)
            .select_from(Reservation)
            .join(Member, Member.id == Reservation.member_id)
            .join(Machine, Machine.id == Reservation.machine_id)
            .where(Reservation.mode == Mode.SUPERVISED)
        )
        supervised = {(person, machine) for person, machine in rows}
        assert {person for person, _ in supervised} == {"U04", "U10", "U19"}
        assert {machine for person, machine in supervised if person == "U19"} == {"M05"}


def test_nobody_missed_three_within_ninety_days(demo_app: Flask) -> None:
    with demo_app.app_context():
        missed: dict[int, list[datetime]] = {}
        for reservation in examination.read().reservations:
            if reservation.state is ReservationState.NO_SHOW:
                missed.setdefault(reservation.member_id, []).append(reservation.starts_at)
        for starts in missed.values():
            for first, third in zip(starts, starts[2:], strict=False):
                assert third - first > timedelta(days=90)


# The same everywhere


def test_two_loads_make_the_same_rows(demo_app: Flask, make_app: MakeApp) -> None:
    with demo_app.app_context():
        first = digest_of_rows()
    other = make_app("empty")
    with other.app_context():
        demo.load(with_agenda=False)
        assert digest_of_rows() == first


def digest_of_rows() -> str:
    """A digest of every row of every table, but for what is drawn anew each time."""
    digest = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        columns = [
            c
            for c in table.columns
            if c.name not in ("password_hash", "revision", "calendar_id", "token")
        ]
        for row in db.session.execute(select(*columns).order_by(*table.primary_key.columns)):
            digest.update(repr((table.name, *row)).encode())
    return digest.hexdigest()


PRINT_THE_HISTORY = """
from booking.demo.files import read
from booking.demo.history import past_bookings
for b in past_bookings(read()):
    u = b.use
    print(u.person, u.machine, u.unit, u.period.starts_at, u.period.ends_at, u.mode, b.state,
          b.asked_at, u.purpose, u.firing_type, b.cancellation)
"""


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_history_does_not_depend_on_the_process(hash_seed: str) -> None:
    expected = [
        f"{b.use.person} {b.use.machine} {b.use.unit} {b.use.period.starts_at}"
        for b in past_bookings(read())
    ]
    printed = subprocess.run(
        [sys.executable, "-c", PRINT_THE_HISTORY],
        cwd=PROJECT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout.splitlines()
    assert len(printed) == len(expected)
    assert all(line.startswith(start) for line, start in zip(printed, expected, strict=True))


def test_dice_fall_as_they_always_have() -> None:
    dice = Dice(20261123)
    assert [dice.below(100) for _ in range(8)] == [75, 89, 65, 15, 81, 8, 85, 38]
    assert "".join(dice.shuffled("abcdefgh")) == "gdfhcaeb"
    assert dice.weighted([("seldom", 1.0), ("often", 2.0)]) == "seldom"


def test_the_history_is_the_same_with_every_python() -> None:
    told = "\n".join(
        f"{b.use.person} {b.use.machine} {b.use.unit} {b.use.period.starts_at:%Y%m%d%H%M} "
        f"{b.use.minutes} {b.use.mode} {b.state} {b.asked_at:%Y%m%d%H%M}"
        for b in past_bookings(read())
    )
    assert hashlib.sha256(told.encode()).hexdigest() == HISTORY


# Another calendar


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "today",
    [
        date(2025, 11, 19),  # the last use of U02 and others would be on 11 November
        date(2026, 1, 5),  # 52 weeks and a bit: Christmas within the weeks of practice
        date(2027, 6, 10),  # May and its four holidays in autumn's place
        date(2028, 4, 2),  # a Sunday, both clock changes elsewhere
        date(2031, 10, 30),
    ],
)
def test_the_rules_hold_in_any_week(make_app: MakeApp, today: date) -> None:
    with time_machine.travel(datetime(today.year, today.month, today.day, 9, 17, tzinfo=PARIS)):
        app = make_app("empty", now=None)
        with app.app_context():
            demo.load(with_agenda=False)
            stored = examination.read()
            known = [p for p in examination.problems(stored) if p.startswith("U29 on M06")]
            assert len(known) <= 1
            assert examination.problems(stored, except_for=known) == []
            assert len(counted(read(today))) == 1150
            found = dict(practised())
            for key, day in named(read(today)):
                assert found[key] == day or (found[key] < day and near_a_holiday(day)), key


def near_a_holiday(day: date) -> bool:
    """Whether this day, or the one before when a firing began, is a public holiday."""
    return any(
        d in public_holidays(d.year, local_law=True, good_friday=True)
        for d in (day, day - timedelta(days=1))
    )


@pytest.mark.sqlite_only
def test_without_a_fixed_clock_the_demos_monday_is_this_weeks(make_app: MakeApp) -> None:
    with time_machine.travel(datetime(2027, 2, 25, 14, 3, tzinfo=PARIS)):
        app = make_app("empty", now=None)
        with app.app_context():
            demo.load(with_agenda=False)
            moved_by = date(2027, 2, 22) - date(2026, 11, 23)
            u04 = db.session.scalars(select(Member).where(Member.code == "U04")).one()
            assert u04.joined_on == date(2026, 9, 1) + moved_by
            assert u04.born_on == date(2009, 5, 12)
