"""Certifications as they stand today, dates and lack of use included, or stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from booking import clock
from booking.database import db
from booking.machines.rules import is_match, plain
from booking.periods import local_day
from booking.reservations.queries import last_uses, last_uses_of
from booking.site.queries import site_zone
from booking.trainings.events import Standing
from booking.trainings.models import (
    OPEN_STATES,
    Certification,
    CertificationEvent,
    EvidenceFile,
    Training,
)
from booking.trainings.queries import (
    certification_facts,
    standings_on,
    training_facts,
    with_attended,
)
from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    Verdict,
    judge_chain,
    last_allowed_day,
    required_levels,
    state_on,
)

EXPIRING = timedelta(days=60)
"""How long before its end a certification asks to be renewed: the first reminder's delay."""


class Shown(StrEnum):
    """A certification as people see it: its state, and what dates and newer records add."""

    REQUESTED = "REQUESTED"
    IN_TRAINING = "IN_TRAINING"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    EXPIRING = "EXPIRING"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    REFUSED = "REFUSED"
    REPLACED = "REPLACED"


PAST = frozenset({Shown.REVOKED, Shown.REFUSED, Shown.REPLACED})
"""Records that nothing more is to be done about."""

COUNTING = frozenset({Shown.APPROVED, Shown.EXPIRING})
"""Records that open machines."""


@dataclass(frozen=True)
class CertificationToday:
    """A record with what its dates make of it today.

    `last_allowed_on` is the last day before it lapses by non-use, None when it never does.
    """

    certification: Certification
    shown: Shown
    last_used_on: date | None
    last_allowed_on: date | None

    @property
    def ends_on(self) -> date | None:
        """The last day on which it counts, by date or by lack of use."""
        return _earliest(self.certification.valid_until, self.last_allowed_on)

    @property
    def lapses_first(self) -> bool:
        """Whether lack of use ends it before its date does."""
        return self.ends_on is not None and self.ends_on != self.certification.valid_until

    @property
    def is_past(self) -> bool:
        return self.shown in PAST

    @property
    def counts(self) -> bool:
        return self.shown in COUNTING


def look_at(certifications: Sequence[Certification]) -> list[CertificationToday]:
    """How records stand today, in their order; four statements whatever their number.

    Give all records of a member and training together: a newer one replaces an ended one.
    """
    zone = site_zone()
    today = clock.today(zone)
    trainings = training_facts()
    members = {certification.member_id for certification in certifications}
    uses = with_attended(last_uses_of(members, trainings, zone))
    newest = _newest_approvals(certifications)
    looks = []
    for certification in certifications:
        code = certification.training.code
        fact = _fact(certification, uses[certification.member_id].get(code))
        last_allowed_on = last_allowed_day(fact, trainings[code].lapse_months)
        shown = Shown(state_on(fact, trainings[code].lapse_months, today))
        if shown is Shown.APPROVED:
            shown = _approved_look(fact, last_allowed_on, today)
        elif shown in (Shown.EXPIRED, Shown.LAPSED) and _is_replaced(certification, newest):
            shown = Shown.REPLACED
        looks.append(CertificationToday(certification, shown, fact.last_used_on, last_allowed_on))
    return looks


def _fact(certification: Certification, last_used_on: date | None) -> CertificationFact:
    return CertificationFact(
        training=certification.training.code,
        level=certification.level,
        state=certification.state,
        approved_on=certification.approved_on,
        valid_until=certification.valid_until,
        last_used_on=last_used_on,
        suspension_reason=certification.suspension_reason,
        record_id=certification.id,
    )


def _approved_look(fact: CertificationFact, last_allowed_on: date | None, today: date) -> Shown:
    ends_on = _earliest(fact.valid_until, last_allowed_on)
    return Shown.EXPIRING if ends_on and ends_on <= today + EXPIRING else Shown.APPROVED


def _newest_approvals(certifications: Iterable[Certification]) -> dict[tuple[int, int], date]:
    """The latest approval that still stands, by member and training."""
    newest: dict[tuple[int, int], date] = {}
    standing = (CertificationState.APPROVED, CertificationState.SUSPENDED)
    for record in certifications:
        if record.state in standing and record.approved_on:
            key = (record.member_id, record.training_id)
            newest[key] = max(newest.get(key, record.approved_on), record.approved_on)
    return newest


