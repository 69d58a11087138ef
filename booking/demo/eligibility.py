"""Who may use which machine on which days, read from the files.

What the application asks of one reservation is turned round here: for each person and machine
all the days on which account, papers, plan, age and certifications allow a use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from dateutil.relativedelta import relativedelta

from booking.demo.days import ALWAYS, NEVER, Days
from booking.demo.files import Files
from booking.machines.rules import MachineState, RiskClass
from booking.members.rules import AGE_OF_MAJORITY, AccountState, PaperKind, birthday
from booking.periods import A_DAY
from booking.permissions import USES_MACHINES
from booking.reservations.rules import Mode
from booking.trainings.rules import CertificationState, TrainingFact, required_levels

LIKING_OF_A_STRANGER = 1.0
LIKING_OF_THE_TRADE = 3.0
LIKING_OF_STAFF = 0.3
"""How much more often people use the machines of their own trade; staff is there for others."""

LastDay = Callable[[dict[str, Any], TrainingFact], date | None]
"""The last day on which a record of the files serves, None when it never does."""


@dataclass(frozen=True)
class User:
    """One person on one machine: the days of each kind of use, and how often it is chosen."""

    person: str
    autonomous: Days
    supervised: Days
    extended_access: bool
    liking: float

    def mode_on(self, first: date, last: date) -> Mode | None:
        """How the machine may be used on all these days: alone where possible."""
        if self.autonomous.covers(first, last):
            return Mode.AUTONOMOUS
        return Mode.SUPERVISED if self.supervised.covers(first, last) else None

    def allowed_from(self, day: date, mode: Mode) -> date | None:
        """Since when this use had been allowed on that day."""
        return (self.autonomous if mode is Mode.AUTONOMOUS else self.supervised).beginning(day)


def last_day_in_history(record: dict[str, Any], training: TrainingFact) -> date | None:
    """No use after the one that the files call the last; none at all where they name none.

    A training that never lapses records no use, so there any day may be one.
    """
    days = [record["valid_until"]]
    if "suspended_on" in record:
        days.append(record["suspended_on"] - A_DAY)
    if training.lapse_months is not None:
        if "last_used_on" not in record:
            return None
        days.append(record["last_used_on"])
    return min(days)


def last_day_ahead(record: dict[str, Any], training: TrainingFact) -> date | None:
    """Until the record expires or lapses by lack of use, as things stand now."""
    if record["state"] == CertificationState.SUSPENDED:
        return None
    valid_until: date = record["valid_until"]
    if training.lapse_months is None:
        return valid_until
    last_used_on = record.get("last_used_on", record["approved_on"])
    return min(valid_until, last_used_on + relativedelta(months=training.lapse_months))


def training_facts_of(files: Files) -> dict[str, TrainingFact]:
    return {
        item["code"]: TrainingFact(
            item["code"],
            item.get("lapse_months"),
            tuple((asked["training"], asked["level"]) for asked in item["prerequisites"]),
        )
        for item in files.trainings["trainings"]
    }


def chain_of(machine: dict[str, Any], mode: Mode, files: Files) -> dict[str, int]:
    """Every training that this use of a machine of the files asks for, with its level."""
    wanted = (
        (asked["training"], asked[f"{mode.lower()}_level"]) for asked in machine["requirements"]
    )
    return required_levels(wanted, training_facts_of(files))


def users_of_machines(files: Files, last_day: LastDay) -> dict[str, tuple[User, ...]]:
    """Who may use each machine, by its code; people in the order of the files."""
    people = [person for person in _people(files) if person.may_reserve]
    held = _days_held(files, last_day)
    found = {}
    for machine in files.machines["machines"]:
        chains = {mode: chain_of(machine, mode, files) for mode in Mode}
        users = (_user(person, machine, chains, held, files) for person in people)
        found[machine["code"]] = tuple(user for user in users if user is not None)
    return found


@dataclass(frozen=True)
class _Person:
    item: dict[str, Any]
    sector: str | None
    subscriptions: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    """Each subscription with its plan."""

    @property
    def may_reserve(self) -> bool:
        has_been_approved = self.item["account_state"] in (AccountState.APPROVED, AccountState.LEFT)
        return has_been_approved and not USES_MACHINES.isdisjoint(self.item["roles"])

    @property
    def is_staff(self) -> bool:
        return "MEMBER" not in self.item["roles"]

    @property
    def extended_access(self) -> bool:
        return any(plan["extended_access"] for _, plan in self.subscriptions)


def _people(files: Files) -> Iterator[_Person]:
    sectors = {item["code"]: item["sector"] for item in files.members["organisations"]}
    plans = {item["code"]: item for item in files.site["plans"]}
    for item in [*files.members["staff"], *files.members["members"]]:
        subscriptions = tuple(
            (subscription, plans[subscription["plan"]])
            for subscription in files.members["subscriptions"]
            if item["code"] in subscription["covers"]
        )
        yield _Person(item, sectors.get(item.get("organisation", "")), subscriptions)


_Held = Mapping[tuple[str, str], list[tuple[int, Days]]]
"""By person and training: each record's level and the days on which it serves."""


