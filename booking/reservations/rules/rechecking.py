"""Whether what has been promised would still be allowed, asked of the same rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from booking.periods import Period, local_days
from booking.quotas.rules import Use
from booking.reservations.refusals import Refusal, RefusalCode
from booking.reservations.rules.facts import Facts, ReservationRequest, UnitFacts
from booking.reservations.rules.judging import refusals
from booking.reservations.rules.states import Mode

OF_THE_NOTICE = frozenset({RefusalCode.TOO_SOON, RefusalCode.TOO_FAR})


class Later(NamedTuple):
    """What was promised after: to the same person, and to others for whom the same pays."""

    own: tuple[Use, ...] = ()
    of_colleagues: tuple[Use, ...] = ()


NOTHING_LATER = Later()


@dataclass(frozen=True)
class Promise:
    """A reservation that stands; `waived` is what a manager set aside when it was made."""

    period: Period
    mode: Mode
    made_at: datetime
    firing_type: str | None = None
    waived: frozenset[RefusalCode] = frozenset()

    def asked_at(self, instant: datetime) -> ReservationRequest:
        """As it was promised: who had to agree has agreed."""
        return ReservationRequest(
            self.period, self.mode, instant, self.waived, self.firing_type, approved=True
        )


def recheck(
    promise: Promise, facts: Facts, now: datetime, later: Later = NOTHING_LATER
) -> tuple[Refusal, ...]:
    """Every reason that would stand against a promise if it were asked for now.

    It is not in its own way. Notice and horizon are judged as of when it was made. Quotas count
    what was promised before it, so that of too many the last ones fall.
    """
    others = _without(promise, facts, later)
    now_standing = refusals(promise.asked_at(now), others)
    when_made = refusals(promise.asked_at(promise.made_at), others)
    found = (
        *(refusal for refusal in now_standing if refusal.code not in OF_THE_NOTICE),
        *(refusal for refusal in when_made if refusal.code in OF_THE_NOTICE),
    )
    return tuple(sorted(found, key=lambda refusal: refusal.code.position))


def newly(after: Collection[Refusal], before: Collection[Refusal]) -> tuple[Refusal, ...]:
    """The reasons of a kind that did not stand before."""
    known = {refusal.code for refusal in before}
    return tuple(refusal for refusal in after if refusal.code not in known)


def _without(promise: Promise, facts: Facts, later: Later) -> Facts:
    """The facts as they would be for this promise: it is not there, its days are asked about."""
    days = local_days(promise.period, facts.timetable.zone)
    code = facts.machine.code
    own = Use(code, promise.period)
    plans = [plan for plan in facts.purse.plans if plan.covers(days[0], days[-1])]
    return replace(
        facts,
        member=facts.member.under(plans),
        units=_units_without(promise.period, facts.units),
        own_reservations=tuple(
            known
            for known in facts.own_reservations
            if (known.machine, known.period) != (code, promise.period)
        ),
        booked=_less(
            facts.booked,
            (promise.period, *(use.period for use in later.own if use.machine == code)),
        ),
        counted=facts.counted.without((own, *later.own), (own, *later.own, *later.of_colleagues)),
    )


def _units_without(period: Period, units: tuple[UnitFacts, ...]) -> tuple[UnitFacts, ...]:
    """The units of a machine but for one occupancy of exactly this time."""
    for position, unit in enumerate(units):
        others = tuple(
            busy
            for busy in unit.busy
            if (busy.starts_at, busy.ends_at) != (period.starts_at, period.ends_at)
        )
        if len(others) < len(unit.busy):
            freed = UnitFacts(unit.unit_id, others)
            return (*units[:position], freed, *units[position + 1 :])
    return units


def _less(periods: tuple[Period, ...], taken_out: Collection[Period]) -> tuple[Period, ...]:
    left = list(periods)
    for period in taken_out:
        if period in left:
            left.remove(period)
    return tuple(left)
