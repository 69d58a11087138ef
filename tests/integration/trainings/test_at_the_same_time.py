"""Two people act on the same certification at the same moment: one act counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from booking.database import db, writing
from booking.trainings.models import Certification
from booking.trainings.queries import training_facts
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import CertificationState
from booking.trainings.service import certifying
from tests.integration.trainings.records import a_certification, journal_of, person, training

Act = Callable[[], object]


def together(app: Flask, *acts: Act) -> list[object]:
    """What each act answers; all begin at once, each in a transaction of its own."""
    start = Barrier(len(acts))

    def do(act: Act) -> object:
        with app.app_context():
            training_facts()  # the connection is there before the start
            start.wait()
            with writing():
                return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def refusals_among(outcomes: list[object]) -> list[Refused]:
    return [outcome for outcome in outcomes if isinstance(outcome, Refused)]


def proposed(app: Flask) -> int:
    with app.app_context(), writing():
        certification = a_certification(
            "U25", "LASER", CertificationState.PROPOSED, assessed_by=person("S2")
        )
        return certification.id


def approving(number: int) -> Act:
    return lambda: certifying.approve(number, person("S1"), {})


def refusing(number: int) -> Act:
    return lambda: certifying.refuse(number, person("S1"), "À revoir")


def asking_for(code: str) -> Act:
    return lambda: certifying.request(person("U25"), training(code), 2)


def test_a_proposal_is_decided_once(demo_app: Flask) -> None:
    for _ in range(3):
        number = proposed(demo_app)
        outcomes = together(demo_app, approving(number), approving(number), refusing(number))
        assert [r.why for r in refusals_among(outcomes)] == [Why.NOT_IN_THIS_STATE] * 2
        with demo_app.app_context():
            certification = db.session.get(Certification, number)
            assert certification is not None
            assert len(certification.events) == len(journal_of(certification)) == 1


def test_a_member_who_asks_twice_at_once_has_one_request(demo_app: Flask) -> None:
    for code in ("LASER", "CNC-1", "METAL-1"):
        outcomes = together(demo_app, *[asking_for(code)] * 3)
        assert [r.why for r in refusals_among(outcomes)] == [Why.ALREADY_OPEN] * 2
