"""Trainings, their sessions, and the certifications of everybody with their past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from booking.database import db
from booking.demo.files import ZONE, Files
from booking.demo.people import at_office_opening
from booking.machines.models import Machine
from booking.members.models import Member
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.sessions.models import Interest
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    CertificationEvent,
    Enrolment,
    EnrolmentState,
    PracticalAssessment,
    Prerequisite,
    QuizAttempt,
    QuizQuestion,
    SessionHalfDay,
    SessionKind,
    SessionState,
    Training,
    TrainingSession,
)
from booking.trainings.rules import (
    CertificationAct,
    CertificationState,
    EntryKind,
    ItemResult,
    SigningMethod,
    mark,
    next_state,
    typed_item,
)
from booking.trainings.service import quizzes, verifying

AUTONOMOUS_LEVEL = 2
EXTERNAL = "EXTERNAL"
LASTED = timedelta(minutes=11)
INTEREST_ON = date(2026, 11, 16)
TRAINEE_SIGNED_AFTER = timedelta(minutes=4)
TRAINER_SIGNED_AFTER = timedelta(minutes=12)


def add_trainings(files: Files) -> dict[str, Training]:
    trainings = {item["code"]: _training(item) for item in files.trainings["trainings"]}
    for item in files.trainings["trainings"]:
        trainings[item["code"]].prerequisites = [
            Prerequisite(required=trainings[asked["training"]], level=asked["level"])
            for asked in item["prerequisites"]
        ]
    db.session.add_all(trainings.values())
    db.session.flush()
    return trainings


def _training(item: dict[str, Any]) -> Training:
    return Training(
        code=item["code"],
        title=item["title"],
        aims=item["aims_fr"],
        duration_minutes=item["duration_minutes"],
        half_days=item["half_days"],
        price_cents=item["price_cents"],
        vat_treatment=item["vat_treatment"],
        places=item["places"],
        quiz_questions=item["quiz"]["questions"],
        quiz_pass_percent=item["quiz"]["pass_percent"],
        quiz_critical_questions=item["quiz"]["critical_questions"],
        checklist=[
            asdict(typed_item(line, min(AUTONOMOUS_LEVEL, max(item["levels"]))))
            for line in item["checklist_fr"]
        ],
        levels=item["levels"],
        validity_months=item["validity_months"],
        lapse_months=item.get("lapse_months"),
        professional=item["professional_training"],
    )


# Tests


def add_questions(files: Files, trainings: Mapping[str, Training]) -> None:
    """The bank of questions of each training; the right answers come first in it."""
    for item in files.questions["questions"]:
        db.session.add(
            QuizQuestion(
                training_id=trainings[item["training"]].id,
                text=item["text"],
                answers=[
                    {"text": text, "right": right}
                    for right, texts in ((True, item["right"]), (False, item["wrong"]))
                    for text in texts
                ],
                critical=item.get("critical", False),
            )
        )
    db.session.flush()


def add_attempts(
    files: Files, trainings: Mapping[str, Training], people: Mapping[str, Member]
) -> None:
    """Tests that were taken: the first questions wrong, the plain ones before the critical."""
    for seed, item in enumerate(files.records["quiz_attempts"], start=1):
        training = trainings[item["training"]]
        drawn = quizzes.draw_questions(training, seed) or []
        questions = quizzes.drawn_of_kept(drawn)
        plain_first = sorted(range(len(drawn)), key=lambda place: questions[place].critical)
        missed = set(plain_first[: item["wrong"]])
        chosen = [
            frozenset(range(len(kept["answers"]))) - asked.right if place in missed else asked.right
            for place, (kept, asked) in enumerate(zip(drawn, questions, strict=True))
        ]
        marked = mark(questions, chosen, training.quiz_pass_percent)
        db.session.add(
            QuizAttempt(
                member_id=people[item["member"]].id,
                training_id=training.id,
                started_at=item["sent_at"] - LASTED,
                seed=seed,
                pass_percent=training.quiz_pass_percent,
                drawn=drawn,
                chosen=[
                    {"answers": sorted(answers), "right": right}
                    for answers, right in zip(chosen, marked.right, strict=True)
                ],
                sent_at=item["sent_at"],
                right_count=marked.right_count,
                passed=marked.passed,
            )
        )
    db.session.flush()


def add_practical_tests(
    files: Files, trainings: Mapping[str, Training], people: Mapping[str, Member]
) -> None:
    """Practical tests that were passed, point by point."""
    for item in files.records["practical_tests"]:
        training = trainings[item["training"]]
        db.session.add(
            PracticalAssessment(
                member_id=people[item["member"]].id,
                training_id=training.id,
                trainer_id=people[item["trainer"]].id,
                at=item["at"],
                assessed_on=item["at"].astimezone(ZONE).date(),
                part=item["part_fr"],
                note=item["note_fr"],
                results=[
                    {
                        "item": kept["text"],
                        "critical": kept["critical"],
                        "level": kept["level"],
                        "result": ItemResult.PASSED,
                    }
                    for kept in training.checklist
                ],
            )
        )
    db.session.flush()


# Sessions


def add_sessions(
    files: Files,
    trainings: Mapping[str, Training],
    machines: Mapping[str, Machine],
    people: Mapping[str, Member],
) -> None:
    """The sessions with their half-days and enrolments, and the units they take."""
    for item in files.records["training_sessions"]:
        session = _session(item, files, trainings, people)
        db.session.add(session)
        db.session.flush()
        for half_day in session.half_days:
            db.session.add_all(_taken_by(half_day, session.lapses_at, item, machines))
        for enrolment, told in zip(session.enrolments, item["enrolments"], strict=True):
            db.session.add_all(_signed(session, enrolment, told.get("signed_half_days", [])))
            db.session.add_all(_absent(session, enrolment, told.get("absent_half_days", [])))
    db.session.flush()


def _session(
    item: dict[str, Any],
    files: Files,
    trainings: Mapping[str, Training],
    people: Mapping[str, Member],
) -> TrainingSession:
    decides_at = item.get("auto_cancel_at")
    has_place = [one for one in item["enrolments"] if one["state"] == EnrolmentState.ENROLLED]
    minimum = files.site["parameters"]["training_min_trainees"]
    return TrainingSession(
        code=item["code"],
        training_id=trainings[item["training"]].id,
        kind=SessionKind(item["kind"]),
        trainer_id=people[item["trainer"]].id,
        state=SessionState(item["state"]),
        places=item["places"],
        place=item.get("place_fr", ""),
        minimum=minimum,
        auto_cancel_at=decides_at,
        lapses_at=decides_at if len(has_place) < minimum else None,
        half_days=[
            SessionHalfDay(number=number, starts_at=half["starts_at"], ends_at=half["ends_at"])
            for number, half in enumerate(item["half_days"], start=1)
        ],
        enrolments=[
            Enrolment(
                member_id=people[enrolment["member"]].id,
                state=EnrolmentState(enrolment["state"]),
                waiting_position=enrolment.get("waiting_position"),
                note=enrolment.get("note_fr", ""),
            )
            for enrolment in item["enrolments"]
        ],
    )


def _signed(
    session: TrainingSession, enrolment: Enrolment, numbers: Sequence[int]
) -> Iterator[AttendanceEntry]:
    """What trainee and trainer signed, each in the own account, during the half-day."""
    for half_day in session.half_days:
        if half_day.number in numbers:
            for kind, actor_id, after in (
                (EntryKind.TRAINEE, enrolment.member_id, TRAINEE_SIGNED_AFTER),
                (EntryKind.TRAINER, session.trainer_id, TRAINER_SIGNED_AFTER),
            ):
                yield AttendanceEntry(
                    half_day_id=half_day.id,
                    enrolment_id=enrolment.id,
                    kind=kind,
                    method=SigningMethod.ACCOUNT,
                    at=half_day.starts_at + after,
                    actor_id=actor_id,
                )


def _absent(
    session: TrainingSession, enrolment: Enrolment, numbers: Sequence[int]
) -> Iterator[AttendanceEntry]:
    """What the trainer noted of who did not come."""
    for half_day in session.half_days:
        if half_day.number in numbers:
            yield AttendanceEntry(
                half_day_id=half_day.id,
                enrolment_id=enrolment.id,
                kind=EntryKind.ABSENCE,
                at=half_day.starts_at + TRAINER_SIGNED_AFTER,
                actor_id=session.trainer_id,
            )


def _taken_by(
    half_day: SessionHalfDay,
    lapses_at: datetime | None,
    item: dict[str, Any],
    machines: Mapping[str, Machine],
) -> Iterator[Occupancy]:
    for taken in item["occupies"]:
        machine = machines[taken["machine"]]
        buffer = timedelta(minutes=machine.buffer_minutes or 0)
        for unit in machine.units[: taken["units"]]:
            yield Occupancy(
                unit_id=unit.id,
                kind=OccupancyKind.SESSION,
                half_day_id=half_day.id,
                starts_at=half_day.starts_at,
                ends_at=half_day.ends_at,
                busy_from=half_day.starts_at,
                busy_until=half_day.ends_at + buffer,
                lapses_at=lapses_at,
            )


INTERESTS: tuple[tuple[str, str, list[str]], ...] = (
    ("BOIS-1", "U06", ["1-MORNING", "3-MORNING"]),
    ("BOIS-1", "U09", ["1-MORNING", "1-AFTERNOON", "3-MORNING"]),
    ("BOIS-1", "U15", []),
    ("CERAM-1", "U12", ["4-AFTERNOON"]),
)
"""Enough people for a session of BOIS-1, one of whom any half-day suits; one who waits alone."""


def add_interests(trainings: Mapping[str, Training], people: Mapping[str, Member]) -> None:
    """Who would attend a training of which no session suits."""
    db.session.add_all(
        Interest(
            training_id=trainings[training].id,
            member_id=people[member].id,
            half_days=half_days,
            declared_at=at_office_opening(INTEREST_ON),
        )
        for training, member, half_days in INTERESTS
    )
    db.session.flush()


# Certifications


@dataclass(frozen=True)
class _Step:
    """One act in the life of a certification."""

    act: CertificationAct
    on: date
    actor: str | None
    reason: str = ""


def add_certifications(
    files: Files, trainings: Mapping[str, Training], people: Mapping[str, Member]
) -> None:
    """Every record, and the requests that wait, each with the acts that led to its state."""
    items = [*files.members["certifications"], *map(_request, files.members["training_requests"])]
    for item in items:
        training = trainings[item["training"]]
        certification = _certification(item, training, people)
        db.session.add(certification)
        certification.events = list(_events(item, certification, files, people))
        db.session.flush()
        if certification.approved_on:
            verifying.give_code(certification)


def _request(item: dict[str, Any]) -> dict[str, Any]:
    """A wish for a training as the record it is: a request for what opens autonomous use."""
    return {
        "person": item["member"],
        "training": item["training"],
        "level": AUTONOMOUS_LEVEL,
        "state": CertificationState.REQUESTED,
        "requested_on": item["requested_on"],
    }


def _certification(
    item: dict[str, Any], training: Training, people: Mapping[str, Member]
) -> Certification:
    approved_on = item.get("approved_on")
    proposed_on = item.get("proposed_on", approved_on)
    outside = item.get("assessed_by") == EXTERNAL
    assessor = None if outside else people.get(item.get("assessed_by", ""))
    approver = people.get(item.get("approved_by", ""))
    return Certification(
        member_id=people[item["person"]].id,
        training_id=training.id,
        level=item["level"],
        state=_stored_state(item),
        requested_on=item.get("requested_on"),
        proposed_on=proposed_on,
        assessed_on=proposed_on,
        approved_on=approved_on,
        valid_until=item.get("valid_until"),
        assessed_by_id=assessor.id if assessor else None,
        assessed_outside=outside,
        approved_by_id=approver.id if approver else None,
        equivalence=item.get("equivalence", False),
        evidence=item.get("evidence", ""),
        checklist=[
            {"item": kept["text"], "critical": kept["critical"], "done": True}
            for kept in training.checklist
            if assessor
        ],
        suspension_reason=item.get("suspension_reason_fr"),
        suspension_ends_when=item.get("suspension_ends_when_fr"),
    )


def _stored_state(item: dict[str, Any]) -> CertificationState:
    """The state of the record; that it has expired is computed when it is read."""
    state = CertificationState(item["state"])
    return CertificationState.APPROVED if state is CertificationState.EXPIRED else state


def _events(
    item: dict[str, Any],
    certification: Certification,
    files: Files,
    people: Mapping[str, Member],
) -> Iterator[CertificationEvent]:
    state: CertificationState | None = None
    for step in _steps(item, files):
        state = next_state(state, step.act)
        dated = step.act in (CertificationAct.APPROVE, CertificationAct.SUSPEND)
        yield CertificationEvent(
            at=at_office_opening(step.on),
            effective_on=step.on,
            act=step.act,
            state=state,
            level=item["level"],
            valid_from=certification.approved_on if dated else None,
            valid_until=certification.valid_until if dated else None,
            actor_id=people[step.actor].id if step.actor else None,
            reason=step.reason,
            evidence=_evidence(step.act, certification),
        )


def _steps(item: dict[str, Any], files: Files) -> Iterator[_Step]:
    """What the dates of a record tell of its past. An outside assessor has no account here."""
    if "requested_on" in item:
        yield _Step(CertificationAct.REQUEST, item["requested_on"], item["person"])
    if "session" in item:
        session = _find_session(item["session"], files)
        began_on = session["half_days"][0]["starts_at"].astimezone(ZONE).date()
        yield _Step(CertificationAct.START_TRAINING, began_on, session["trainer"])
    if "assessed_by" in item:
        assessor = None if item["assessed_by"] == EXTERNAL else item["assessed_by"]
        proposed_on = item.get("proposed_on") or item["approved_on"]
        yield _Step(CertificationAct.PROPOSE, proposed_on, assessor)
    if "approved_on" in item:
        yield _Step(CertificationAct.APPROVE, item["approved_on"], item["approved_by"])
    if "suspended_on" in item:
        reason = item["suspension_reason_fr"]
        yield _Step(CertificationAct.SUSPEND, item["suspended_on"], item["suspended_by"], reason)


def _find_session(code: str, files: Files) -> dict[str, Any]:
    sessions = files.records["training_sessions"]
    found: dict[str, Any] = next(session for session in sessions if session["code"] == code)
    return found


def _evidence(act: CertificationAct, certification: Certification) -> dict[str, Any]:
    if act is CertificationAct.REQUEST and certification.equivalence:
        return {"equivalence": certification.evidence}
    if act is CertificationAct.PROPOSE and certification.assessed_on:
        return {
            "assessed_on": certification.assessed_on.isoformat(),
            "note": "",
            "checklist": certification.checklist,
        }
    return {}
