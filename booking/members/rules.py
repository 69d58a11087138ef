"""What an account can be, and what of a member the rules rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REMINDER_HOURS = (0, 2, 24, 48)
"""How long before a reservation a member may be reminded of it; 0: not at all."""

DEFAULT_REMINDER_HOURS = 24


class AccountState(StrEnum):
    """The life of an account; only APPROVED may reserve."""

    REQUESTED = "REQUESTED"
    INCOMPLETE = "INCOMPLETE"
    APPROVED = "APPROVED"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"
    ANONYMISED = "ANONYMISED"


class AccountAct(StrEnum):
    """What moves an account from one state to the next."""

    ASK_FOR_PAPERS = "ASK_FOR_PAPERS"
    APPROVE = "APPROVE"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"
    LEAVE = "LEAVE"
    READMIT = "READMIT"


TRANSITIONS: Mapping[AccountAct, tuple[frozenset[AccountState], AccountState]] = {
    AccountAct.ASK_FOR_PAPERS: (frozenset({AccountState.REQUESTED}), AccountState.INCOMPLETE),
    AccountAct.APPROVE: (
        frozenset({AccountState.REQUESTED, AccountState.INCOMPLETE}),
        AccountState.APPROVED,
    ),
    AccountAct.SUSPEND: (frozenset({AccountState.APPROVED}), AccountState.SUSPENDED),
    AccountAct.REINSTATE: (frozenset({AccountState.SUSPENDED}), AccountState.APPROVED),
    AccountAct.LEAVE: (
        frozenset(AccountState) - {AccountState.LEFT, AccountState.ANONYMISED},
        AccountState.LEFT,
    ),
    AccountAct.READMIT: (frozenset({AccountState.LEFT}), AccountState.REQUESTED),
}


def next_state(state: AccountState, act: AccountAct) -> AccountState | None:
    """Where the act leads from here; None when it is not possible here."""
    sources, target = TRANSITIONS[act]
    return target if state in sources else None


class PaperKind(StrEnum):
    """A document with an end date that a reservation may rest on."""

    INSURANCE = "INSURANCE"
    PARENTAL_PERMISSION = "PARENTAL_PERMISSION"
    MINOR_DEROGATION = "MINOR_DEROGATION"


class Standing(StrEnum):
    """How a paper stands on a day."""

    MISSING = "MISSING"
    EXPIRED = "EXPIRED"
    ENDING = "ENDING"
    VALID = "VALID"


ENDING_SOON = timedelta(days=30)
AGE_OF_MAJORITY = 18


def standing(valid_until: date | None, on: date) -> Standing:
    """How a paper with this last valid day stands; None is a paper that was never handed in."""
    if valid_until is None:
        return Standing.MISSING
    if valid_until < on:
        return Standing.EXPIRED
    return Standing.ENDING if valid_until <= on + ENDING_SOON else Standing.VALID


def is_minor(born_on: date | None, on: date) -> bool:
    """Whether a person is under age on a day; without a birth date nobody is."""
    return born_on is not None and on < birthday(born_on, AGE_OF_MAJORITY)


@dataclass(frozen=True)
class PaperFact:
    """What a member has of one kind of paper; `valid_until` is None when there is none."""

    kind: PaperKind
    valid_until: date | None
    standing: Standing
    needed: bool

    @property
    def lacks(self) -> bool:
        """Needed, and not there or over."""
        return self.needed and self.standing in (Standing.MISSING, Standing.EXPIRED)

    @property
    def warns(self) -> bool:
        return self.lacks or (self.needed and self.standing is Standing.ENDING)


def paper_facts(
    best: Mapping[PaperKind, date], *, needs_papers: bool, minor: bool, on: date
) -> tuple[PaperFact, ...]:
    """Each kind of paper that is needed or was handed in.

    `best` holds the last valid day by kind, `date.max` for a paper without an end. A derogation
    opens dangerous machines to a minor and is never asked of everyone.
    """
    needed = {
        PaperKind.INSURANCE: needs_papers,
        PaperKind.PARENTAL_PERMISSION: minor,
        PaperKind.MINOR_DEROGATION: False,
    }
    return tuple(
        PaperFact(kind, best.get(kind), standing(best.get(kind), on), needed[kind])
        for kind in PaperKind
        if needed[kind] or kind in best
    )


def birthday(born_on: date, age: int) -> date:
    """The day on which this age is reached; 1 March for 29 February where there is none."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)
