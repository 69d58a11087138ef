"""What a member has proven on the way to a level of a training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.site.queries import site_zone
from booking.trainings.models import Certification, Training
from booking.trainings.queries.assessing import practical_results
from booking.trainings.queries.attendance import followed_sessions
from booking.trainings.queries.quizzes import quiz_standing
from booking.trainings.rules import REFERENT_LEVEL, Gap, ItemResult, attendance_gap, proof_since


@dataclass(frozen=True)
class Proofs:
    """What is there and what is lacking; `since` is the first local day that counts."""

    since: date
    gap: Gap | None
    quiz_passed: bool
    practice: dict[str, ItemResult]


def proofs_of(
    member_id: int, training: Training, level: int, *, is_refresher: bool = False
) -> Proofs:
    """What counts towards a proposal at this level today.

    A refresher asks for no session, and a test passed before the last approval still counts: what
    was learned holds as long as the training says, only the practice is shown again.
    """
    now = clock.now()
    records = db.session.execute(
        select(Certification.approved_on, Certification.level).where(
            Certification.member_id == member_id, Certification.training_id == training.id
        )
    )
    approvals = [(approved_on, held) for approved_on, held in records if approved_on is not None]
    since = proof_since(
        clock.today(site_zone()),
        training.validity_months,
        # an appointment rests on practice: it uses up no session
        [approved_on for approved_on, held in approvals if level <= held < REFERENT_LEVEL],
    )
    learned_since = proof_since(clock.today(site_zone()), training.validity_months, ())
    sessions = followed_sessions([member_id], now).get((member_id, training.id), [])
    return Proofs(
        since,
        None if is_refresher else attendance_gap(sessions, since, is_renewal=bool(approvals)),
        quiz_standing(member_id, training.id).passed_since(
            learned_since if is_refresher else since
        ),
        practical_results(member_id, training.id, since),
    )
