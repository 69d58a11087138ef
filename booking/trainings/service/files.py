"""Filling in the file of a professional session; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.trainings.models import ActivityYear, Funding, Questionnaire, SessionFile
from booking.trainings.queries.files import (
    Asked,
    TraineeFile,
    TrainingFile,
    due_on,
    list_asked_between,
)
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules import AskingTime, asking_time, is_letter_due

LOOKED_BACK, LOOKED_AHEAD = timedelta(days=250), timedelta(days=8)
"""Around now: whoever may have to be asked has a half-day within. Longer than six months."""


class Paid(NamedTuple):
    """What a manager fills in for one trainee."""

    income: str
    objective: str
    income_cents: int


def set_up(file: TrainingFile, actor: Member, *, professional: bool, programme: str) -> None:
    """Say whether the session is professional training, and write its programme."""
    settings = file.settings
    before = {"professional": file.is_professional, "programme": file.programme}
    if settings is None:
        settings = SessionFile(session_id=file.session.id, professional=professional)
        db.session.add(settings)
    settings.professional, settings.programme = professional, programme
    journal.record_change(
        "session.file_changed",
        "session",
        file.session.code,
        actor_id=actor.id,
        before=before,
        after={"professional": professional, "programme": programme},
    )


def note_funding(file: TrainingFile, trainee: TraineeFile, paid: Paid, actor: Member) -> None:
    """Say where one trainee's money comes from, and what the training is for."""
    funding = trainee.funding
    before = {} if funding is None else _as_plain(funding)
    if funding is None:
        funding = Funding(enrolment_id=trainee.enrolment.id)
        db.session.add(funding)
    funding.income, funding.objective, funding.income_cents = paid
    journal.record_change(
        "session.funding_noted",
        "session",
        file.session.code,
        actor_id=actor.id,
        before={"member": trainee.enrolment.member.code, **before},
        after={"member": trainee.enrolment.member.code, **_as_plain(funding)},
    )


def _as_plain(funding: Funding) -> dict[str, object]:
    return {
        "income": funding.income,
        "objective": funding.objective,
        "income_cents": funding.income_cents,
    }


def note_export(file: TrainingFile, actor: Member) -> None:
    """Write down who was handed the papers of a session."""
    journal.record("session.file_exported", "session", file.session.code, actor_id=actor.id)


def announce_due(year: int, on: date, actor: Member) -> None:
    """Note the official date until when the activity of a year is to be declared."""
    known = due_on(year)
    before = known.due_on.isoformat() if known else None
    if known is None:
        db.session.add(ActivityYear(year=year, due_on=on))
    else:
        known.due_on = on
    journal.record_change(
        "activity.due_noted",
        "activity",
        year,
        actor_id=actor.id,
        before={"due_on": before},
        after={"due_on": on.isoformat()},
    )


def answer(asked: Asked, marks: Mapping[str, int], comment: str) -> Questionnaire | Refused:
    """A trainee's answer; as long as it can be given it replaces the one before."""
    now = clock.now()
    if asking_time(asked.kind, asked.starts_at, asked.ends_at, now) is not AskingTime.OPEN:
        return Refused(Why.NOT_ASKED_NOW)
    given = asked.answer or _new(asked)
    given.marks, given.comment, given.answered_at = dict(marks), comment, now
    db.session.flush()
    return given


def ask_due() -> int:
    """Write to whoever is to answer now and was not asked before; returns to how many."""
    now = clock.now()
    due = [
        one
        for one in list_asked_between(now - LOOKED_BACK, now + LOOKED_AHEAD)
        if is_letter_due(one.kind, one.starts_at, one.ends_at, now)
        and (one.answer is None or not (one.answer.asked_at or one.answer.answered_at))
    ]
    for one in due:
        (one.answer or _new(one)).asked_at = now
        _tell(one)
    return len(due)


def _new(asked: Asked) -> Questionnaire:
    made = Questionnaire(enrolment_id=asked.enrolment.id, kind=asked.kind)
    db.session.add(made)
    return made


def _tell(asked: Asked) -> None:
    outbox.record(
        f"questionnaire.{asked.kind.lower()}",
        asked.enrolment.member,
        {
            "enrolment": asked.enrolment.id,
            "kind": asked.kind.lower(),
            "title": asked.session.training.title,
            "session": asked.session.code,
            "starts_at": asked.starts_at.isoformat(),
        },
        topic=f"enrolment:{asked.enrolment.id}",
    )
