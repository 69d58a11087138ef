"""What proves a training: signing attendance, taking tests, writing down practical tests."""

from __future__ import annotations

from typing import NoReturn

from flask import abort
from spectree import Response

from booking import clock
from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import certifications as refusal_shapes
from booking.api.schemas import learning as shapes
from booking.api.schemas.fields import Told
from booking.database import writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.site.queries import site_zone
from booking.trainings.models import (
    PracticalAssessment,
    QuizAttempt,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.queries import (
    SheetRow,
    find_attempt,
    find_place,
    find_session,
    find_training,
    quiz_standing,
    sheet_of,
)
from booking.trainings.refusals import Refused, Why, WhyNoQuiz, WhyNotSigned
from booking.trainings.rules import ItemResult, SigningMethod
from booking.trainings.service import assessing, attendance, quizzes
from booking.trainings.service.assessing import Practice
from booking.trainings.service.attendance import Signature
from booking.trainings.wording import explain
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem
from booking.web.filters import localized

FORBIDDEN = (Why.NOT_PERMITTED, Why.OWN_CERTIFICATION)
IN_CONFLICT = (
    WhyNotSigned.ALREADY_SIGNED,
    WhyNotSigned.NOTED_ABSENT,
    WhyNotSigned.NOTHING_TO_COUNTERSIGN,
    WhyNotSigned.SESSION_NOT_RUNNING,
    WhyNoQuiz.ALREADY_SENT,
    WhyNoQuiz.PAUSE,
    WhyNoQuiz.TOO_FEW_QUESTIONS,
)


def answers_of_act(model: type[Told], *problems: int, status: int = 200) -> Response:
    return answers(
        model,
        400, 401, 413, 415, *problems,
        status=status,
        HTTP_403=(refusal_shapes.CertificationProblem, "Not by you"),
        HTTP_409=(refusal_shapes.CertificationProblem, "Not as things stand"),
        HTTP_422=(refusal_shapes.CertificationProblem, "Something is missing or wrong"),
    )  # fmt: skip


def _refuse(why: Refused) -> NoReturn:
    status = 403 if why.why in FORBIDDEN else 409 if why.why in IN_CONFLICT else 422
    abort(problem(status, explain(why), code=why.why, names=list(why.names)))


# Attendance


def _half_day(code: str, number: int) -> SessionHalfDay | None:
    session = find_session(code)
    halves = session.half_days if session else []
    return next((half for half in halves if half.number == number), None)


@api.get("/sessions/<code>/attendance")
@requires("attendance.see", of=find_session)
@contract.validate(
    resp=answers(shapes.AttendanceSheet, 401, 404), tags=["attendance"], security=BEARER
)
def show_attendance(session: TrainingSession) -> shapes.AttendanceSheet:
    """The attendance sheet of a session, for trainers and managers"""
    return _sheet(session)


@api.post("/sessions/<code>/attendance/<int:number>/sign")
@requires("account.use")
@contract.validate(
    resp=answers_of_act(shapes.Attendance, 404), tags=["attendance"], security=BEARER
)
def sign_half_day(code: str, number: int, json: shapes.SignNow) -> shapes.Attendance:
    """Sign for a half-day of a session in which you have a place

    From ten minutes before its start to thirty after its end; later only with a `reason`, and
    marked for ever. It counts once the trainer has countersigned.
    """
    me = get_acting_member()
    session = find_session(code)
    if session is None or find_place(session, number, me.code) is None:
        abort(404)
    with writing():
        signature = Signature(SigningMethod.ACCOUNT, json.reason)
        outcome = attendance.sign(code, number, me.code, signature, me)
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _attendance(code, number, me.code)


@api.post("/sessions/<code>/attendance/<int:number>/countersign")
@requires("attendance.countersign", of=_half_day)
@contract.validate(
    resp=answers_of_act(shapes.AttendanceSheet, 404), tags=["attendance"], security=BEARER
)
def countersign_half_day(
    half_day: SessionHalfDay, json: shapes.Countersigning
) -> shapes.AttendanceSheet:
    """The trainer signs for those whom he names, and who have signed"""
    trainees = {row.enrolment.member.code for row in sheet_of(half_day.session).rows}
    if not trainees.issuperset(json.members):
        refused("members", "unknown_member")
    with writing():
        outcome = attendance.countersign(
            half_day.session.code,
            half_day.number,
            json.members,
            json.reason,
            get_acting_member(),
        )
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _sheet_of_code(half_day.session.code)


@api.post("/sessions/<code>/attendance/<int:number>/absences")
@requires("attendance.countersign", of=_half_day)
@contract.validate(
    resp=answers_of_act(shapes.Attendance, 404, status=201), tags=["attendance"], security=BEARER
)
def note_absence(
    half_day: SessionHalfDay, json: shapes.AbsenceNoted
) -> tuple[shapes.Attendance, int]:
    """The trainer notes that a trainee did not come"""
    code, number = half_day.session.code, half_day.number
    if find_place(half_day.session, number, json.member) is None:
        refused("member", "unknown_member")
    with writing():
        outcome = attendance.note_absence(code, number, json.member, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _attendance(code, number, json.member), 201


def _sheet_of_code(code: str) -> shapes.AttendanceSheet:
    return _sheet(find_session(code) or abort(404))


def _sheet(session: TrainingSession) -> shapes.AttendanceSheet:
    sheet = sheet_of(session)
    return shapes.AttendanceSheet(
        session=session.code,
        training=session.training.code,
        trainer=session.trainer.code,
        half_days=[
            shapes.AttendedHalfDay(
                number=half_day.number,
                starts_at=half_day.starts_at,
                ends_at=half_day.ends_at,
                trainees=[_told(row, half_day.number) for row in sheet.rows],
            )
            for half_day in session.half_days
        ],
    )


def _attendance(code: str, number: int, member: str) -> shapes.Attendance:
    sheet = sheet_of(find_session(code) or abort(404))
    row = next(row for row in sheet.rows if row.enrolment.member.code == member)
    return _told(row, number)


def _told(row: SheetRow, number: int) -> shapes.Attendance:
    cell = row.cells[number]
    lines = [line for line in (cell.trainee, cell.trainer) if line is not None]
    return shapes.Attendance(
        member=row.enrolment.member.code,
        state=cell.state.lower(),
        late=cell.is_late,
        signatures=[
            shapes.Signature(
                by=line.kind.lower(),
                name=line.actor.name if line.actor else None,
                method=(line.method or SigningMethod.TAKEN_OVER).lower(),
                at=line.at,
                late=line.late,
                reason=line.reason,
            )
            for line in lines
        ],
    )


# Tests


@api.get("/trainings/<code>/attempts")
@requires("quiz.take", of=find_training)
@contract.validate(
    resp=answers(shapes.AttemptList, 401, 403, 404, 422), tags=["tests"], security=BEARER
)
def list_of_attempts(training: Training, query: shapes.AttemptFilter) -> shapes.AttemptList:
    """Your attempts at the test of a training; a trainer names whose"""
    me = get_acting_member()
    if query.member not in (None, me.code) and not may("certification.list"):
        abort(403)
    member = me if query.member in (None, me.code) else _member(query.member or "")
    standing = quiz_standing(member.id, training.id)
    return shapes.AttemptList(items=[_attempt(one) for one in standing.attempts])


@api.post("/trainings/<code>/attempts")
@requires("quiz.take", of=find_training)
@contract.validate(
    resp=answers_of_act(shapes.Attempt, 404, status=201), tags=["tests"], security=BEARER
)
def start_attempt(training: Training, json: shapes.NewAttempt) -> tuple[shapes.Attempt, int]:
    """Begin the test, or go on with the one begun: it asks the same questions"""
    with writing():
        outcome = quizzes.start(get_acting_member(), training)
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _attempt(outcome), 201


@api.get("/attempts/<int:number>")
@requires("quiz.see", of=find_attempt)
@contract.validate(resp=answers(shapes.Attempt, 401, 404), tags=["tests"], security=BEARER)
def show_attempt(attempt: QuizAttempt) -> shapes.Attempt:
    """An attempt: its questions, and once it is sent which were right"""
    return _attempt(attempt)


@api.post("/attempts/<int:number>/answers")
@requires("quiz.answer", of=find_attempt)
@contract.validate(resp=answers_of_act(shapes.Attempt, 404), tags=["tests"], security=BEARER)
def answer_attempt(attempt: QuizAttempt, json: shapes.GivenAnswers) -> shapes.Attempt:
    """Send the answers, once; the mark comes with the answer"""
    chosen = [frozenset(places) for places in json.answers]
    with writing():
        outcome = quizzes.send(attempt.id, chosen, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _attempt(outcome)


def _attempt(attempt: QuizAttempt) -> shapes.Attempt:
    is_mine = attempt.member_id == get_acting_member().id
    asked = attempt.drawn if is_mine or attempt.sent_at is not None else []
    rights = [given["right"] for given in attempt.chosen]
    return shapes.Attempt(
        id=attempt.id,
        member=attempt.member.code,
        training=attempt.training.code,
        started_at=attempt.started_at,
        sent_at=attempt.sent_at,
        passed=attempt.passed,
        right=attempt.right_count,
        total=attempt.total,
        pass_percent=attempt.pass_percent,
        questions=[
            shapes.AskedQuestion(
                question=localized(question["text"]),
                critical=question["critical"],
                answers=[localized(answer["text"]) for answer in question["answers"]],
                right=rights[place] if rights else None,
            )
            for place, question in enumerate(asked)
        ],
    )


# Practical tests


@api.post("/trainings/<code>/assessments")
@requires("certification.propose_any")
@contract.validate(
    resp=answers_of_act(shapes.Practice, 404, status=201), tags=["tests"], security=BEARER
)
def create_assessment(code: str, json: shapes.NewPractice) -> tuple[shapes.Practice, int]:
    """A trainer writes down a practical test, passed or not"""
    training = find_training(code) or abort(404)
    member = _member(json.member)
    results = {item: ItemResult(result.upper()) for item, result in json.results.items()}
    day = json.assessed_on or clock.today(site_zone())
    with writing():
        practice = Practice(day, json.part, results, json.note)
        outcome = assessing.assess(member, training, practice, get_acting_member())
        if isinstance(outcome, Refused):
            _refuse(outcome)
    return _practice(outcome, training, member), 201


def _practice(kept: PracticalAssessment, training: Training, member: Member) -> shapes.Practice:
    return shapes.Practice(
        id=kept.id,
        member=member.code,
        training=training.code,
        trainer=get_acting_member().code,
        assessed_on=kept.assessed_on,
        part=kept.part,
        note=kept.note,
        results=[
            shapes.PracticeItem(**(result | {"result": result["result"].lower()}))
            for result in kept.results
        ],
    )


def _member(code: str) -> Member:
    member = find_member(code)
    if member is None:
        refused("member", "unknown_member")
    return member
