"""What a member should see to before it stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from booking.members.rules import AccountState, PaperFact, PaperKind, is_minor, paper_facts
from booking.reservations.rules import HouseRulesFact, MemberFacts
from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    TrainingFact,
    last_allowed_day,
    state_on,
)

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AccountNotInUse:
    """The account may not reserve."""

    state: AccountState
    reason: str | None


@dataclass(frozen=True, slots=True)
class RulesToAccept:
    """`serves_until` is the last day on which having accepted the former version is enough."""

    version: str
    serves_until: date | None


@dataclass(frozen=True, slots=True)
class PaperToRenew:
    """A paper that is needed and missing, over or about to end."""

    paper: PaperFact


@dataclass(frozen=True, slots=True)
class CertificationToRenew:
    """Expired, lapsed or suspended, or `APPROVED` and about to end; `on` is the last good day."""

    training: str
    state: CertificationState
    on: date


Attention = AccountNotInUse | RulesToAccept | PaperToRenew | CertificationToRenew


def attentions(
    person: MemberFacts,
    papers: Mapping[PaperKind, date],
    house_rules: HouseRulesFact | None,
    certifications: Iterable[CertificationFact],
    trainings: Mapping[str, TrainingFact],
    today: date,
) -> list[Attention]:
    """What stands in a member's way on a local day, or will within 30 days; the worst first."""
    return [
        *_of_the_account(person),
        *_of_the_rules(person, house_rules, today),
        *_of_the_papers(person, papers, today),
        *_of_the_certifications(certifications, trainings, today),
    ]


def _of_the_account(person: MemberFacts) -> Iterator[Attention]:
    if person.account_state is not AccountState.APPROVED:
        yield AccountNotInUse(person.account_state, person.suspension_reason)


def _of_the_rules(
    person: MemberFacts, rules: HouseRulesFact | None, today: date
) -> Iterator[Attention]:
    if not rules or not person.needs_papers or rules.current_version in person.accepted_rules:
        return
    grace_ends = rules.in_force_from + timedelta(days=rules.grace_days)
    in_grace = today <= grace_ends and rules.previous_version in person.accepted_rules
    yield RulesToAccept(rules.current_version, grace_ends if in_grace else None)


def _of_the_papers(
    person: MemberFacts, papers: Mapping[PaperKind, date], today: date
) -> Iterator[Attention]:
    minor = is_minor(person.born_on, today)
    for fact in paper_facts(papers, needs_papers=person.needs_papers, minor=minor, on=today):
        if fact.warns:
            yield PaperToRenew(fact)


def _of_the_certifications(
    certifications: Iterable[CertificationFact],
    trainings: Mapping[str, TrainingFact],
    today: date,
) -> Iterator[Attention]:
    """By training the record that serves longest, when that is not for long."""
    longest: dict[str, tuple[bool, date, CertificationState]] = {}
    for record in certifications:
        lapse_months = trainings[record.training].lapse_months
        state = state_on(record, lapse_months, today)
        if state in ENDS:
            serves = state is CertificationState.APPROVED
            found = (serves, _last_day(record, lapse_months), state)
            longest[record.training] = max(longest.get(record.training, found), found)
    for training, (serves, last_day, state) in sorted(longest.items()):
        if not serves or last_day <= today + SOON:
            yield CertificationToRenew(training, state, last_day)


ENDS = (
    CertificationState.APPROVED,
    CertificationState.EXPIRED,
    CertificationState.LAPSED,
    CertificationState.SUSPENDED,
)


def _last_day(record: CertificationFact, lapse_months: int | None) -> date:
    ends = (record.valid_until, last_allowed_day(record, lapse_months))
    return min((end for end in ends if end is not None), default=date.max)
