"""How much may be reserved: by whom, where, in which span of time, and who comes first.

Minutes are elapsed time; days, ISO weeks and months are local ones, so a week of a clock change
has an hour less or more in it, and its limit is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.openings.rules import Timetable
from booking.periods import A_DAY, Period, local_day, local_days, merge

A_MINUTE = timedelta(minutes=1)


class Holder(StrEnum):
    """Whose hours are counted together."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class Span(StrEnum):
    """In what they are counted: AHEAD is whatever has not begun at the time of asking."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    AHEAD = "AHEAD"


class PlaceKind(StrEnum):
    EVERYWHERE = "EVERYWHERE"
    AREA = "AREA"
    CATEGORY = "CATEGORY"
    MACHINE = "MACHINE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something counts; the code is that of the area, category or machine."""

    kind: PlaceKind
    code: str = ""


@dataclass(frozen=True, slots=True)
class QuotaFact:
    """At most `limit_minutes` in each span, on all of `machines` together.

    With a `plan` only for those whom it covers. `peak_only`: only what lies in peak hours counts.
    """

    holder: Holder
    plan: str | None
    place: Place
    machines: frozenset[str]
    span: Span
    limit_minutes: int
    peak_only: bool


@dataclass(frozen=True)
class PriorityFact:
    """Weekly times that the holders of some plans have for themselves until `opens_hours` before
    the start of a use; then they are everybody's.
    """

    plans: tuple[str, ...]
    place: Place
    times: Timetable
    opens_hours: int


@dataclass(frozen=True)
class Limits:
    """What counts on one machine."""

    quotas: tuple[QuotaFact, ...] = ()
    peaks: Timetable | None = None
    priorities: tuple[PriorityFact, ...] = ()


class Use(NamedTuple):
    """Hours on a machine that have been used or are promised."""

    machine: str
    period: Period


class Counted(NamedTuple):
    """What quotas count: of the person, and of everybody for whom the same organisation pays."""

    own: tuple[Use, ...] = ()
    of_the_organisation: tuple[Use, ...] = ()

    def without(self, own: Iterable[Use], of_the_organisation: Iterable[Use]) -> Counted:
        """The same but for these."""
        return Counted(_less(self.own, own), _less(self.of_the_organisation, of_the_organisation))


class Counting(NamedTuple):
    """What the quotas in force ask to be read: whole weeks, whole months, an organisation's."""

    spans: frozenset[Span] = frozenset()
    organisation_id: int | None = None

    def days_around(self, first: date, last: date) -> tuple[date, date]:
        """The first and the last local day in which something may be counted."""
        begins = [days_of(span, first)[0] for span in self.spans]
        ends = [days_of(span, last)[1] for span in self.spans]
        return min([first, *begins]), max([last, *ends])


class Asker(NamedTuple):
    """Who asks: under which plans, and whether an organisation pays. Staff come first."""

    plans: frozenset[str]
    has_organisation: bool
    is_staff: bool


@dataclass(frozen=True, slots=True)
class ReachedLimit:
    """A limit that would be passed in the local days from `first_on` to `last_on`; both are None
    for hours ahead. `more_from_at` is when more is allowed, None where the wish alone is too much.
    """

    rule: str = field(default="limit", init=False)
    holder: Holder
    plan: str | None
    place: Place
    span: Span
    peak_only: bool
    limit_minutes: int
    booked_minutes: int
    first_on: date | None
    last_on: date | None
    more_from_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReservedFirst:
    """Time that some plans have first; from `opens_at` on it is everybody's."""

    rule: str = field(default="priority", init=False)
    plans: tuple[str, ...]
    place: Place
    periods: tuple[Period, ...]
    opens_at: datetime


def reached_limits(
    period: Period,
    asked_at: datetime,
    asker: Asker,
    limits: Limits,
    counted: Counted,
    zone: ZoneInfo,
) -> Iterator[ReachedLimit]:
    """Every limit that the hours of the asker, or of his organisation, would pass with these."""
    for quota in limits.quotas:
        if not _concerns(quota, asker):
            continue
        uses = _uses(quota, counted)
        if quota.span is Span.AHEAD:
            yield from _reached_ahead(period, asked_at, quota, uses, limits.peaks, zone)
        else:
            for days in _spans(quota.span, period, zone):
                yield from _reached_in(days, period, quota, uses, limits.peaks, zone)


def reserved_first(
    period: Period, asked_at: datetime, asker: Asker, limits: Limits, zone: ZoneInfo
) -> Iterator[ReservedFirst]:
    """Every time in `period` that others have first."""
    if asker.is_staff:
        return
    for priority in limits.priorities:
        opens_at = period.starts_at - timedelta(hours=priority.opens_hours)
        if asked_at >= opens_at or asker.plans & set(priority.plans):
            continue
        theirs = tuple(time for time in times_in(period, priority.times) if time.overlaps(period))
        if theirs:
            yield ReservedFirst(priority.plans, priority.place, theirs, opens_at)


