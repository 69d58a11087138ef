"""Chance that falls alike on every machine and with every Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Built on `Random.random` alone: of a seeded generator, Python promises only its sequence."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random  # noqa: S311 - nothing here is secret

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def below(self, count: int) -> int:
        """A whole number from 0 up to, but not including, `count`."""
        return int(self._random() * count)

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, each as likely as its weight beside the others'."""
        # Added one by one: `sum` rounds differently since Python 3.12.
        reached = list(accumulate(weight for _, weight in items))
        index = bisect_right(reached, self._random() * reached[-1])
        return items[min(index, len(items) - 1)][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
