"""The proof: who was certified for what on which day, as the recorded events tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.periods import local_day
from booking.site.queries import site_zone
from booking.trainings.events import EventFact, Standing, held_since, standing_on
from booking.trainings.models import Certification, CertificationEvent, Training
from booking.trainings.queries.catalogue import training_facts
from booking.trainings.queries.certifications import with_attended
from booking.trainings.rules import TrainingFact


def was_certified(
    member_id: int,
    training_code: str,
    level: int,
    on: date,
    last_uses: Mapping[str, date],
    known_at: datetime | None = None,
) -> Standing:
    """Whether a member was certified on a local day, as the recorded events tell it.

    `last_uses`: the last completed use of each training up to that day. With `known_at` as it was
    believed at that instant, before what was recorded later.
    """
    return standings_on(member_id, {training_code: level}, on, last_uses, known_at)[0]


def held_at_level_since(member_id: int, training_code: str, level: int, today: date) -> date | None:
    """Since which local day a member has held a training at a level without a break."""
    return held_since(level, _events_of(member_id, None).get(training_code, []), today)


def standings_on(
    member_id: int,
    levels: Mapping[str, int],
    on: date,
    last_uses: Mapping[str, date],
    known_at: datetime | None = None,
) -> list[Standing]:
    """The same for several trainings with the level of each, in their order; four statements."""
    used = with_attended({member_id: last_uses}, until=on)[member_id]
    events = _events_of(member_id, known_at)
    lapses = _lapse_months_on(on)
    return [
        standing_on(
            on,
            level,
            TrainingFact(code, lapses.get(code), ()),
            events.get(code, ()),
            used.get(code),
        )
        for code, level in levels.items()
    ]


def _events_of(member_id: int, known_at: datetime | None) -> dict[str, list[EventFact]]:
    """Every recorded act on a member's certifications by training, in the order recorded."""
    query = (
        select(
            Training.code,
            CertificationEvent.certification_id,
            CertificationEvent.effective_on,
            CertificationEvent.state,
            CertificationEvent.level,
            CertificationEvent.valid_from,
            CertificationEvent.valid_until,
            CertificationEvent.reason,
        )
        .join(Certification, Certification.id == CertificationEvent.certification_id)
        .join(Training, Training.id == Certification.training_id)
        .where(Certification.member_id == member_id)
        .order_by(CertificationEvent.id)
    )
    if known_at is not None:
        query = query.where(CertificationEvent.at < known_at)
    events: dict[str, list[EventFact]] = {}
    for row in db.session.execute(query):
        events.setdefault(row[0], []).append(EventFact(*row[1:]))
    return events


def _lapse_months_on(day: date) -> dict[str, int | None]:
    """After how many months of non-use each training lapsed, as it was on a local day.

    The journal keeps what a later change has replaced, so that it does not rewrite the past.
    """
    months = {code: fact.lapse_months for code, fact in training_facts().items()}
    changes = select(JournalEntry.subject_code, JournalEntry.before).where(
        JournalEntry.subject_kind == "training",
        JournalEntry.act == "training.changed",
        JournalEntry.at >= local_day(day, site_zone()).ends_at,
    )
    for code, before in db.session.execute(changes.order_by(JournalEntry.id.desc())):
        if "lapse_months" in before:
            months[code] = before["lapse_months"]
    return months
