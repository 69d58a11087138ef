"""Why a machine cannot be set like this; the words live in `wording`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeTaken:
    """Another machine has this code."""

    code: str


@dataclass(frozen=True, slots=True)
class LongestBelowShortest:
    """The longest use that counts is shorter than the shortest."""

    min_minutes: int
    max_minutes: int


@dataclass(frozen=True, slots=True)
class TooLongWithBuffer:
    """The longest use with its buffer is longer than a unit can be taken for."""

    most_days: int


@dataclass(frozen=True, slots=True)
class NoFiringPrice:
    """A machine priced by firing has no price for any firing."""


MachineRefusal = CodeTaken | LongestBelowShortest | TooLongWithBuffer | NoFiringPrice
