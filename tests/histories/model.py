"""The acts in the naive model: each changes the lists, or says why not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from tests.histories import judging
from tests.histories.judging import Use, awaited_role, free_unit, reasons
from tests.histories.place import (
    A_DAY,
    AN_HOUR,
    ARRIVES_BEFORE,
    COURSES,
    EARLY,
    GRACE,
    GRID,
    LAST_CLOSING,
    REFERENT,
    REFERENT_MONTHS,
    SOONEST_OFFER,
    TOOLS,
    WORD_BEFORE,
    at_wall,
    day_of,
    dial,
    months_later,
)
from tests.histories.world import Booking, Closed, Record, Second, Waiting, World, chain

FALLEN = {
    "HELD": "CANCELLED_BY_SITE",
    "CONFIRMED": "NO_SHOW",
    "CHECKED_IN": "COMPLETED",
}
Freed = tuple[str, int, int]
"""A machine, and from when until when its time was given back."""


@dataclass(frozen=True)
class DailyHours:
    """So many minutes from this one of the dial on, so many days after the day of before."""

    after: int
    minute: int
    length: int

    def on_day_of(self, start: int) -> tuple[int, int]:
        day = day_of(start) + self.after
        return at_wall(day, self.minute), at_wall(day, self.minute + self.length)


Outcome = object
"""A set of refusal codes, or a word; both sides give the same."""


class Model:
    """The world, and what may be done in it. After every act time has its say."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def bookings(self) -> list[Booking]:
        return self.world.bookings

    # Time

    def wait_until(self, now: int) -> None:
        self.world.now = now
        self.time_passes()

    def time_passes(self) -> None:
        for booking in self.bookings:
            if booking.is_active and booking.until is not None and booking.until <= self.world.now:
                was, booking.state = booking.state, FALLEN[booking.state]
                if was != "CHECKED_IN":
                    booking.fell, booking.is_written = booking.until, False
                    self._end_offer(booking, "LAPSED")
                    self._keep(booking, 100 if was == "CONFIRMED" else 0)

    def _keep(self, booking: Booking, percent: int) -> None:
        """The share of money and hours that stays due; the rest of the hours comes back."""
        booking.fee = percent or None
        self.world.credit += booking.credit - judging.half_up(booking.credit * percent, 100)

    def _percent(self, booking: Booking) -> int:
        notice = booking.start - self.world.now
        by_notice = 0 if notice >= A_DAY else 50 if notice >= 2 * AN_HOUR else 100
        return max(by_notice, booking.kept_percent)

    def _awaited_until(self, start: int) -> int:
        """For a word: up to two hours before the start; later than that up to the start, and of
        what has begun as long as somebody might still arrive.
        """
        now = self.world.now
        if start - WORD_BEFORE > now:
            return start - WORD_BEFORE
        return start if start > now else start + GRACE

    # Reserving

    def reserve(self, use: Use) -> Outcome:
        if against := reasons(use, self.world):
            return against
        role = awaited_role(use, self.world)
        unit = free_unit(use, self.world)
        assert unit is not None
        lines = judging.lines(use, self.world)
        booking = Booking(
            who=use.who,
            tool=use.tool,
            unit=unit,
            start=use.start,
            end=use.end,
            mode=use.mode,
            state="HELD" if role else "CONFIRMED",
            until=self._awaited_until(use.start) if role else use.start + GRACE,
            credit=sum(line.credit for line in lines),
            cents=sum(line.cents for line in lines),
        )
        if role:
            booking.seconds.append(Second(role, use.people[role]))
        self.world.credit -= booking.credit
        self.bookings.append(booking)
        return "made"

    def reserve_all(self, uses: list[Use]) -> Outcome:
        """All, or none; each is judged as if those before it that can be had were there."""
        before = deepcopy(self.world)
        outcomes = [self.reserve(use) for use in uses]
        if all(outcome == "made" for outcome in outcomes):
            return "made"
        self.world = before
        return [outcome if outcome != "made" else set() for outcome in outcomes]

    def reserve_daily(self, use: Use, times: int) -> Outcome:
        outcome = self.reserve_all([on_day(use, after) for after in range(times)])
        if outcome == "made":
            number = sum(1 for booking in self.bookings if booking.series is not None)
            for booking in self.bookings[-times:]:
                booking.series = number
        return outcome

    def move(self, booking: Booking, tool: str, start: int, end: int) -> Outcome:
        now = self.world.now
        is_over = booking.end <= now and booking.state != "CHECKED_IN"
        if is_over or not booking.is_active:
            return "ENDED"
        if booking.is_offer:
            return "OFFERED"
        keeps_start = (tool, start) == (booking.tool, booking.start)
        has_begun = booking.state == "CHECKED_IN" or booking.start <= now
        if has_begun and (not keeps_start or end < now):
            return "STARTED"
        if keeps_start and end == booking.end:
            return "made"
        left = self._change(booking, tool, start, end)
        if isinstance(left, set):
            return left
        self._offer(left)
        return "made"

    def move_series(self, booking: Booking, scope: str, hours: DailyHours) -> Outcome:
        """Of the series what has not begun, all or none; each is judged as if those that are still
        to move were not there.
        """
        concerned = self._of_series(booking, scope)
        if not concerned:
            is_over = booking.end <= self.world.now and booking.state != "CHECKED_IN"
            return "STARTED" if booking.is_active and not is_over else "ENDED"
        before = deepcopy(self.world)
        wanted = [(one, *hours.on_day_of(one.start)) for one in concerned]
        moving = [one for one in wanted if (one[0].start, one[0].end) != one[1:]]
        still = [one[0] for one in moving]
        against: dict[int, set[str]] = {}
        freed: list[Freed] = []
        for one, start, end in sorted(moving, key=lambda one: one[1:]):
            away = [other for other in still if other is not one]
            left = self._change_without(away, one, start, end)
            if isinstance(left, set):
                against[id(one)] = left
            else:
                still, freed = away, [*freed, *left]
        if against:
            self.world = before
            return [against.get(id(one), set()) for one in concerned]
        self._offer(freed)
        return "made" if moving else "the same"

    def _change_without(
        self, away: list[Booking], booking: Booking, start: int, end: int
    ) -> set[str] | list[Freed]:
        """As if these others took neither time nor hours of the firm."""
        everything, hours = self.bookings, sum(other.credit for other in away)
        self.world.bookings = [b for b in everything if all(b is not other for other in away)]
        self.world.credit += hours
        left = self._change(booking, booking.tool, start, end)
        self.world.bookings = everything
        self.world.credit -= hours
        return left

    def _change(self, booking: Booking, tool: str, start: int, end: int) -> set[str] | list[Freed]:
        """What stands against other times, or what they give back."""
        world = self.world
        keeps_start = (tool, start) == (booking.tool, booking.start)
        use = Use(
            booking.who,
            tool,
            start,
            end,
            booking.mode,
            {second.role: second.who for second in booking.current},
            instead_of=booking,
            keeps_start=keeps_start,
        )
        gives_back = booking.state == "CHECKED_IN" and end < booking.end
        if not gives_back:
            if against := reasons(use, world):
                return against
            unit = free_unit(use, world)
            assert unit is not None
            booking.unit = unit
        lines = judging.lines(use, world)
        role = awaited_role(use, world)
        booking.kept_percent = self._percent(booking)
        world.credit += booking.credit
        booking.credit = sum(line.credit for line in lines)
        cents = sum(line.cents for line in lines)
        saved = max(booking.cents - booking.late_cents - cents, 0)
        booking.late_cents += judging.half_up(saved * booking.kept_percent, 100)
        booking.cents = cents + booking.late_cents
        world.credit -= booking.credit
        left = _left_by(booking, tool, start, end)
        booking.tool, booking.start, booking.end = tool, start, end
        if booking.state == "CHECKED_IN":
            booking.until = self._over_at(booking)
        else:
            for second in booking.current:
                second.answer = "PENDING" if second.role == role else "RELEASED"
            booking.state = "HELD" if role else "CONFIRMED"
            booking.until = self._awaited_until(start) if role else start + GRACE
        return left

    # Giving back

    def cancel(self, booking: Booking, by_manager: bool) -> Outcome:
        if booking.state not in ("HELD", "CONFIRMED") or booking.end <= self.world.now:
            return "ENDED"
        if not by_manager and booking.start <= self.world.now:
            return "STARTED"
        if by_manager:
            self._call_off_all([booking])
        else:
            self._give_up_all([booking])
        return "made"

    def cancel_series(self, booking: Booking, scope: str) -> Outcome:
        """Of the series what has not begun; each by its own notice."""
        if booking.series is None:
            return self.cancel(booking, by_manager=False)
        concerned = self._of_series(booking, scope)
        self._give_up_all(concerned)
        return "made" if concerned else "ENDED"

    def _of_series(self, booking: Booking, scope: str) -> list[Booking]:
        """Those that have not begun, by start."""
        concerned = [
            other
            for other in self.bookings
            if other.series == booking.series
            and other.state in ("HELD", "CONFIRMED")
            and other.start > self.world.now
            and (scope == "ALL" or other.start >= booking.start)
        ]
        return sorted(concerned, key=lambda other: other.start)

    def _give_up_all(self, concerned: list[Booking]) -> None:
        for booking in concerned:
            percent = 0 if booking.is_offer else self._percent(booking)
            self._end_offer(booking, "DECLINED")
            self._give_up(booking, "CANCELLED_BY_MEMBER", percent)
        self._offer(_times_of(concerned))

    def _call_off_all(self, concerned: list[Booking]) -> Outcome:
        for booking in concerned:
            self._end_offer(booking, "LAPSED")
            self._give_up(booking, "CANCELLED_BY_SITE", 0)
        self._offer(_times_of(concerned))
        return len(concerned)

    def _give_up(self, booking: Booking, state: str, percent: int) -> None:
        booking.state, booking.until = state, None
        self._keep(booking, percent)
        for second in booking.current:
            second.answer = "RELEASED"

    def _coming(self) -> list[Booking]:
        return [
            booking
            for booking in self.bookings
            if booking.state in ("HELD", "CONFIRMED") and booking.end > self.world.now
        ]

    # Being there

    def check_in(self, booking: Booking) -> Outcome:
        match booking.state:
            case "CHECKED_IN":
                return "THERE_ALREADY"
            case "HELD":
                return "WAITING"
            case "CONFIRMED":
                pass
            case _:
                return "OVER"
        if self.world.now < booking.start - ARRIVES_BEFORE:
            return "TOO_EARLY"
        if against := self._against_being_there(booking, None):
            return against
        booking.state, booking.until = "CHECKED_IN", self._over_at(booking)
        return "made"

    def _against_being_there(self, booking: Booking, instead: Second | None) -> set[str]:
        people = [instead] if instead else booking.current
        use = Use(
            booking.who,
            booking.tool,
            booking.start,
            booking.end,
            booking.mode,
            {second.role: second.who for second in people},
        )
        return set(judging.against_being_there(use, self.world))

    def _over_at(self, booking: Booking) -> int:
        """With the last closing of the day, an hour after the end at the earliest; what runs alone
        is fetched before the first closing after that. The place is open every day.
        """
        day = day_of(booking.end)
        closing = at_wall(day, LAST_CLOSING)
        if TOOLS[booking.tool].runs_alone and closing <= booking.end + AN_HOUR:
            return at_wall(day + 1, LAST_CLOSING)
        return max(closing, booking.end + AN_HOUR)

    def check_out(self, booking: Booking) -> Outcome:
        if booking.state != "CHECKED_IN":
            return False
        now = self.world.now
        booking.state, booking.until, booking.left = "COMPLETED", None, now
        if now < booking.end:
            self._offer([(booking.tool, max(now, booking.start), booking.end)])
        return True

    # Waiting for time

    def join(self, wait: Waiting) -> Outcome:
        tool, start = TOOLS[wait.tool], max(wait.start, self.world.now)
        if wait.end - start < wait.minutes:
            return "NoRoom"
        if not tool.shortest <= wait.minutes <= tool.longest or wait.minutes % GRID:
            return "LengthNotAllowed"
        for other in self.world.waiting:
            is_open = other.state in ("WAITING", "OFFERED") and other.end > self.world.now
            overlaps = other.start < wait.end and wait.start < other.end
            if is_open and overlaps and (other.who, other.tool) == (wait.who, wait.tool):
                return "WaitsAlready"
        first = Use(wait.who, wait.tool, start, start + wait.minutes, "AUTONOMOUS")
        if against := judging.against_the_person(first, self.world):
            return against
        if self._first_free(wait, start, wait.end):
            return "FreeAlready"
        self.world.waiting.append(wait)
        return "made"

    def leave(self, wait: Waiting) -> Outcome:
        state = wait.state_at(self.world.now)
        if state != "WAITING":
            return "OFFERED" if state == "OFFERED" else "CLOSED"
        wait.state = "WITHDRAWN"
        return "made"

    def take_offer(self, wait: Waiting) -> Outcome:
        held = wait.offer
        if held is None or wait.state != "OFFERED":
            return "GONE"
        use = Use(
            held.who,
            held.tool,
            held.start,
            held.end,
            held.mode,
            instead_of=held,
            keeps_start=True,
        )
        if against := reasons(use, self.world):
            return against
        lines = judging.lines(use, self.world)
        held.credit, held.cents = (
            sum(x.credit for x in lines),
            sum(x.cents for x in lines),
        )
        self.world.credit -= held.credit
        held.state, held.until = "CONFIRMED", held.start + GRACE
        held.is_offer, held.is_priced = False, True
        wait.state = "TAKEN"
        return "made"

    def decline_offer(self, wait: Waiting) -> Outcome:
        if wait.offer is None or wait.state != "OFFERED":
            return "GONE"
        self._give_up_all([wait.offer])
        return "made"

    def worker_passes(self) -> None:
        """Machine by machine what time has freed is noted, and offered."""
        for tool in TOOLS:
            self._offer(self._note_fallen({tool}))

    def _note_fallen(self, tools: set[str]) -> list[Freed]:
        fallen = [b for b in self.bookings if not b.is_written and b.tool in tools]
        for booking in fallen:
            booking.is_written = True
        return [(booking.tool, booking.start, booking.end) for booking in fallen]

    def _offer(self, freed: list[Freed]) -> None:
        """To those who wait for it in their order, first to those who want it held."""
        now = self.world.now
        coming = [one for one in freed if one[2] > now]
        open_ = [wait for wait in self.world.waiting if wait.state_at(now) == "WAITING"]
        wanted = {wait.tool for wait in open_} & {tool for tool, _, _ in coming}
        if not wanted:
            return
        self.time_passes()
        for tool, start, end in [*coming, *self._note_fallen(wanted)]:
            for wait in sorted(open_, key=lambda wait: wait.only_told):
                if (wait.tool, wait.state) == (tool, "WAITING"):
                    self._offer_to(wait, start, end)

    def _offer_to(self, wait: Waiting, freed_from: int, freed_until: int) -> None:
        """The first use that rests on the freed time; who could have had it, but for himself, is
        passed over for good.
        """
        world = self.world
        start = max(wait.start, freed_from - wait.minutes, world.now + SOONEST_OFFER)
        end = min(wait.end, freed_until + wait.minutes)
        if not (wait.start < freed_until and freed_from < wait.end):
            return
        use = self._first_free(wait, start, end)
        if use is None:
            uses = judging.uses_within(wait, start, end)
            suitable = next((use for use in uses if judging.suits(use, world)), None)
            if suitable and judging.against_the_person(suitable, world):
                wait.state = "SKIPPED"
        elif wait.only_told:
            wait.state = "TOLD"
        else:
            wait.state, wait.offer = "OFFERED", self._hold(use)

    def _hold(self, use: Use) -> Booking:
        unit = free_unit(use, self.world)
        assert unit is not None
        until = judging.answer_until(use.tool, use.start, self.world)
        held = Booking(
            use.who, use.tool, unit, use.start, use.end, use.mode, "HELD", until, 0, 0,
            is_offer=True, is_priced=False,
        )  # fmt: skip
        self.bookings.append(held)
        return held

    def _end_offer(self, booking: Booking, state: str) -> None:
        for wait in self.world.waiting:
            if wait.offer is booking and wait.state == "OFFERED":
                wait.state = state

    def _first_free(self, wait: Waiting, start: int, end: int) -> Use | None:
        uses = judging.uses_within(wait, start, end)
        return next((use for use in uses if not reasons(use, self.world)), None)

    # Second persons

    def answer(self, booking: Booking, second: Second, agrees: bool) -> Outcome:
        if booking.state not in ("HELD", "CONFIRMED"):
            return "OVER"
        if second.answer not in ("PENDING", "ACCEPTED"):
            return "NOT_ASKED"
        if not agrees:
            self._stays_away(
                booking,
                second,
                "WITHDRAWN" if second.answer == "ACCEPTED" else "DECLINED",
            )
            return "made"
        if second.answer == "ACCEPTED":
            return "ALREADY"
        if against := self._against_being_there(booking, None):
            return against
        second.answer = "ACCEPTED"
        booking.state, booking.until = "CONFIRMED", booking.start + GRACE
        return "made"

    def _stays_away(self, booking: Booking, second: Second, answer: str) -> None:
        second.answer = answer
        if booking.state == "CONFIRMED":
            booking.state = "HELD"
            booking.until = max(booking.start - WORD_BEFORE, self.world.now)

    def _withdraw(self, who: str) -> None:
        """Whoever may no longer be there for others does not come."""
        for booking in self.bookings:
            if not booking.is_active or booking.end <= self.world.now:
                continue
            for second in booking.current:
                if second.who == who:
                    self._stays_away(booking, second, "WITHDRAWN")

    def name_another(self, booking: Booking, who: str) -> Outcome:
        if booking.state not in ("HELD", "CONFIRMED"):
            return "OVER"
        use = Use(booking.who, booking.tool, booking.start, booking.end, booking.mode)
        role = awaited_role(use, self.world)
        if role is None:
            return "NOT_ASKED"
        if against := self._against_being_there(booking, Second(role, who)):
            return against
        for second in booking.current:
            second.answer = "REPLACED"
        booking.seconds.append(Second(role, who))
        booking.state, booking.until = "HELD", self._awaited_until(booking.start)
        return "made"

    # Certifications

    def certify(self, who: str, course: str, level: int) -> Outcome:
        """Shortly before the end of what is held it goes on from there."""
        today = day_of(self.world.now)
        before = COURSES[course].before
        needs_waiver = before is not None and not judging.is_today_valid(who, *before, self.world)
        months = REFERENT_MONTHS if level == REFERENT else COURSES[course].months
        held = judging.held_until(who, course, level, self.world)
        starts = today if held is None or held - today > EARLY else held
        until = months_later(starts, months)
        self.world.records.append(Record(who, course, level, today, until))
        return "with a waiver" if needs_waiver else "plainly"

    def find_record(self, who: str, course: str, *states: str) -> Record | None:
        return next(
            (
                record
                for record in self.world.records
                if (record.who, record.course) == (who, course) and record.state in states
            ),
            None,
        )

    def end_record(self, record: Record, state: str) -> Outcome:
        """With every other record of the training that is not over. What rests on the training is
        called off; and the person is no second person any more where it was needed.
        """
        ended = ("APPROVED",) if state == "SUSPENDED" else ("APPROVED", "SUSPENDED")
        self._change_all(record, ended, state)
        outcome = self._call_off_all(
            [
                booking
                for booking in self._coming()
                if booking.who == record.who and record.course in chain(booking.tool, booking.mode)
            ]
        )
        for booking in self.bookings:
            if not booking.is_active or booking.end <= self.world.now:
                continue
            for second in booking.current:
                levels = chain(booking.tool, "AUTONOMOUS")
                if second.role == "BUDDY":
                    levels = {"SAFE": 1}
                if second.who == record.who and record.course in levels:
                    self._stays_away(booking, second, "WITHDRAWN")
        return outcome

    def reinstate(self, record: Record) -> None:
        self._change_all(record, ("SUSPENDED",), "APPROVED")

    def _change_all(self, record: Record, states: tuple[str, ...], state: str) -> None:
        today = day_of(self.world.now)
        for other in self.world.records:
            is_of_it = (other.who, other.course) == (record.who, record.course)
            if is_of_it and other.state in states and (other is record or other.until >= today):
                other.state = state

    # Accounts and closures

    def suspend_account(self, who: str) -> Outcome:
        self.world.suspended.add(who)
        self._withdraw(who)
        return self._call_off_all([b for b in self._coming() if b.who == who])

    def reinstate_account(self, who: str) -> None:
        self.world.suspended.remove(who)

    def close(self, tool: str | None, start: int, end: int, cancels: bool) -> Outcome:
        now = self.world.now
        concerned = [
            booking
            for booking in self._coming()
            if tool in (None, booking.tool)
            and booking.start < end
            and max(start, now) < booking.end
        ]
        self.world.closed.append(Closed(tool, start, end))
        if not cancels or end <= now:
            return 0
        return self._call_off_all(concerned)

    def reopen(self, closed: Closed) -> None:
        closed.stands = False
        tools = [closed.tool] if closed.tool else list(TOOLS)
        self._offer([(tool, closed.start, closed.end) for tool in tools])


def _times_of(given_back: list[Booking]) -> list[Freed]:
    """The next first."""
    ordered = sorted(given_back, key=lambda booking: booking.start)
    return [(booking.tool, booking.start, booking.end) for booking in ordered]


def _left_by(booking: Booking, tool: str, start: int, end: int) -> list[Freed]:
    """What a move gives back."""
    if booking.tool != tool or end <= booking.start or booking.end <= start:
        return [(booking.tool, booking.start, booking.end)]
    parts = [
        (booking.start, min(start, booking.end)),
        (max(end, booking.start), booking.end),
    ]
    return [(booking.tool, first, last) for first, last in parts if first < last]


def next_grid(now: int) -> int:
    """The next half hour of the dial."""
    return now + -dial(now) % 30


def on_day(use: Use, after: int) -> Use:
    """The same hours of the dial so many days later."""

    def later(minute: int) -> int:
        return at_wall(day_of(minute) + after, dial(minute) % A_DAY)

    return replace(use, start=later(use.start), end=later(use.end))
