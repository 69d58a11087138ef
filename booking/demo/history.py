"""Twelve months of past reservations, made up from a seed within the rules of the house.

What the files fix is met exactly: how many reservations each machine had in the twelve months,
and the day on which each person last used each training. What they leave open is decided so:

- A use follows the person's account, papers, plan, age and certifications as they were that day,
  at the level of its kind of use. Nobody is named as supervisor: the team was there.
- A certification also needs practice. Where the files would let one lapse before its last use,
  uses are added that keep it alive, before the twelve months too: U02, approved for the saws in
  March 2025, must have used one by September to use them that winter. These, and the last uses
  that lie before the twelve months, come on top of the counted reservations.
- Where the calendar is moved, a last use may fall on a public holiday. It is then on the last day
  before on which the machine could be used.
- The percentages are met by number. Nobody misses three reservations within 90 days, which would
  stop a member. `weight` is not used, since the counts are given, nor is `overrun_percent`, since
  the time of departure is not recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from booking.demo.diary import Diary, Use
from booking.demo.dice import Dice
from booking.demo.eligibility import (
    User,
    chain_of,
    last_day_in_history,
    training_facts_of,
    users_of_machines,
)
from booking.demo.files import ZONE, Files
from booking.demo.filling import Filling, days_between, weights_of_days
from booking.demo.people import MANAGER
from booking.demo.places import places_of
from booking.demo.reserving import Booking, Cancellation
from booking.periods import A_DAY, Period, when_clock_reaches
from booking.reservations.rules import Mode, ReservationState

MISSED_AT_MOST = 2
MISSED_WITHIN = timedelta(days=90)

CANCELLED_BY_THE_SITE = 0.1
REASON_OF_THE_SITE = "Réglage de la machine ce jour-là"

ROOM_FOR_PRACTICE = timedelta(days=14)
"""With less of the twelve months left, a use that keeps a certification alive comes before them."""

ASKED_DAYS_AHEAD = 12
ASKED_FROM = time(10)
ASKED_MINUTES = 10 * 60
"""Reservations were made on one of so many days before, between 10:00 and 20:00."""

Record = dict[str, Any]
"""A certification as the files have it."""


def past_bookings(files: Files) -> list[Booking]:
    """Every reservation of the past, by start."""
    return _History(files).bookings()


class _History:
    """The uses placed so far: `kept` ones must have taken place, `free` ones may have failed."""

    def __init__(self, files: Files) -> None:
        self.parameters = files.records["history"]
        self.first_on: date = self.parameters["from_on"]
        self.last_on: date = self.parameters["to_on"]
        self.means = {item["machine"]: item["mean_minutes"] for item in self._counted()}
        self.records = [
            record for record in files.members["certifications"] if "last_used_on" in record
        ]
        self.trainings = training_facts_of(files)
        self.chains = {
            machine["code"]: chain_of(machine, Mode.AUTONOMOUS, files)
            for machine in files.machines["machines"]
        }
        self.attended = _attended_days(files)
        self.users = users_of_machines(files, last_day_in_history)
        self.dice = Dice(self.parameters["seed"])
        self.diary = Diary(places_of(files), self.dice)
        self.diary.block_sessions(files)
        self.filling = Filling(
            self.diary,
            self.users,
            weights_of_days(
                days_between(self.first_on, self.last_on),
                self.parameters["weekday_weights"],
                self.parameters["month_weights"],
            ),
        )
        self.left = Counter({item["machine"]: item["reservations"] for item in self._counted()})
        self.kept: list[Use] = []
        self.free: list[Use] = []

    def bookings(self) -> list[Booking]:
        for known in self.parameters["known_uses"]:
            self._place_known(known)
        for record in self.records:
            self._place_last_use(record)
        for record in self.records:
            self._keep_alive(record)
        for machine in self.means:
            self._fill(machine)
        done = [Booking(use, ReservationState.COMPLETED, self._asked_at(use)) for use in self.kept]
        return sorted([*done, *self._with_outcome()], key=Booking.order)

    def _counted(self) -> list[dict[str, Any]]:
        counted: list[dict[str, Any]] = self.parameters["machines"]
        return counted

    # The uses that the files imply

    def _place_known(self, known: dict[str, Any]) -> None:
        """Left out where the moved calendar has closed that day."""
        period = Period(known["starts_at"], known["ends_at"])
        if self.diary.places[known["machine"]].is_closed(period):
            return
        use = Use(
            person=known["member"],
            machine=known["machine"],
            unit=1,
            period=period,
            mode=Mode.AUTONOMOUS,
            purpose=known["purpose_fr"],
        )
        self.diary.take(use)
        self._keep(use)

    def _place_last_use(self, record: Record) -> None:
        day: date = record["last_used_on"]
        while day > record["approved_on"]:
            if self._practised_on(record, day) or self._practise(record, day):
                return
            day -= A_DAY
        raise LookupError(f"no day for the last use of {record}")

    def _keep_alive(self, record: Record) -> None:
        """Add the uses without which the record would have lapsed before its last one."""
        months = self.trainings[record["training"]].lapse_months
        if months is None:
            return
        last_on = max(self._days_of_practice(record))
        reached: date = record["approved_on"]
        while (deadline := reached + relativedelta(months=months)) < last_on:
            reached = self._practise_by(deadline, reached, record)

    def _practise_by(self, deadline: date, reached: date, record: Record) -> date:
        earliest = reached + (deadline - reached) * 2 // 3
        if self.first_on + ROOM_FOR_PRACTICE <= deadline:
            earliest = max(earliest, self.first_on)
        in_reserve = reversed(list(days_between(reached + A_DAY, earliest - A_DAY)))
        for day in [*self.dice.shuffled(list(days_between(earliest, deadline))), *in_reserve]:
            if self._practise(record, day):
                return day
        raise LookupError(f"no day to practise {record} by {deadline}")

    def _practise(self, record: Record, day: date) -> bool:
        """Place a use that ends on this day; whether there was room for one."""
        for machine in self.dice.shuffled(self._machines_of(record["training"])):
            starts_on = day - self.diary.places[machine].shortest_days
            user = self._find_user(machine, record["person"])
            if user is None or (self._counts(starts_on) and not self.left[machine]):
                continue
            use = self.filling.add_on(machine, user, starts_on, self.means[machine])
            if use is not None:
                self._keep(use)
                return True
        return False

    def _keep(self, use: Use) -> None:
        self.kept.append(use)
        if self._counts(use.starts_on):
            self.left[use.machine] -= 1

    def _counts(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def _machines_of(self, training: str) -> list[str]:
        return [machine for machine in self.means if training in self.chains[machine]]

    def _find_user(self, machine: str, person: str) -> User | None:
        return next((user for user in self.users[machine] if user.person == person), None)

    def _practised_on(self, record: Record, day: date) -> bool:
        return day in self._days_of_practice(record)

    def _days_of_practice(self, record: Record) -> set[date]:
        person, training = record["person"], record["training"]
        used = {
            use.ends_on
            for use in self.kept
            if use.person == person and training in self.chains[use.machine]
        }
        return used | self.attended.get((person, training), set())

    # The other uses, and what became of them

    def _fill(self, machine: str) -> None:
        while self.left[machine]:
            use = self.filling.add_anywhere(machine, self.means[machine])
            if use is None:
                raise LookupError(f"no room left on {machine}")
            self.free.append(use)
            self.left[machine] -= 1

    def _with_outcome(self) -> Iterator[Booking]:
        mixed = self.dice.shuffled(self.free)
        cancelled = self._share_of_all("cancelled_percent")
        for use in mixed[:cancelled]:
            yield self._cancelled(use)
        missed = self._missed(mixed[cancelled:], self._share_of_all("no_show_percent"))
        for use in mixed[cancelled:]:
            state = ReservationState.NO_SHOW if use in missed else ReservationState.COMPLETED
            yield Booking(use, state, self._asked_at(use))

    def _share_of_all(self, percent: str) -> int:
        share: int = (self.parameters["reservations"] * self.parameters[percent] + 50) // 100
        return share

    def _missed(self, uses: list[Use], count: int) -> set[Use]:
        missed: dict[str, list[datetime]] = {}
        chosen: set[Use] = set()
        for use in uses:
            if len(chosen) == count:
                break
            starts = sorted([*missed.get(use.person, []), use.period.starts_at])
            if not _too_many_within(starts):
                missed[use.person] = starts
                chosen.add(use)
        return chosen

    def _cancelled(self, use: Use) -> Booking:
        asked_at = self._asked_at(use)
        ahead = (use.period.starts_at - asked_at) // timedelta(minutes=1)
        at = asked_at + timedelta(minutes=self.dice.below(ahead))
        if self.dice.chance(CANCELLED_BY_THE_SITE):
            cancellation = Cancellation(at, MANAGER, REASON_OF_THE_SITE)
            return Booking(use, ReservationState.CANCELLED_BY_SITE, asked_at, cancellation)
        cancellation = Cancellation(at, use.person)
        return Booking(use, ReservationState.CANCELLED_BY_MEMBER, asked_at, cancellation)

    def _asked_at(self, use: Use) -> datetime:
        """Some days before, but not before the person was allowed to."""
        ahead = timedelta(days=1 + self.dice.below(ASKED_DAYS_AHEAD))
        asked_at = when_clock_reaches(use.starts_on - ahead, ASKED_FROM, ZONE) + timedelta(
            minutes=self.dice.below(ASKED_MINUTES)
        )
        user = self._find_user(use.machine, use.person)
        allowed_from = user.allowed_from(use.starts_on, use.mode) if user else None
        if allowed_from is None:
            return asked_at
        return max(asked_at, when_clock_reaches(allowed_from - A_DAY, ASKED_FROM, ZONE))


def _attended_days(files: Files) -> dict[tuple[str, str], set[date]]:
    """The local days of signed half-days, by person and training."""
    attended: dict[tuple[str, str], set[date]] = {}
    for session in files.records["training_sessions"]:
        days = [half["starts_at"].astimezone(ZONE).date() for half in session["half_days"]]
        for enrolment in session["enrolments"]:
            signed = {days[number - 1] for number in enrolment.get("signed_half_days", [])}
            key = enrolment["member"], session["training"]
            attended[key] = attended.get(key, set()) | signed
    return attended


def _too_many_within(starts: list[datetime]) -> bool:
    return any(
        later - earlier <= MISSED_WITHIN
        for earlier, later in zip(starts, starts[MISSED_AT_MOST:], strict=False)
    )