def times_in(period: Period, times: Timetable) -> tuple[Period, ...]:
    """The weekly times on the local days that a period touches, those that meet joined."""
    days = local_days(period, times.zone)
    return merge(weekly.period for day in days for weekly in times.on(day))


def days_of(span: Span, day: date) -> tuple[date, date]:
    """The first and the last local day of the span that holds a day; AHEAD has the day alone."""
    if span is Span.WEEK:
        monday = day - day.weekday() * A_DAY
        return monday, monday + 6 * A_DAY
    if span is Span.MONTH:
        first = day.replace(day=1)
        return first, (first + 31 * A_DAY).replace(day=1) - A_DAY
    return day, day


def _concerns(quota: QuotaFact, asker: Asker) -> bool:
    if quota.holder is Holder.ORGANISATION and not asker.has_organisation:
        return False
    return quota.plan is None or quota.plan in asker.plans


def _uses(quota: QuotaFact, counted: Counted) -> list[Period]:
    uses = counted.own if quota.holder is Holder.PERSON else counted.of_the_organisation
    return [use.period for use in uses if use.machine in quota.machines]


def _spans(span: Span, period: Period, zone: ZoneInfo) -> list[tuple[date, date]]:
    return sorted({days_of(span, day) for day in local_days(period, zone)})


def _reached_ahead(
    period: Period,
    asked_at: datetime,
    quota: QuotaFact,
    uses: list[Period],
    peaks: Timetable | None,
    zone: ZoneInfo,
) -> Iterator[ReachedLimit]:
    if period.starts_at <= asked_at:
        return
    ahead = [use for use in uses if use.starts_at > asked_at]
    booked, asked = (_minutes(what, quota, peaks) for what in (ahead, [period]))
    if asked and booked + asked > quota.limit_minutes:
        more = min((use.starts_at for use in ahead), default=None)
        fits = asked <= quota.limit_minutes
        yield _told(quota, booked, None, more if fits else None)


def _reached_in(
    days: tuple[date, date],
    period: Period,
    quota: QuotaFact,
    uses: list[Period],
    peaks: Timetable | None,
    zone: ZoneInfo,
) -> Iterator[ReachedLimit]:
    whole = Period(local_day(days[0], zone).starts_at, local_day(days[1], zone).ends_at)
    inside = [part for use in uses if (part := use.intersection(whole))]
    wanted = [part for part in (period.intersection(whole),) if part]
    booked, asked = (_minutes(what, quota, peaks) for what in (inside, wanted))
    if asked and booked + asked > quota.limit_minutes:
        fits = asked <= quota.limit_minutes
        yield _told(quota, booked, days, whole.ends_at if fits else None)


def _told(
    quota: QuotaFact, booked: int, days: tuple[date, date] | None, more: datetime | None
) -> ReachedLimit:
    return ReachedLimit(
        holder=quota.holder,
        plan=quota.plan,
        place=quota.place,
        span=quota.span,
        peak_only=quota.peak_only,
        limit_minutes=quota.limit_minutes,
        booked_minutes=booked,
        first_on=days[0] if days else None,
        last_on=days[1] if days else None,
        more_from_at=more,
    )


def _minutes(periods: Iterable[Period], quota: QuotaFact, peaks: Timetable | None) -> int:
    """Elapsed minutes; of those in peak hours where only they count."""
    if quota.peak_only:
        periods = [part for period in periods for part in _in_peak(period, peaks)]
    return sum((period.duration for period in periods), timedelta()) // A_MINUTE


def _in_peak(period: Period, peaks: Timetable | None) -> Iterator[Period]:
    for peak in times_in(period, peaks) if peaks else ():
        if part := period.intersection(peak):
            yield part


def _less(uses: tuple[Use, ...], taken_out: Iterable[Use]) -> tuple[Use, ...]:
    left = list(uses)
    for use in taken_out:
        if use in left:
            left.remove(use)
    return tuple(left)


class Made(NamedTuple):
    """A reservation as it was made, for trying a quota on the past."""

    use: Use
    made_at: datetime
    member_id: int
    organisation_id: int | None


def replay(
    quota: QuotaFact, peaks: Timetable | None, past: Iterable[Made], zone: ZoneInfo
) -> list[Made]:
    """Which of these the quota would have refused, had it stood when they were made.

    What it refuses no longer counts for those made after.
    """
    limits = Limits((quota,), peaks)
    asker = Asker(frozenset([quota.plan] if quota.plan else ()), True, False)
    kept: dict[int | None, list[Use]] = {}
    refused = []
    for made in sorted(past, key=lambda one: one.made_at):
        of_a_person = quota.holder is Holder.PERSON
        holder = made.member_id if of_a_person else made.organisation_id
        if holder is None:
            continue
        uses = tuple(kept.setdefault(holder, []))
        counted = Counted(uses, uses)
        period, made_at = made.use.period, made.made_at
        if any(reached_limits(period, made_at, asker, limits, counted, zone)):
            refused.append(made)
        else:
            kept[holder].append(made.use)
    return refused
