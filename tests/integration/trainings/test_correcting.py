"""A mistyped approval set right: what was believed stays, and every day reads as it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.trainings.models import Certification
from booking.trainings.queries import was_certified
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import CertificationState
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Assessment, Correction
from tests.integration.trainings.records import journal_of, mails_to, person, training

At = Callable[[Flask, str], None]
FIRST = date(2026, 3, 2)
END = date(2027, 3, 2)


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def record(demo_app: Flask, at: At) -> Certification:
    """Approved at level 2 on 2 March, suspended from 6 April to 4 May."""
    at(demo_app, "2026-03-02T10:00:00+01:00")
    assessment = Assessment(2, FIRST, evidence="Vu ensemble")
    proposed = certifying.propose(person("U10"), training("LASER"), assessment, person("S2"))
    assert isinstance(proposed, Certification)
    approved = certifying.approve(proposed.id, person("S1"), {}, "Accueil fait ce matin")
    assert isinstance(approved, Certification)
    at(demo_app, "2026-04-06T10:00:00+02:00")
    certifying.suspend(approved.id, person("S1"), "Feu")
    at(demo_app, "2026-05-04T10:00:00+02:00")
    certifying.reinstate(approved.id, person("S1"), "Vu")
    at(demo_app, "2026-06-01T10:00:00+02:00")
    return approved


def correct(record: Certification, who: str = "S1", **change: Any) -> Certification | Refused:
    said: dict[str, Any] = {
        "level": 2,
        "approved_on": FIRST,
        "valid_until": END,
        "reason": "Faute de frappe",
    }
    return certifying.correct(record.id, person(who), Correction(**said | change))


def held(on: str, level: int = 2, known: str | None = None) -> bool:
    db.session.flush()
    known_at = datetime.fromisoformat(known) if known else None
    day = date.fromisoformat(on)
    uses = {"LASER": day}
    return was_certified(person("U10").id, "LASER", level, day, uses, known_at).was_certified


def test_the_right_level_holds_from_the_first_day_and_the_suspension_stays(
    record: Certification,
) -> None:
    assert correct(record, level=1) is record
    assert (record.level, record.state) == (1, CertificationState.APPROVED)
    for day in ("2026-03-02", "2026-04-05", "2026-05-04", "2026-12-01"):
        assert [held(day, 1), held(day, 2)] == [True, False], day
    for day in ("2026-03-01", "2026-04-06", "2026-05-03"):
        assert not held(day, 1), day


def test_what_was_believed_can_still_be_asked(record: Certification) -> None:
    correct(record, level=1)
    before = "2026-05-31T22:00:00+00:00"
    assert held("2026-03-10", 2, known=before)
    assert not held("2026-03-10", 2)
    assert not held("2026-04-10", 1, known=before)
    assert held("2026-04-10", 2, known="2026-04-01T00:00:00+00:00")
    assert not held("2026-03-10", 2, known="2026-03-01T00:00:00+00:00")


def test_a_later_first_day_takes_the_days_before_away(record: Certification) -> None:
    correct(record, approved_on=date(2026, 3, 20))
    days = ("2026-03-02", "2026-03-19", "2026-03-20", "2026-04-06", "2026-05-04")
    assert [held(day) for day in days] == [False, False, True, False, True]


def test_an_earlier_first_day_adds_the_days_before(record: Certification) -> None:
    correct(record, approved_on=date(2026, 2, 20))
    days = ("2026-02-19", "2026-02-20", "2026-03-01", "2026-03-02", "2026-04-06")
    assert [held(day) for day in days] == [False, True, True, True, False]


def test_a_suspended_record_stays_suspended(record: Certification) -> None:
    certifying.suspend(record.id, person("S1"), "Encore")
    assert correct(record, level=1) is record
    assert record.state is CertificationState.SUSPENDED
    assert held("2026-05-31", 1)
    assert not held("2026-06-01", 1)


def test_journal_and_member_are_told_once(record: Certification) -> None:
    correct(record, level=1)
    entry = journal_of(record)[-1]
    assert (entry.act, entry.reason) == ("certification.corrected", "Faute de frappe")
    assert (entry.before["level"], entry.after["level"]) == (2, 1)
    kinds = [mail.kind for mail in mails_to(person("U10"))]
    assert kinds.count("certification.corrected") == 1


@pytest.mark.parametrize(
    ("who", "change", "why"),
    [
        ("U10", {"level": 1}, Why.OWN_CERTIFICATION),
        ("S2", {"level": 1}, Why.NOT_PERMITTED),
        ("S7", {"level": 1}, Why.NOT_PERMITTED),
        ("S1", {"level": 1, "reason": "  "}, Why.REASON_MISSING),
        ("S1", {}, Why.NOTHING_CORRECTED),
        ("S1", {"approved_on": date(2026, 6, 2)}, Why.DATES_DO_NOT_FIT),
        ("S1", {"valid_until": date(2026, 3, 1)}, Why.DATES_DO_NOT_FIT),
        ("S1", {"valid_until": date(2027, 3, 3)}, Why.DATES_DO_NOT_FIT),
        ("S1", {"level": 3}, Why.LEVEL_NOT_OFFERED),
    ],
)
def test_what_is_no_correction_changes_nothing(
    record: Certification, who: str, change: dict[str, Any], why: Why
) -> None:
    events = len(record.events)
    outcome = correct(record, who, **change)
    assert isinstance(outcome, Refused)
    assert outcome.why is why
    assert (len(record.events), record.level, record.valid_until) == (events, 2, END)


def test_what_is_refused_or_revoked_is_not_corrected(record: Certification) -> None:
    certifying.revoke(record.id, person("S1"), "Récidive")
    assert correct(record, level=1) == Refused(Why.NOT_IN_THIS_STATE)
