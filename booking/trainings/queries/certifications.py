"""Reads of certifications as they are today, and of what keeps them alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import bindparam, select

from booking.database import db, rows_of
from booking.trainings.models import Certification, Training
from booking.trainings.queries.attendance import signed_days
from booking.trainings.rules import CertificationFact, granted_levels


def certification_facts(
    member_id: int, last_uses: Mapping[str, date]
) -> tuple[CertificationFact, ...]:
    """Every record of one member as the rules judge it; two statements.

    `last_uses`: the local day of the last completed use of each training, directly or through
    the chain. Attended sessions are added here.
    """
    return certification_facts_of({member_id: last_uses})[member_id]


def certification_facts_of(
    last_uses: Mapping[int, Mapping[str, date]],
) -> dict[int, tuple[CertificationFact, ...]]:
    """The same for several members, by id; two statements."""
    uses = with_attended(last_uses)
    rows = rows_of(_RECORDS, members=list(last_uses))
    facts: dict[int, tuple[CertificationFact, ...]] = dict.fromkeys(last_uses, ())
    for row in rows:
        fact = CertificationFact(
            training=row.code,
            level=row.level,
            state=row.state,
            approved_on=row.approved_on,
            valid_until=row.valid_until,
            last_used_on=uses[row.member_id].get(row.code),
            suspension_reason=row.suspension_reason,
            record_id=row.id,
        )
        facts[row.member_id] += (fact,)
    return facts


_RECORDS = (
    select(
        Certification.member_id,
        Training.code,
        Certification.level,
        Certification.state,
        Certification.approved_on,
        Certification.valid_until,
        Certification.suspension_reason,
        Certification.id,
    )
    .join(Training, Training.id == Certification.training_id)
    .where(Certification.member_id.in_(bindparam("members", expanding=True)))
    .order_by(Certification.id)
)
"""Made once, since whatever judges certifications asks it."""


def refreshable_levels(member_id: int, training: Training) -> list[int]:
    """The levels of a training that a refresher can lead a member to again, the lowest first: those
    that were once held, and what lies below them.
    """
    records = db.session.execute(
        select(Certification.level, Certification.state)
        .where(Certification.member_id == member_id, Certification.training_id == training.id)
        .order_by(Certification.id)
    )
    highest = max(granted_levels((level, state) for level, state in records), default=0)
    return [level for level in sorted(training.levels) if level <= highest]


def with_attended(
    last_uses: Mapping[int, Mapping[str, date]], until: date | None = None
) -> dict[int, dict[str, date]]:
    """The last uses of several members, by id, with the sessions they attended added."""
    attended = last_attended_of(last_uses, until)
    return {member_id: latest(uses, attended[member_id]) for member_id, uses in last_uses.items()}


def latest(*uses: Mapping[str, date]) -> dict[str, date]:
    """The latest day of each training among several accounts of its use."""
    found: dict[str, date] = {}
    for days in uses:
        for code, day in days.items():
            found[code] = max(found.get(code, day), day)
    return found


def last_attended(member_id: int, until: date | None = None) -> dict[str, date]:
    """The local day of a member's last signed half-day of each training, up to a day."""
    return last_attended_of([member_id], until)[member_id]


def last_attended_of(
    member_ids: Iterable[int], until: date | None = None
) -> dict[int, dict[str, date]]:
    """The same for several members, by id."""
    attended: dict[int, dict[str, date]] = {member_id: {} for member_id in member_ids}
    for member_id, code, day in signed_days(attended):
        if until is None or day <= until:
            attended[member_id] = latest(attended[member_id], {code: day})
    return attended
