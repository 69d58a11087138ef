"""What waits for a manager, from every slice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import UtcDateTime, db, rows_of
from booking.decisions.queries.competing import Candidate, Competition, list_competitions
from booking.decisions.queries.standing import CertificationToday, Shown, list_records_of, look_at
from booking.members.models import Member, RulesAcceptance
from booking.members.queries import papers_of
from booking.members.rules import AccountState, PaperFact
from booking.reservations.queries import last_uses_of
from booking.reservations.queries.requests import count_of_waiting
from booking.sessions.queries.demand import Demand, demands_to_count, list_demands
from booking.sessions.queries.teaching import (
    Present,
    Shortage,
    list_shortages,
    shortages_to_count,
)
from booking.site.queries import list_house_rules, site_zone
from booking.trainings.models import Certification, PracticalAssessment
from booking.trainings.queries import (
    NO_ATTEMPT,
    QuizStanding,
    assessments_of,
    certification_facts_of,
    followed_sessions,
    quiz_standings,
    training_facts,
)
from booking.trainings.rules import CertificationState, FollowedSession, Verdict, judge_chain

ASKING_STATES = (AccountState.REQUESTED, AccountState.INCOMPLETE)


class Notable(StrEnum):
    """What makes a proposal one to be looked at by itself."""

    PREREQUISITE_MISSING = "PREREQUISITE_MISSING"
    ATTENDANCE_INCOMPLETE = "ATTENDANCE_INCOMPLETE"
    SIGNED_LATE = "SIGNED_LATE"
    EQUIVALENCE = "EQUIVALENCE"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True)
class Proposal:
    """A certification that a trainer proposes, with all that the decision rests on.

    `prerequisites` is the whole chain as it stands today, `others` are the trainee's other
    records.
    """

    certification: Certification
    prerequisites: tuple[Verdict, ...]
    attendance: FollowedSession | None
    quiz: QuizStanding
    practical: Sequence[PracticalAssessment]
    others: tuple[CertificationToday, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the prerequisites that do not hold."""
        return tuple(verdict.training for verdict in self.prerequisites if not verdict.is_valid)

    @property
    def opens_what_was_stopped(self) -> bool:
        """Whether the trainee is suspended for the very training, which an approval would open."""
        return any(
            look.shown is Shown.SUSPENDED
            and look.certification.training_id == self.certification.training_id
            for look in self.others
        )

    @property
    def notable(self) -> tuple[Notable, ...]:
        """What is unusual about it, whoever decides."""
        is_partial = self.attendance is not None and not self.attendance.is_full
        found = {
            Notable.PREREQUISITE_MISSING: bool(self.missing),
            Notable.ATTENDANCE_INCOMPLETE: is_partial,
            Notable.SIGNED_LATE: self.attendance is not None and bool(self.attendance.late),
            Notable.EQUIVALENCE: self.certification.equivalence,
            Notable.SUSPENDED: self.opens_what_was_stopped,
        }
        return tuple(notable for notable, applies in found.items() if applies)

    def is_plain_for(self, manager: Member) -> bool:
        """Whether this manager may settle it together with others."""
        certification = self.certification
        own_eyes = {certification.member_id, certification.assessed_by_id}
        return not self.notable and manager.id not in own_eyes


@dataclass(frozen=True)
class AccountRequest:
    """Somebody who asks for an account, and what he still lacks."""

    member: Member
    papers: tuple[PaperFact, ...]
    rules_to_accept: str | None

    @property
    def is_complete(self) -> bool:
        return not self.papers and self.rules_to_accept is None


@dataclass(frozen=True)
class Waiting:
    """Everything that waits, the oldest first; of the proposals one page."""

    proposals: tuple[Proposal, ...]
    proposal_count: int
    equivalences: tuple[Certification, ...]
    accounts: tuple[AccountRequest, ...]
    competitions: tuple[Competition, ...] = ()
    demands: tuple[Demand, ...] = ()
    shortages: tuple[Shortage, ...] = ()

    @property
    def requests(self) -> list[Candidate]:
        """The requests for machines, whatever they compete with."""
        return [one for competition in self.competitions for one in competition.candidates]

    @property
    def count(self) -> int:
        alone = self.proposal_count + len(self.equivalences) + len(self.accounts)
        return alone + len(self.requests) + len(self.demands) + len(self.shortages)


_PROPOSED = Certification.state == CertificationState.PROPOSED
_EQUIVALENCE_ASKED = (Certification.state == CertificationState.REQUESTED) & (
    Certification.equivalence
)
_ACCOUNT_ASKED = Member.state.in_(ASKING_STATES)


