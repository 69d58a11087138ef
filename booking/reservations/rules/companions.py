"""The second person: who must be there, and whether the one who is named may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from booking.machines.rules import OutsideStaffed
from booking.members.rules import AGE_OF_MAJORITY, AccountState, birthday
from booking.periods import Period, local_days
from booking.reservations.refusals import CompanionLack
from booking.reservations.rules.facts import CompanionFacts, Facts
from booking.reservations.rules.states import CompanionRole, Mode
from booking.trainings.rules import TrainingFact


def lone_periods(
    period: Period, days: tuple[date, ...], mode: Mode, facts: Facts
) -> tuple[Period, ...]:
    """The parts without staff in which nobody may be alone here. Unattended runs need nobody."""
    machine = facts.machine
    with_buddy = machine.outside_staffed == OutsideStaffed.EXTENDED_BUDDY
    if machine.runs_unattended or not (with_buddy or machine.alone_forbidden):
        return ()
    return period.minus(facts.hours(days, mode).staffed)


def companions_needed(period: Period, mode: Mode, facts: Facts) -> frozenset[CompanionRole]:
    """Whose word this use waits for. Who supervises is there as well: nobody is alone then."""
    if mode == Mode.SUPERVISED:
        return frozenset({CompanionRole.SUPERVISOR})
    days = local_days(period, facts.timetable.zone)
    lone = lone_periods(period, days, mode, facts)
    return frozenset({CompanionRole.BUDDY}) if lone else frozenset()


def safety_levels(chain: Iterable[str], trainings: Mapping[str, TrainingFact]) -> dict[str, int]:
    """What a buddy holds: of a machine's chain of trainings those with which it begins."""
    return {code: 1 for code in chain if code not in trainings or not trainings[code].prerequisites}


def supervisor_lack(days: tuple[date, ...], facts: Facts) -> CompanionLack | None:
    """What the named supervisor lacks on these days, None when nothing."""
    named = facts.companions.get(CompanionRole.SUPERVISOR)
    return _lack(named, facts.supervising_levels, days, facts)


def buddy_lack(period: Period, days: tuple[date, ...], facts: Facts) -> CompanionLack | None:
    """What the named buddy lacks for the whole of this time, None when nothing."""
    companions = facts.companions
    named = companions.get(CompanionRole.BUDDY) or companions.get(CompanionRole.SUPERVISOR)
    lack = _lack(named, safety_levels(facts.supervising_levels, facts.trainings), days, facts)
    if lack is None and named and any(other.overlaps(period) for other in named.elsewhere):
        return CompanionLack.NOT_QUALIFIED
    return lack


def _lack(
    named: CompanionFacts | None, levels: Mapping[str, int], days: tuple[date, ...], facts: Facts
) -> CompanionLack | None:
    if named is None:
        return CompanionLack.NOBODY_NAMED
    if named.is_asker:
        return CompanionLack.SAME_PERSON
    is_minor = named.born_on is not None and days[0] < birthday(named.born_on, AGE_OF_MAJORITY)
    verdicts = facts.verdicts_on(named.certifications, days, levels)
    if (
        is_minor
        or named.account_state != AccountState.APPROVED
        or not all(verdict.is_valid for verdict in verdicts)
    ):
        return CompanionLack.NOT_QUALIFIED
    return None
