"""What a member should see to before it stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from booking.members.rules import AccountState, PaperFact, PaperKind, is_minor, paper_facts
from booking.reservations.rules import HouseRulesFact, MemberFacts
from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    TrainingFact,
    last_allowed_day,
    state_on,
)

EXPIRING = timedelta(days=60)
LAPSING = timedelta(days=30)
"""How long before its end a certification is to be renewed, or used once more."""


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
    """Expired, lapsed or suspended, or `APPROVED` and about to end; `on` is the last good day.

    `lapses` when it is lack of use that ends it, before its date does.
    """

    training: str
    state: CertificationState
    on: date
    lapses: bool


Attention = AccountNotInUse | RulesToAccept | PaperToRenew | CertificationToRenew


def attentions(
    person: MemberFacts,
    papers: Mapping[PaperKind, date],
    house_rules: HouseRulesFact | None,
    certifications: Iterable[CertificationFact],
    trainings: Mapping[str, TrainingFact],
    today: date,
) -> list[Attention]:
    """What stands in a member's way on a local day, or soon will; the worst first."""
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
    longest: dict[str, _Service] = {}
    for record in certifications:
        found = _service_of(record, trainings[record.training].lapse_months, today)
        if found.state in ENDS:
            longest[record.training] = max(longest.get(record.training, found), found)
    for training, service in sorted(longest.items()):
        if service.ends_soon(today):
            yield CertificationToRenew(training, service.state, service.last_day, service.lapses)


ENDS = (
    CertificationState.APPROVED,
    CertificationState.EXPIRED,
    CertificationState.LAPSED,
    CertificationState.SUSPENDED,
)


class _Service(NamedTuple):
    """How long a record serves; of two the greater one serves longer."""

    is_valid: bool
    last_day: date
    state: CertificationState
    expires_on: date
    lapses_on: date

    @property
    def lapses(self) -> bool:
        return self.lapses_on < self.expires_on

    def ends_soon(self, today: date) -> bool:
        return (
            not self.is_valid
            or self.expires_on <= today + EXPIRING
            or self.lapses_on <= today + LAPSING
        )


def _service_of(record: CertificationFact, lapse_months: int | None, today: date) -> _Service:
    state = state_on(record, lapse_months, today)
    expires_on = record.valid_until or date.max
    lapses_on = last_allowed_day(record, lapse_months) or date.max
    is_valid = state is CertificationState.APPROVED
    return _Service(is_valid, min(expires_on, lapses_on), state, expires_on, lapses_on)
