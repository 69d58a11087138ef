"""Living a history on both sides at once, and comparing after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import TypeVar

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from booking.database import writing
from tests.histories import steps
from tests.histories.acting import Acting, Stored
from tests.histories.checking import check
from tests.histories.judging import Use
from tests.histories.model import DailyHours, Model, next_grid
from tests.histories.place import (
    A_DAY,
    CREDIT_MINUTES,
    LAST_CLOSING,
    OPENS,
    at_wall,
    date_of,
    day_of,
    dial,
)
from tests.histories.site import begin, build
from tests.histories.world import ACTIVE, Booking, Waiting, new_world

_T = TypeVar("_T")


@dataclass
class Lived:
    """What all histories together have brought: how often each step ended in which way."""

    histories: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        return self.outcomes.total()


class Differs(AssertionError):  # noqa: N818 - it names what was met
    """The application and the model do not agree; the history stands in the message."""


class _TakeBack(Exception):  # noqa: N818 - it ends every history, nothing went wrong
    """Nothing of a history stays in the database."""


def live(app: Flask, histories: int, *, same_each_time: bool) -> Lived:
    """Live so many random histories in a migrated, empty database; raises `Differs`."""
    lived = Lived()

    @settings(
        max_examples=histories,
        derandomize=same_each_time,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(steps.histories)
    def live_one(history: steps.History) -> None:
        live_through(history, app, lived)

    with app.app_context():
        with writing():
            build()
        live_one()
    return lived


def live_through(history: steps.History, app: Flask, lived: Lived) -> None:
    """One history in one transaction, which is taken back."""
    try:
        with writing():
            Life(history, app, lived).go_on()
            raise _TakeBack
    except _TakeBack:
        lived.histories += 1


class Life:
    """The application and the model, side by side."""

    def __init__(self, history: steps.History, app: Flask, lived: Lived) -> None:
        self.steps, self.lived = history.steps, lived
        world = new_world(history.first_day)
        self.model, self.acting = Model(world), Acting(app)
        self.acting.set_clock(world.now)
        begin(world)
        self.acting.end_act()
        self.told = [f"It is {self._time(world.now)}."]

    def go_on(self) -> None:
        for step in self.steps:
            try:
                outcome = self.live(step)
                if outcome is None:
                    continue
                self._count(step, outcome)
                self.acting.end_act()
                if not _is_refused(outcome):
                    self._compare()
            except Exception as error:
                story = "\n".join(self.told)
                raise Differs(f"{error}\n\nThe history:\n{story}") from error

    def _count(self, step: steps.Step, outcome: object) -> None:
        self.lived.outcomes[type(step).__name__, _kind_of(outcome)] += 1
        if isinstance(outcome, set):
            self.lived.codes.update(outcome)

    # The steps

    @singledispatchmethod
    def live(self, step: steps.Step) -> object:
        """Do a step on both sides; what came of it, None where there was nothing to do it to."""
        raise TypeError(step)

    @live.register
    def _(self, step: steps.Wait) -> object:
        return self._wait_until(self.now + step.minutes)

    @live.register
    def _(self, step: steps.WaitFor) -> object:
        instants = [
            (booking.end if step.of_end else booking.start) + step.minutes
            for booking in self.model.bookings
            if booking.is_active
        ]
        coming = sorted(instant for instant in instants if instant > self.now)
        return self._wait_until(coming[step.which % len(coming)]) if coming else None

    def _wait_until(self, instant: int) -> object:
        if instant <= self.now:
            return None
        self.acting.set_clock(instant)
        self.model.wait_until(instant)
        self.told.append(f"It is {self._time(instant)}.")
        return "time passed"

    @live.register
    def _(self, step: steps.Reserve) -> object:
        self._pay_back()
        use = self._use(step.asked)
        return self._do(
            self._text(use),
            lambda: self.acting.reserve(use),
            lambda: self.model.reserve(use),
        )

    @live.register
    def _(self, step: steps.ReserveBoth) -> object:
        self._pay_back()
        first, second = self._use(step.first), self._use(step.second)
        return self._do(
            f"In one act: {self._text(first)}; {self._text(second)}",
            lambda: self.acting.reserve_all([first, second]),
            lambda: self.model.reserve_all([first, second]),
        )

    @live.register
    def _(self, step: steps.ReserveDaily) -> object:
        self._pay_back()
        use = self._use(step.asked)
        return self._do(
            f"On {step.times} days: {self._text(use)}",
            lambda: self.acting.reserve_daily(use, step.times),
            lambda: self.model.reserve_daily(use, step.times),
        )

    @live.register
    def _(self, step: steps.CancelSeries) -> object:
        series = [booking for booking in self.model.bookings if booking.series is not None]
        return self._with(
            _nth(step.which, series, self.model.bookings),
            f"Cancel {step.scope.lower()} of its series",
            lambda place: self.acting.cancel_series(place, step.scope),
            lambda booking: self.model.cancel_series(booking, step.scope),
        )

    @live.register
    def _(self, step: steps.MoveSeries) -> object:
        series = [booking for booking in self.model.bookings if booking.series is not None]
        coming = [booking for booking in series if booking.is_active and booking.start > self.now]
        booking = _nth(step.which, coming, series)
        if booking is None:
            return None
        self._pay_back()
        hours = DailyHours(step.after, step.minute, step.length)
        shown = f"{step.minute // 60:02}:{step.minute % 60:02}"
        return self._with(
            booking,
            f"Move {step.scope.lower()} of its series to {shown} for {step.length} minutes,"
            f" {step.after} days later",
            lambda place: self.acting.move_series(place, step.scope, hours),
            lambda booking: self.model.move_series(booking, step.scope, hours),
        )

    @live.register
    def _(self, step: steps.Move) -> object:
        booking = self._booking(step.which, *ACTIVE)
        if booking is None:
            return None
        self._pay_back()
        tool = step.tool or booking.tool
        start = booking.start if step.when is None else self._start(step.when)
        end, place = start + step.length, self._place(booking)
        return self._do(
            f"Move {self._name(booking)} to {tool}, {self._time(start)} to {self._time(end)}",
            lambda: self.acting.move(place, tool, start, end),
            lambda: self.model.move(booking, tool, start, end),
        )

    @live.register
    def _(self, step: steps.Cancel) -> object:
        return self._cancel(self._booking(step.which, "HELD", "CONFIRMED"), step.by_manager)

    @live.register
    def _(self, step: steps.CheckIn) -> object:
        booking = self._booking(step.which, "CONFIRMED")
        if booking is not None and step.minutes is not None:
            self._wait_until(booking.start + step.minutes)
        return self._with(booking, "Check in", self.acting.check_in, self.model.check_in)

    @live.register
    def _(self, step: steps.CheckOut) -> object:
        booking = self._booking(step.which, "CHECKED_IN")
        if booking is not None and step.minutes is not None:
            self._wait_until(booking.end + step.minutes)
        return self._with(booking, "Check out", self.acting.check_out, self.model.check_out)

    @live.register
    def _(self, step: steps.Answer) -> object:
        asked = [booking for booking in self.model.bookings if booking.seconds]
        waiting = [booking for booking in asked if booking.state == "HELD"]
        booking = _nth(step.which, waiting, asked)
        if booking is None:
            return None
        nth = len(booking.seconds) - 1
        second, place = booking.seconds[nth], self._place(booking)
        return self._do(
            f"{second.who} {'agrees' if step.agrees else 'declines'}: {self._name(booking)}",
            lambda: self.acting.answer(place, nth, step.agrees),
            lambda: self.model.answer(booking, second, step.agrees),
        )

    @live.register
    def _(self, step: steps.NameAnother) -> object:
        return self._with(
            self._booking(step.which, "HELD"),
            f"Name {step.who}",
            lambda place: self.acting.name_another(place, step.who),
            lambda booking: self.model.name_another(booking, step.who),
        )

    @live.register
    def _(self, step: steps.Join) -> object:
        coming = [b for b in self.model.bookings if b.is_active and b.start > self.now]
        booking = _nth(step.which, coming, coming)
        if booking is None:
            return None
        self._worker_passes()
        opens, closes = (at_wall(day_of(booking.start), at) for at in (OPENS, LAST_CLOSING))
        start = max(booking.start - step.around, opens)
        end = min(booking.end + step.around, closes)
        if end <= start:
            return None
        wait = Waiting(step.who, booking.tool, start, end, step.minutes, step.only_told)
        return self._do(
            f"{wait.who} waits for {wait.minutes} minutes of {wait.tool} between"
            f" {self._time(start)} and {self._time(end)}",
            lambda: self.acting.join(wait),
            lambda: self.model.join(wait),
        )

    @live.register
    def _(self, step: steps.Leave) -> object:
        waiting = self.model.world.waiting
        if not waiting:
            return None
        place = step.which % len(waiting)
        return self._do(
            f"{waiting[place].who} waits no longer",
            lambda: self.acting.leave(place),
            lambda: self.model.leave(waiting[place]),
        )

    @live.register
    def _(self, step: steps.AnswerOffer) -> object:
        self._settle_for_those_who_wait()
        waiting = self.model.world.waiting
        offered = [wait for wait in waiting if wait.state == "OFFERED"]
        wait = _nth(step.which, offered, waiting)
        if wait is None:
            return None
        place = next(n for n, other in enumerate(waiting) if other is wait)
        if step.takes:
            act, model = self.acting.take_offer, self.model.take_offer
        else:
            act, model = self.acting.decline_offer, self.model.decline_offer
        return self._do(
            f"{wait.who} {'takes' if step.takes else 'declines'} what is offered ({wait.tool})",
            lambda: act(place),
            lambda: model(wait),
        )

    @live.register
    def _(self, step: steps.GiveBack) -> object:
        self._settle_for_those_who_wait()
        waited_for = [
            booking
            for booking in self.model.bookings
            if booking.state in ("HELD", "CONFIRMED")
            and any(
                wait.state_at(self.now) == "WAITING"
                and wait.tool == booking.tool
                and wait.start < booking.end
                and booking.start < wait.end
                for wait in self.model.world.waiting
            )
        ]
        return self._cancel(_nth(step.which, waited_for, waited_for), step.by_manager)

    def _cancel(self, booking: Booking | None, by_manager: bool) -> object:
        return self._with(
            booking,
            f"Cancel {'by the manager' if by_manager else 'by its member'}",
            lambda place: self.acting.cancel(place, by_manager),
            lambda booking: self.model.cancel(booking, by_manager),
        )

    @live.register
    def _(self, step: steps.Certify) -> object:
        return self._do(
            f"Certify {step.who} in {step.course}, level {step.level}",
            lambda: self.acting.certify(step.who, step.course, step.level),
            lambda: self.model.certify(step.who, step.course, step.level),
        )

    @live.register
    def _(self, step: steps.Suspend) -> object:
        record = self.model.find_record(step.who, step.course, "APPROVED")
        if record is None:
            return None
        return self._do(
            f"Suspend {step.course} of {step.who}",
            lambda: self.acting.suspend(step.who, step.course),
            lambda: self.model.end_record(record, "SUSPENDED"),
        )

    @live.register
    def _(self, step: steps.Revoke) -> object:
        record = self.model.find_record(step.who, step.course, "APPROVED", "SUSPENDED")
        if record is None:
            return None
        return self._do(
            f"Revoke {step.course} of {step.who}",
            lambda: self.acting.revoke(step.who, step.course),
            lambda: self.model.end_record(record, "REVOKED"),
        )

    @live.register
    def _(self, step: steps.Reinstate) -> object:
        record = self.model.find_record(step.who, step.course, "SUSPENDED")
        if record is None:
            return None
        self.model.reinstate(record)
        self._say(f"Reinstate {step.course} of {step.who}")
        self.acting.reinstate(step.who, step.course)
        return "made"

    @live.register
    def _(self, step: steps.SuspendAccount) -> object:
        if step.who in self.model.world.suspended:
            return None
        return self._do(
            f"Suspend the account of {step.who}",
            lambda: self.acting.suspend_account(step.who),
            lambda: self.model.suspend_account(step.who),
        )

    @live.register
    def _(self, step: steps.ReinstateAccount) -> object:
        if step.who not in self.model.world.suspended:
            return None
        self._say(f"Reinstate the account of {step.who}")
        self.model.reinstate_account(step.who)
        self.acting.reinstate_account(step.who)
        return "made"

    @live.register
    def _(self, step: steps.Close) -> object:
        start = self._start(step.when)
        end = start + step.when.length
        place, what = step.tool or "the site", "cancel" if step.cancels else "keep"
        return self._do(
            f"Close {place} from {self._time(start)} to {self._time(end)}, {what} what stands",
            lambda: self.acting.close(step.tool, start, end, step.cancels),
            lambda: self.model.close(step.tool, start, end, step.cancels),
        )

    @live.register
    def _(self, step: steps.Reopen) -> object:
        closed = self.model.world.closed
        if not closed:
            return None
        place = step.which % len(closed)
        self._settle_for_those_who_wait()
        self._say(f"Take closure {place + 1} back")
        self.model.reopen(closed[place])
        self.acting.reopen(place)
        return "made"

    @live.register
    def _(self, step: steps.Work) -> object:
        self._worker_passes()
        return "made"

    # Doing and comparing

    @property
    def now(self) -> int:
        return self.model.world.now

    def _do(self, text: str, act: Callable[[], object], model: Callable[[], object]) -> object:
        """The same on both sides, which must come to the same."""
        self._settle_for_those_who_wait()
        self.acting.note_offers()
        self._say(text)
        theirs = act()
        ours = model()
        self.model.time_passes()
        self.told[-1] += f": {_plain(theirs)}"
        assert theirs == ours, f"the model says {_plain(ours)}"
        return theirs

    def _with(
        self,
        booking: Booking | None,
        text: str,
        act: Callable[[int], object],
        model: Callable[[Booking], object],
    ) -> object:
        if booking is None:
            return None
        place = self._place(booking)
        return self._do(
            f"{text}: {self._name(booking)}", lambda: act(place), lambda: model(booking)
        )

    def _say(self, text: str) -> None:
        self.told.append(text)

    def _pay_back(self) -> None:
        """Credit hours of what fell come back when that is written down, as it is at once where the
        worker runs.
        """
        if any(row.credit and row.fell is not None for row in self.model.bookings):
            self._worker_passes()

    def _settle_for_those_who_wait(self) -> None:
        """What time has freed is offered before anything else is done, as a running worker does."""
        if self.model.world.waiting and not all(row.is_written for row in self.model.bookings):
            self._worker_passes()

    def _worker_passes(self) -> None:
        self._say("The worker passes")
        self.acting.work()
        self.model.worker_passes()
        self.model.time_passes()

    def _compare(self) -> None:
        """What a refused attempt would have changed is seen after the next step."""
        if self.model.world.waiting:
            self.acting.note_offers()
            self._compare_waiting()
        rows, credit = self.acting.stored(), self.acting.credit()
        for place, (row, booking) in enumerate(zip(rows, self.model.bookings, strict=True)):
            ours = _as_stored(booking, row)
            assert row == ours, f"reservation {place + 1} is\n{row}\nthe model says\n{ours}"
        if all(row.is_written for row in rows):
            left = CREDIT_MINUTES if credit is None else credit
            ours_left = self.model.world.credit
            assert left == ours_left, f"{left} minutes of credit, the model says {ours_left}"
        check(rows, credit, self.model.world)

    def _compare_waiting(self) -> None:
        theirs, now = self.acting.waiting(), self.now
        ours = [(wait.who, wait.tool, wait.state_at(now)) for wait in self.model.world.waiting]
        assert theirs == ours, f"who waits is\n{theirs}\nthe model says\n{ours}"

    # Places and words

    def _use(self, asked: steps.Asked) -> Use:
        start = self._start(asked.when)
        end = start + asked.when.length
        return Use(
            asked.who,
            asked.tool,
            start,
            end,
            asked.mode,
            asked.people,
            asked.credit_only,
        )

    def _start(self, when: steps.When) -> int:
        if when.day is None:
            return next_grid(self.now) + 30 * when.minute
        return at_wall(day_of(self.now) + when.day, when.minute)

    def _booking(self, which: int, *states: str) -> Booking | None:
        made = self.model.bookings
        return _nth(which, [booking for booking in made if booking.state in states], made)

    def _place(self, booking: Booking) -> int:
        return next(n for n, other in enumerate(self.model.bookings) if other is booking)

    def _name(self, booking: Booking) -> str:
        return f"reservation {self._place(booking) + 1} of {booking.who} ({booking.tool})"

    def _text(self, use: Use) -> str:
        people = "".join(f", {role.lower()} {who}" for role, who in use.people.items())
        credit = ", with credit alone" if use.credit_only else ""
        return (
            f"{use.who} asks for {use.tool}, {self._time(use.start)} to {self._time(use.end)},"
            f" {use.mode.lower()}{people}{credit}"
        )

    def _time(self, minute: int) -> str:
        shown = dial(minute) % A_DAY
        return f"{date_of(day_of(minute)):%a %d %b} {shown // 60:02}:{shown % 60:02}"


def _nth(which: int, meant: Sequence[_T], all_: Sequence[_T]) -> _T | None:
    """Of those a step is about, or of all; the last one made first."""
    found = all_ if which >= steps.ANY_FROM else meant
    return found[-1 - which % len(found)] if found else None


def _as_stored(booking: Booking, row: Stored) -> Stored:
    """What the database should say; of what time alone has changed it may not know all yet."""
    return Stored(
        who=booking.who,
        tool=booking.tool,
        unit=booking.unit,
        start=booking.start,
        end=booking.end,
        mode=booking.mode,
        state=booking.state,
        is_written=row.is_written,
        cents=booking.cents if booking.is_priced else None,
        fee=booking.fee if row.is_written else row.fee,
        blocks_until=booking.blocks_until,
        seconds=(
            tuple((second.role, second.who, second.answer) for second in booking.current)
            if booking.is_active
            else row.seconds
        ),
    )


def _kind_of(outcome: object) -> str:
    """In few words, to be counted."""
    return "refused" if _is_refused(outcome) else str(outcome)


def _is_refused(outcome: object) -> bool:
    return isinstance(outcome, set | list)


def _plain(outcome: object) -> str:
    return ", ".join(sorted(outcome)) if isinstance(outcome, set) else str(outcome)
