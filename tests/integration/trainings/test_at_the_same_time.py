"""Two people act on the same certification or on the same chain at once: one act counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

from flask import Flask

from booking.database import db, writing
from booking.decisions import service
from booking.reservations import revocation
from booking.trainings.models import Certification
from booking.trainings.queries import training_facts
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import CertificationState
from booking.trainings.service import catalogue, certifying
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
            "U25",
            "LASER",
            CertificationState.PROPOSED,
            assessed_by=person("S2"),
            assessed_on=date(2026, 11, 20),
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


def suspending(number: int) -> Act:
    return lambda: revocation.suspend(number, person("S1"), "Feu laissé seul")


def test_what_is_approved_while_the_training_is_suspended_is_not_half_suspended(
    demo_app: Flask,
) -> None:
    """A newer proposal is approved while the older record is suspended: one comes first.

    Approved first, it is suspended too; suspended first, it begins anew, not from the former end.
    """
    for _ in range(4):
        with demo_app.app_context(), writing():
            older = a_certification("U25", "LASER", valid_until=date(2026, 12, 31)).id
        newer = proposed(demo_app)
        together(demo_app, approving(newer), suspending(older))
        with demo_app.app_context(), writing():
            former = db.session.get_one(Certification, older)
            latter = db.session.get_one(Certification, newer)
            assert former.state is CertificationState.SUSPENDED
            if latter.state is CertificationState.APPROVED:
                assert latter.valid_until == date(2027, 11, 23)
            else:
                assert latter.state is CertificationState.SUSPENDED
                assert latter.valid_until == date(2027, 12, 31)
            for record in (former, latter):
                record.state = CertificationState.REVOKED


def test_several_are_decided_once_by_two_managers(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        numbers = [
            a_certification(code, of, CertificationState.PROPOSED, assessed_by=person("S2")).id
            for code, of in (("U25", "LASER"), ("U26", "TEXTILE-1"))
        ]
    seen = dict.fromkeys(numbers)
    outcomes = together(demo_app, *[lambda: service.approve_several(seen, person("S1"))] * 3)
    decided = [one for one in outcomes if isinstance(one, service.SeveralDecided)]
    assert sorted(len(one.approved) for one in decided) == [0, 0, 2]
    assert sorted(len(one.left) for one in decided) == [0, 2, 2]


def asking_before(code: str, asked: str) -> Act:
    def change() -> object:
        changed = training(code)
        terms = replace(catalogue.terms_of(changed), prerequisites={asked: 1})
        return catalogue.change(changed.id, terms, person("S1"))

    return change


def test_of_two_halves_of_a_circle_saved_at_once_one_is_refused_and_named(demo_app: Flask) -> None:
    circles = {("LASER", "CERAM-1", "LASER"), ("CERAM-1", "LASER", "CERAM-1")}
    for _ in range(3):
        outcomes = together(
            demo_app, asking_before("LASER", "CERAM-1"), asking_before("CERAM-1", "LASER")
        )
        (refused,) = refusals_among(outcomes)
        assert refused.why is Why.PREREQUISITE_CYCLE
        assert refused.names in circles
        with demo_app.app_context(), writing():
            asked = training_facts()
            changed = [c for c in ("LASER", "CERAM-1") if asked[c].prerequisites != (("ACC", 1),)]
            assert len(changed) == 1
            old = replace(catalogue.terms_of(training(changed[0])), prerequisites={"ACC": 1})
            catalogue.change(training(changed[0]).id, old, person("S1"))