def _days_held(files: Files, last_day: LastDay) -> _Held:
    facts = training_facts_of(files)
    held: dict[tuple[str, str], list[tuple[int, Days]]] = {}
    for record in files.members["certifications"]:
        if "approved_on" not in record:
            continue
        until = last_day(record, facts[record["training"]])
        # From the morning after the approval on, so that the reservation itself follows it too.
        days = Days.between(record["approved_on"] + A_DAY, until) if until else NEVER
        key = record["person"], record["training"]
        held.setdefault(key, []).append((record["level"], days))
    return held


def _user(
    person: _Person,
    machine: dict[str, Any],
    chains: Mapping[Mode, Mapping[str, int]],
    held: _Held,
    files: Files,
) -> User | None:
    known = _days_of_account(person) & _days_in_service(machine)

    def allowed(mode: Mode) -> Days:
        return (
            known
            & _days_of_age(person, RiskClass(machine["risk_class"]), mode, files)
            & _days_of_plan(person, mode)
            & _days_certified(person, chains[mode], held)
        )

    user = User(
        person=person.item["code"],
        autonomous=allowed(Mode.AUTONOMOUS),
        supervised=allowed(Mode.SUPERVISED),
        extended_access=person.extended_access,
        liking=_liking(person, machine),
    )
    return user if user.autonomous.ranges or user.supervised.ranges else None


def _days_of_account(person: _Person) -> Days:
    item = person.item
    here = Days.between(item.get("joined_on"), item.get("left_on"))
    return here if person.is_staff else here & Days.between(None, item["insurance_valid_until"])


def _days_in_service(machine: dict[str, Any]) -> Days:
    """A machine restricted to supervised use is left alone: the demo's uses are all autonomous."""
    if machine["state"] != MachineState.RESTRICTED:
        return ALWAYS
    return Days.between(None, machine["state_since_on"] - A_DAY)


def _days_of_age(person: _Person, risk: RiskClass, mode: Mode, files: Files) -> Days:
    born_on = person.item.get("born_on")
    if born_on is None:
        return ALWAYS
    adult = Days.between(birthday(born_on, AGE_OF_MAJORITY), None)
    if risk is RiskClass.RED or (risk is RiskClass.AMBER and mode is Mode.AUTONOMOUS):
        return adult
    youngest = files.site["parameters"]["minor_green_alone_min_age"]
    first = birthday(born_on, youngest) if mode is Mode.AUTONOMOUS else None
    permitted = (
        Days.between(first, document["valid_until"])
        for document in person.item.get("documents", [])
        if document["kind"] == PaperKind.PARENTAL_PERMISSION
    )
    return reduce(or_, permitted, adult)


def _days_of_plan(person: _Person, mode: Mode) -> Days:
    if person.is_staff:
        return ALWAYS
    return _union(
        Days.between(subscription["starts_on"], subscription.get("ends_on"))
        for subscription, plan in person.subscriptions
        if mode is Mode.SUPERVISED or not plan["supervised_only"]
    )


def _days_certified(person: _Person, chain: Mapping[str, int], held: _Held) -> Days:
    each = (
        _union(
            days
            for held_level, days in held.get((person.item["code"], training), [])
            if held_level >= level
        )
        for training, level in chain.items()
    )
    return reduce(and_, each, ALWAYS)


def _union(several: Iterable[Days]) -> Days:
    return reduce(or_, several, NEVER)


def _liking(person: _Person, machine: dict[str, Any]) -> float:
    if person.is_staff:
        return LIKING_OF_STAFF
    return LIKING_OF_THE_TRADE if person.sector in machine["sectors"] else LIKING_OF_A_STRANGER
