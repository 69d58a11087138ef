"""Many people want the same machine or the same place at the same moment."""

from __future__ import annotations

from flask import Flask

from booking.reservations.models import Reservation
from booking.reservations.service import Wish, reserve
from booking.sessions.service import scheduling
from booking.trainings.models import TrainingSession
from tests.integration.sessions.records import a_draft, half_day, machine
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
