"""What an account can be, and what of a member the rules rest on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class AccountState(StrEnum):
    """The life of an account; only APPROVED may reserve."""

    REQUESTED = "REQUESTED"
    INCOMPLETE = "INCOMPLETE"
    APPROVED = "APPROVED"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"
    ANONYMISED = "ANONYMISED"


class PaperKind(StrEnum):
    """A document with an end date that a reservation may rest on."""

    INSURANCE = "INSURANCE"
    PARENTAL_PERMISSION = "PARENTAL_PERMISSION"
    MINOR_DEROGATION = "MINOR_DEROGATION"


AGE_OF_MAJORITY = 18


def birthday(born_on: date, age: int) -> date:
    """The day on which this age is reached; 1 March for 29 February where there is none."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)