def count_waiting() -> int:
    """How many things wait for a manager; one statement."""
    ((count,),) = rows_of(_count(), now=clock.now(), today=clock.today(site_zone()))
    return int(count)


@cache
def _count() -> Select[Any]:
    """Made once, since every page of a manager asks it."""
    present = Present(bindparam("now", type_=UtcDateTime()), bindparam("today", type_=Date()))
    certifications = (
        select(func.count()).select_from(Certification).where(_PROPOSED | _EQUIVALENCE_ASKED)
    )
    accounts = select(func.count()).select_from(Member).where(_ACCOUNT_ASKED)
    alone = certifications.scalar_subquery() + accounts.scalar_subquery()
    sessions = demands_to_count() + shortages_to_count(present)
    return select((alone + count_of_waiting(present.now) + sessions).label("count"))


def list_proposal_numbers() -> list[int]:
    """The ids of every proposal that waits, the oldest first."""
    query = select(Certification.id).where(_PROPOSED)
    return list(db.session.scalars(query.order_by(*_OLDEST_FIRST)))


def list_waiting(every: Sequence[int], shown: Sequence[int]) -> Waiting:
    """What waits, in a number of statements that does not grow with it.

    `every` are the proposals that wait (`list_proposal_numbers`), `shown` those of one page.
    """
    asked = db.session.scalars(_OPEN.where(_EQUIVALENCE_ASKED))
    return Waiting(
        find_proposals(shown),
        len(every),
        tuple(asked),
        _account_requests(),
        list_competitions(),
        tuple(list_demands(enough=True)),
        tuple(list_shortages()),
    )


def find_proposals(numbers: Iterable[int]) -> tuple[Proposal, ...]:
    """These certifications as far as they are proposed, with all that the decisions rest on."""
    query = _OPEN.where(_PROPOSED, Certification.id.in_(list(numbers)))
    return _proposals(list(db.session.scalars(query)))


def find_proposal(certification: Certification) -> Proposal:
    """One proposal with all that the decision rests on."""
    return _proposals([certification])[0]


_OLDEST_FIRST = (Certification.proposed_on, Certification.requested_on, Certification.id)
_OPEN = (
    select(Certification)
    .options(
        joinedload(Certification.member),
        joinedload(Certification.training),
        joinedload(Certification.assessed_by),
        selectinload(Certification.files),
    )
    .order_by(*_OLDEST_FIRST)
)


def _proposals(certifications: Sequence[Certification]) -> tuple[Proposal, ...]:
    if not certifications:
        return ()
    zone = site_zone()
    today = clock.today(zone)
    trainings = training_facts()
    members = {certification.member_id for certification in certifications}
    held = certification_facts_of(last_uses_of(members, trainings, zone))
    attended = _attendances(members)
    tested = quiz_standings(members)
    practised = assessments_of(members)
    looks = look_at(list_records_of(members))
    return tuple(
        Proposal(
            certification,
            judge_chain(
                trainings[certification.training.code].prerequisites,
                trainings,
                held[certification.member_id],
                [today],
            ),
            attended.get((certification.member_id, certification.training_id)),
            tested.get((certification.member_id, certification.training_id), NO_ATTEMPT),
            practised.get((certification.member_id, certification.training_id), ()),
            tuple(
                look
                for look in looks
                if look.certification.member_id == certification.member_id
                and look.certification.id != certification.id
            ),
        )
        for certification in certifications
    )


def find_attendance(member_id: int, training_id: int) -> FollowedSession | None:
    """The latest session of a training that a member has followed, with what is signed."""
    return _attendances([member_id]).get((member_id, training_id))


def _attendances(member_ids: Iterable[int]) -> dict[tuple[int, int], FollowedSession]:
    """The latest session of each training that has begun, by member and training."""
    followed = followed_sessions(member_ids, clock.now())
    return {
        key: max(begun, key=lambda session: session.last_on)
        for key, sessions in followed.items()
        if (begun := [session for session in sessions if session.has_begun])
    }


def _account_requests() -> tuple[AccountRequest, ...]:
    today = clock.today(site_zone())
    versions = list_house_rules(today)
    current = versions[0].version if versions else None
    accepted = select(RulesAcceptance.member_id).where(RulesAcceptance.version == current)
    have_accepted = set(db.session.scalars(accepted))
    members = db.session.scalars(
        select(Member)
        .options(selectinload(Member.papers), joinedload(Member.organisation))
        .where(_ACCOUNT_ASKED)
        .order_by(Member.id)
    )
    return tuple(
        AccountRequest(
            member,
            tuple(paper for paper in papers_of(member, today) if paper.lacks),
            current if not member.is_staff and member.id not in have_accepted else None,
        )
        for member in members
    )
