"""What proves a training beside attendance: taking tests, writing down practical tests."""

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
    Training,
)
from booking.trainings.queries import (
    find_attempt,
    find_training,
    quiz_standing,
)
from booking.trainings.refusals import Refused, Why, WhyNoQuiz, WhyNotSigned
from booking.trainings.rules import ItemResult
from booking.trainings.service import assessing, quizzes
from booking.trainings.service.assessing import Practice
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
    WhyNotSigned.HALF_DAYS_OPEN,
    WhyNotSigned.NOT_OVER,
    WhyNotSigned.ALREADY_VOID,
    WhyNoQuiz.ALREADY_SENT,
    WhyNoQuiz.PAUSE,
    WhyNoQuiz.TOO_FEW_QUESTIONS,
)


def answers_of_act(model: type[Told], *problems: int, status: int = 200) -> Response:
    """The answers of an act on a proof, with every way in which it may be refused."""
    return answers(
        model,
        400, 401, 413, 415, *problems,
        status=status,
        HTTP_403=(refusal_shapes.CertificationProblem, "Not by you"),
        HTTP_409=(refusal_shapes.CertificationProblem, "Not as things stand"),
        HTTP_422=(refusal_shapes.CertificationProblem, "Something is missing or wrong"),
    )  # fmt: skip


def refuse(why: Refused) -> NoReturn:
    """Answer why an act was not done."""
    status = 403 if why.why in FORBIDDEN else 409 if why.why in IN_CONFLICT else 422
    abort(problem(status, explain(why), code=why.why, names=list(why.names)))


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
            refuse(outcome)
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
            refuse(outcome)
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
            refuse(outcome)
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
