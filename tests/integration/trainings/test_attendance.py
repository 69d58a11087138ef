"""Attendance sheets: who signs what, when, how, and what stands on the sheet afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import MemberRole, Role
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    EnrolmentState,
    SessionState,
    TrainingSession,
)
from booking.trainings.queries import (
    find_session,
    followed_sessions,
    last_attended,
    list_places_of,
    sheet_of,
)
from booking.trainings.refusals import Refused, Why, WhyNotSigned
from booking.trainings.rules import CellState, EntryKind, SigningMethod
from booking.trainings.service import attendance, certifying
from booking.trainings.service.attendance import Signature
from booking.trainings.service.certifying import Assessment
from tests.learning import a_session, pass_quiz, person, sign_all, training_named
from tests.statements import statements_of

OWN = Signature(SigningMethod.ACCOUNT)
STROKES = "M10 20L30 40L60 20L90 60L120 30L150 80L180 20L210 60"
DRAWN = Signature(SigningMethod.DRAWN, drawing=STROKES)
LATE = "Oubliée dans la hâte, retrouvée le lundi"
SetClock = Callable[[Flask, str], None]

DURING_1 = "2026-11-18T14:05:00+01:00"
DURING_2 = "2026-11-19T14:05:00+01:00"
MONDAY = "2026-11-23T08:00:00+01:00"


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    """Each test is one transaction, of which nothing stays."""
    with demo_app.app_context():
        yield
        db.session.rollback()


def sign(number: int = 2, who: str = "U30", how: Signature = OWN, by: str = "U30") -> Any:
    return attendance.sign("T-02", number, who, how, person(by))


def countersign(number: int = 2, reason: str = "", by: str = "U01", whom: str = "U30") -> Any:
    return attendance.countersign("T-02", number, [whom], reason, person(by))


def the_session(code: str = "T-02") -> TrainingSession:
    session = find_session(code)
    assert session is not None
    return session


def cell(who: str = "U30", number: int = 2, code: str = "T-02") -> Any:
    rows = sheet_of(the_session(code)).rows
    return next(row for row in rows if row.enrolment.member.code == who).cells[number]


def journal_acts() -> list[str]:
    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.subject_kind == "session").order_by(JournalEntry.id)
    )
    return [entry.act for entry in entries]


def test_the_demo_tells_who_signed_and_that_one_half_day_is_not() -> None:
    assert cell("U02", 2).is_complete
    assert cell("U30", 1).is_complete
    assert cell("U30", 2).state is CellState.MISSING


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        ("2026-11-19T13:49:59+01:00", WhyNotSigned.TOO_EARLY),
        ("2026-11-19T13:50:00+01:00", None),
        ("2026-11-19T18:00:00+01:00", None),
        ("2026-11-19T18:00:01+01:00", WhyNotSigned.LATE_REASON_MISSING),
    ],
)
def test_a_half_day_is_signed_at_the_time(
    demo_app: Flask, at: SetClock, now: str, answer: WhyNotSigned | None
) -> None:
    at(demo_app, now)
    outcome = sign()
    if answer:
        assert outcome == Refused(answer)
        assert cell().state is CellState.MISSING
    else:
        assert outcome.at == datetime.fromisoformat(now)
        assert not outcome.late
        assert cell().state is CellState.TRAINEE_ALONE
        assert journal_acts() == []


def test_afterwards_it_takes_a_reason_and_is_marked_for_ever() -> None:
    signed = sign(how=Signature(SigningMethod.ACCOUNT, LATE))
    assert (signed.late, signed.reason) == (True, LATE)
    assert countersign() == Refused(WhyNotSigned.LATE_REASON_MISSING)
    (countersigned,) = countersign(reason="Vu en séance")
    assert (countersigned.late, countersigned.actor_id) == (True, person("U01").id)
    assert cell().is_complete
    assert cell().is_late
    assert journal_acts() == ["attendance.signed_late"] * 2


def test_the_trainer_signs_for_those_alone_who_have_signed(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    assert countersign() == Refused(WhyNotSigned.NOTHING_TO_COUNTERSIGN)
    sign()
    (entry,) = countersign()
    assert entry.method is SigningMethod.ACCOUNT
    assert countersign() == Refused(WhyNotSigned.NOTHING_TO_COUNTERSIGN)


def test_the_trainer_signs_for_nobody_he_does_not_name(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    sign()
    assert countersign(whom="U02") == Refused(WhyNotSigned.NOTHING_TO_COUNTERSIGN)
    assert cell().state is CellState.TRAINEE_ALONE


def test_a_drawing_is_not_used_twice(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    sign(how=DRAWN, by="U01")
    line = cell().trainee
    attendance.void(line.id, "Signé à sa place", person("S1"))
    assert sign(how=DRAWN, by="U01") == Refused(WhyNotSigned.NOT_A_DRAWING)


@pytest.mark.parametrize("who", ["U02", "U11", "S1", "S2", "S7"])
def test_nobody_signs_for_another_but_before_the_trainer(
    demo_app: Flask, at: SetClock, who: str
) -> None:
    at(demo_app, DURING_2)
    for how in (OWN, DRAWN):
        assert sign(how=how, by=who) == Refused(Why.NOT_PERMITTED)
    assert countersign(by=who) == Refused(Why.NOT_PERMITTED)


def test_on_the_trainers_device_one_signs_by_code_or_by_hand(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    right = Signature(SigningMethod.PIN, has_right_pin=True)
    wrong = Signature(SigningMethod.PIN, has_right_pin=False)
    assert sign(how=OWN, by="U01") == Refused(Why.NOT_PERMITTED)
    assert sign(how=right, by="U01") == Refused(WhyNotSigned.NO_PIN)
    person("U30").pin_hash = "a hash"
    assert sign(how=wrong, by="U01") == Refused(WhyNotSigned.WRONG_PIN)
    for scribble in ("", "M1 1", "M10 10L11 11", "<script>", STROKES + "z", "M0 0L999 999" * 4):
        drawn = Signature(SigningMethod.DRAWN, drawing=scribble)
        assert sign(how=drawn, by="U01") == Refused(WhyNotSigned.NOT_A_DRAWING)
    signed = sign(how=right, by="U01")
    assert (signed.method, signed.actor_id) == (SigningMethod.PIN, person("U01").id)
    assert sign(how=DRAWN, by="U01") == Refused(WhyNotSigned.ALREADY_SIGNED)


def test_the_drawing_stays_with_the_line(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    assert sign(how=DRAWN, by="U01").drawing == STROKES


def test_who_is_noted_absent_signs_no_more_until_a_manager_takes_it_back(
    demo_app: Flask, at: SetClock
) -> None:
    at(demo_app, DURING_2)
    noted = attendance.note_absence("T-02", 2, "U30", person("U01"))
    assert isinstance(noted, AttendanceEntry)
    assert sign() == Refused(WhyNotSigned.NOTED_ABSENT)
    for nobody in ("U01", "U30", "S7"):
        assert attendance.void(noted.id, "Il était là", person(nobody)) == Refused(
            Why.NOT_PERMITTED
        )
    assert isinstance(attendance.void(noted.id, "Il était là", person("S1")), AttendanceEntry)
    assert isinstance(sign(), AttendanceEntry)
    assert journal_acts() == ["attendance.absence_noted", "attendance.voided"]


def test_nobody_countersigns_for_himself(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, DURING_2)
    assert isinstance(sign(), AttendanceEntry)
    trainee, session = person("U30"), the_session()
    trainee.role_rows.append(MemberRole(role=Role.TRAINER))
    session.trainer = trainee
    db.session.flush()
    assert countersign(by="U30") == Refused(WhyNotSigned.NOTHING_TO_COUNTERSIGN)
    assert cell().state is CellState.TRAINEE_ALONE


def test_a_wrong_signature_is_taken_back_with_the_countersignature_and_stays_legible() -> None:
    wrong = cell("U02", 2)
    assert attendance.void(wrong.trainee.id, " ", person("S1")) == Refused(Why.REASON_MISSING)
    attendance.void(wrong.trainee.id, "Signée par erreur", person("S1"))
    assert cell("U02", 2).state is CellState.MISSING
    kinds = [entry.kind for entry in sheet_of(the_session()).entries if entry.voids_id]
    assert kinds == [EntryKind.VOID, EntryKind.VOID]
    again = attendance.void(wrong.trainee.id, "Encore", person("S1"))
    assert again == Refused(WhyNotSigned.ALREADY_VOID)


def test_the_sheet_cannot_be_rewritten() -> None:
    line = cell("U02", 2).trainee
    line.reason = "Autre chose"
    with pytest.raises(Exception, match="append-only"):
        db.session.flush()


def test_a_session_is_closed_when_every_half_day_is_settled() -> None:
    def close(by: str = "U01") -> Any:
        return attendance.close("T-02", person(by))

    assert close("U30") == Refused(Why.NOT_PERMITTED)
    name = person("U30").name
    assert close() == Refused(WhyNotSigned.HALF_DAYS_OPEN, (f"{name}/2",))
    attendance.note_absence("T-02", 2, "U30", person("U01"))
    assert close().state is SessionState.CLOSED
    states = {one.member.code: one.state for one in the_session().enrolments}
    assert set(states.values()) == {EnrolmentState.ATTENDED}
    assert sign(how=Signature(SigningMethod.ACCOUNT, LATE)) == Refused(
        WhyNotSigned.SESSION_NOT_RUNNING
    )
    assert close() == Refused(WhyNotSigned.SESSION_NOT_RUNNING)
    attendance.void(cell().absence.id, "Il était là", person("S1"))
    assert the_session().state is SessionState.HELD
    assert {one.state for one in the_session().enrolments} == {EnrolmentState.ENROLLED}
    assert [place.half_day.number for place in list_places_of(person("U30").id, clock.now())] == [2]


def test_who_never_came_is_absent_once_the_session_is_closed() -> None:
    session = a_session("U10", "U11", trainer="S2")
    sign_all(session)
    for entry in sheet_of(session).entries:
        if entry.kind is EntryKind.TRAINEE and entry.enrolment.member.code == "U11":
            attendance.void(entry.id, "Jamais venu", person("S1"))
    attendance.note_absence(session.code, 1, "U11", person("S2"))
    attendance.close(session.code, person("S1"))
    states = {one.member.code: one.state for one in session.enrolments}
    assert states == {"U10": EnrolmentState.ATTENDED, "U11": EnrolmentState.ABSENT}


def test_a_session_that_goes_on_is_not_closed(demo_app: Flask, at: SetClock) -> None:
    at(demo_app, "2026-11-19T17:00:00+01:00")
    assert attendance.close("T-02", person("U01")) == Refused(WhyNotSigned.NOT_OVER)


def test_only_what_both_have_signed_counts_as_practice() -> None:
    assert str(last_attended(person("U30").id)["BOIS-1"]) == "2026-11-18"
    sign(how=Signature(SigningMethod.ACCOUNT, LATE))
    assert str(last_attended(person("U30").id)["BOIS-1"]) == "2026-11-18"
    countersign(reason=LATE)
    assert str(last_attended(person("U30").id)["BOIS-1"]) == "2026-11-19"


def test_what_waits_for_a_signature_is_told(demo_app: Flask, at: SetClock) -> None:
    def waiting() -> list[int]:
        places = list_places_of(person("U30").id, datetime.fromisoformat(MONDAY))
        return [place.half_day.number for place in places]

    assert waiting() == [2]
    sign(how=Signature(SigningMethod.ACCOUNT, LATE))
    assert waiting() == []


def test_a_sheet_takes_as_many_statements_whatever_stands_on_it(demo_app: Flask) -> None:
    with statements_of(demo_app) as few:
        sheet_of(the_session("T-08"))
    with statements_of(demo_app) as many:
        sheet_of(the_session("T-02"))
    assert len(many) <= len(few) + 1, "who wrote a line is read with his roles"
    trainees = [person(code).id for code in ("U02", "U30")]
    with statements_of(demo_app) as reading:
        followed_sessions(trainees, datetime.fromisoformat(MONDAY))
    assert len(reading) <= 3, "the zone, the sessions, the lines"


# What it means for a proposal


def propose(who: str, of: str, level: int = 1, evidence: str = "") -> Any:
    assessment = Assessment(level, the_day(), evidence=evidence)
    return certifying.propose(person(who), training_named(of), assessment, person("S2"))


def the_day() -> Any:
    return datetime.fromisoformat(MONDAY).date()


def test_a_missing_half_day_prevents_a_proposal_and_is_named() -> None:
    assert propose("U30", "BOIS-1") == Refused(Why.HALF_DAY_UNSIGNED, ("T-02/2",))
    sign(how=Signature(SigningMethod.ACCOUNT, LATE))
    assert propose("U30", "BOIS-1") == Refused(Why.HALF_DAY_UNSIGNED, ("T-02/2",))
    countersign(reason=LATE)
    assert isinstance(propose("U30", "BOIS-1"), Certification)


def test_without_a_session_there_is_no_proposal_but_by_an_equivalence() -> None:
    assert propose("U10", "LASER").why is Why.SESSION_MISSING
    assert isinstance(propose("U10", "LASER", 2, "Badge vu"), Certification)


def test_all_reasons_come_together() -> None:
    outcome = propose("U30", "BOIS-1", level=2)
    whys = [reason.why for reason in outcome.reasons]
    assert whys == [Why.HALF_DAY_UNSIGNED, Why.CHECKLIST_INCOMPLETE]


def test_a_training_may_do_without_full_attendance() -> None:
    training_named("BOIS-1").attendance_required = False
    assert isinstance(propose("U30", "BOIS-1"), Certification)


def test_a_session_proves_for_one_certification_only() -> None:
    """U02 was approved before T-02, so that T-02 serves his renewal; once."""
    assert propose("U02", "BOIS-1") == Refused(Why.QUIZ_NOT_PASSED)
    pass_quiz("U02", "BOIS-1")
    renewed = propose("U02", "BOIS-1")
    assert isinstance(renewed, Certification), renewed
    certifying.approve(renewed.id, person("S1"), {}, waiver="Essai")
    db.session.flush()
    assert [reason.why for reason in propose("U02", "BOIS-1").reasons] == [
        Why.SESSION_MISSING,
        Why.QUIZ_NOT_PASSED,
    ]