def _is_replaced(certification: Certification, newest: dict[tuple[int, int], date]) -> bool:
    approved_on = certification.approved_on
    key = (certification.member_id, certification.training_id)
    return approved_on is not None and newest[key] > approved_on


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def search_certifications(words: str = "", training_code: str = "") -> list[Certification]:
    """Every record by member and training, narrowed to words of a name or code; two statements."""
    query = select(Certification).options(
        joinedload(Certification.member), joinedload(Certification.training)
    )
    if training_code:
        query = query.where(Certification.training.has(Training.code == training_code))
    records = [
        record
        for record in db.session.scalars(query.order_by(Certification.id.desc()))
        if is_match(words, (record.member.name, record.member.code, record.training.code))
    ]
    return sorted(records, key=lambda record: (plain(record.member.name), record.training.code))


def find_certification(number: int) -> Certification | None:
    """A record with its member, training, people and history."""
    return db.session.scalar(
        select(Certification)
        .options(
            joinedload(Certification.member),
            joinedload(Certification.training),
            joinedload(Certification.assessed_by),
            joinedload(Certification.approved_by),
            selectinload(Certification.events).joinedload(CertificationEvent.actor),
            selectinload(Certification.files).joinedload(EvidenceFile.added_by),
        )
        .where(Certification.id == number)
    )


def find_file(number: int, file_id: int) -> EvidenceFile | None:
    """A file kept with a certification, with its content."""
    return db.session.scalar(
        select(EvidenceFile)
        .options(
            undefer(EvidenceFile.content),
            joinedload(EvidenceFile.certification),
            joinedload(EvidenceFile.added_by),
        )
        .where(EvidenceFile.id == file_id, EvidenceFile.certification_id == number)
    )


def find_open(member_id: int, training_id: int) -> Certification | None:
    """The member's record of a training that is on the way to an approval."""
    return db.session.scalar(
        select(Certification).where(
            Certification.member_id == member_id,
            Certification.training_id == training_id,
            Certification.state.in_(OPEN_STATES),
        )
    )


def list_in_training() -> list[Certification]:
    """Records asked for or in training, the oldest request first: what trainers have to do."""
    query = (
        select(Certification)
        .options(joinedload(Certification.member), joinedload(Certification.training))
        .where(
            Certification.state.in_((CertificationState.REQUESTED, CertificationState.IN_TRAINING))
        )
        .order_by(Certification.requested_on, Certification.id)
    )
    return list(db.session.scalars(query))


def list_records_of(member_ids: Iterable[int]) -> list[Certification]:
    """Every record of some members, the newest of each training first."""
    query = (
        select(Certification)
        .join(Certification.training)
        .options(
            joinedload(Certification.member),
            joinedload(Certification.assessed_by),
            contains_eager(Certification.training),
        )
        .where(Certification.member_id.in_(list(member_ids)))
        .order_by(Training.code, Certification.id.desc())
    )
    return list(db.session.scalars(query))


def last_uses_now(member_id: int) -> dict[str, date]:
    """The local day of a member's last completed use of each training, up to this moment."""
    return last_uses(member_id, training_facts(), site_zone())


def verdicts_for(member_id: int, wanted: Iterable[tuple[str, int]]) -> tuple[Verdict, ...]:
    """How a member stands today for trainings at their levels and their whole chain."""
    zone = site_zone()
    trainings = training_facts()
    held = certification_facts(member_id, last_uses(member_id, trainings, zone))
    return judge_chain(wanted, trainings, held, [clock.today(zone)])


def prove(
    member_id: int, training_code: str, level: int, on: date, known_on: date | None = None
) -> list[Standing]:
    """How a member stood on a local day for a training, first, and for each of its chain.

    With `known_on` as it was believed at the end of that local day: without the corrections that
    came later.
    """
    levels = required_levels([(training_code, level)], training_facts())
    return _standings(member_id, levels, on, known_on)


def prove_all(member_id: int, on: date, known_on: date | None = None) -> list[Standing]:
    """How a member stood on a local day for every training, at the highest level he then held."""
    lowest = dict.fromkeys(sorted(training_facts()), 1)
    return _standings(member_id, lowest, on, known_on)


def _standings(
    member_id: int, levels: Mapping[str, int], on: date, known_on: date | None
) -> list[Standing]:
    zone: ZoneInfo = site_zone()
    uses = last_uses(member_id, training_facts(), zone, until=on)
    known_at = local_day(known_on, zone).ends_at if known_on else None
    return standings_on(member_id, levels, on, uses, known_at)
