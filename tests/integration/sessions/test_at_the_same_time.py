"""Many people want the same machine or the same place at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from booking.database import writing
from booking.reservations.models import Reservation
from booking.reservations.service import Wish, reserve
from booking.sessions.service import enrolling, scheduling
from booking.trainings.models import Enrolment, EnrolmentState, TrainingSession
from tests.integration.sessions.records import a_draft, half_day, machine, session
from tests.integration.trainings.records import person
from tests.integration.trainings.test_at_the_same_time import Act, together


def reserving() -> Act:
    return lambda: reserve(Wish(person("U15"), machine("M03"), half_day()), person("U15"))


def planning(trainer: str) -> Act:
    def act() -> object:
        return scheduling.plan(a_draft(by=trainer, machines={"M03": 1}), person(trainer))

    return act


def test_of_a_session_and_a_reservation_on_one_machine_exactly_one_is_made(
    demo_app: Flask,
) -> None:
    acts = [reserving(), planning("S2"), reserving(), planning("S3")]
    outcomes = together(demo_app, *acts)
    made = [one for one in outcomes if isinstance(one, Reservation | TrainingSession)]
    assert len(made) == 1, outcomes


def enrolling_in_the_laser_session(code: str) -> Act:
    return lambda: enrolling.enrol(session("T-03"), person(code), person(code))


def all_at_once(app: Flask, acts: Sequence[Act]) -> list[object]:
    """What each act answers, of more people than there are connections."""
    start = Barrier(len(acts))

    def do(act: Act) -> object:
        start.wait()
        with app.app_context(), writing():
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def test_the_last_place_goes_to_exactly_one_of_twenty(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        laser = session("T-03")
        for one in laser.enrolments:
            if one.member.code in ("U10", "U26"):
                one.state = EnrolmentState.CANCELLED
    wanting = [f"U{number:02d}" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15)]
    acts = [enrolling_in_the_laser_session(code) for code in wanting]
    acts += [enrolling_in_the_laser_session("U10")] * (20 - len(acts))
    outcomes = all_at_once(demo_app, acts)
    assert sum(isinstance(one, Enrolment) for one in outcomes) == 1, outcomes
    with demo_app.app_context():
        assert len(session("T-03").enrolled) == 4
