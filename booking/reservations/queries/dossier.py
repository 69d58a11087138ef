"""What the rules need to know of one person, read in one statement.

A page of the planning and an answer of the API each judge one person; asking table by table
would cost more than everything else on the page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from booking import clock
from booking.database import UtcDateTime, rows_of
from booking.machines.models import Machine, Requirement
from booking.machines.rules import OutsideStaffed
from booking.members.models import (
    Member,
    Paper,
    Plan,
    RulesAcceptance,
    Subscription,
    SubscriptionCover,
)
from booking.members.rules import PaperKind
from booking.occupancies.guard import LONGEST_DAYS
from booking.periods import Period, local_day, local_days
from booking.pricing.models import CreditMovement, Invoice, Pack
from booking.pricing.rules import (
    AN_HOUR,
    CreditFact,
    CreditKey,
    CreditKind,
    price_from_data,
)
from booking.quotas.rules import Counted, Counting, Span, Use
from booking.reservations.models import Reservation
from booking.reservations.queries.absences import stood_still
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.refusals import OwnReservationFact
from booking.reservations.rules import (
    ACTIVE_STATES,
    HeldPlan,
    MemberFacts,
    NoShows,
    OverdueInvoice,
    Purse,
    ReservationState,
)
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    Enrolment,
    SessionHalfDay,
    Training,
    TrainingSession,
)
from booking.trainings.queries import is_signed_by_both
from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    TrainingFact,
    required_levels,
)

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Dossier:
    """The papers, acceptances, plans, credit hours, certifications, unpaid invoices and active
    reservations of one member.

    `own` holds the reservations around the period that was asked for, by start; `booked` what
    quotas count on the local days of that period, by machine id; `minutes_ahead` how long those on
    other days are that have not begun, by machine id too, unless `booked` holds them as well;
    `missed` the starts of those for which nobody came although the machine could be had, within
    the days that count.
    """

    papers: Mapping[PaperKind, date]
    accepted_rules: frozenset[str]
    plans: tuple[HeldPlan, ...]
    credits: tuple[CreditFact, ...]
    overdue: OverdueInvoice | None
    certifications: tuple[CertificationFact, ...]
    own: tuple[OwnReservationFact, ...]
    booked: Mapping[int, tuple[Period, ...]]
    minutes_ahead: Mapping[int, int]
    missed: tuple[datetime, ...]
    counted: Counted

    def member_facts(self, member: Member, first: date, last: date) -> MemberFacts:
        """The person as the rules see them on the local days from `first` to `last`."""
        plans = [plan for plan in self.plans if plan.covers(first, last)]
        return MemberFacts(
            account_state=member.state,
            suspension_reason=member.suspension_reason,
            born_on=member.born_on,
            needs_papers=not member.is_staff,
            insurance_until=self.papers.get(PaperKind.INSURANCE),
            parental_permission_until=self.papers.get(PaperKind.PARENTAL_PERMISSION),
            minor_derogation_until=self.papers.get(PaperKind.MINOR_DEROGATION),
            accepted_rules=self.accepted_rules,
            extended_access=any(plan.extended_access for plan in plans),
            supervised_only=bool(plans) and all(plan.supervised_only for plan in plans),
            has_plan=bool(plans),
            overdue=self.overdue,
            no_shows=self._no_shows(member),
            has_organisation=member.organisation_id is not None,
        )

    def _no_shows(self, member: Member) -> NoShows:
        workshop, forgiven_at = get_workshop(), member.no_shows_forgiven_at
        count = sum(1 for at in self.missed if forgiven_at is None or at > forgiven_at)
        return NoShows(count, workshop.no_show_window.days, workshop.no_show_stop_count)

    @property
    def purse(self) -> Purse:
        return Purse(self.plans, self.credits)


def read_dossier(
    member_id: int,
    period: Period,
    trainings: Mapping[str, TrainingFact],
    zone: ZoneInfo,
    without: Collection[int] = (),
    counting: Counting | None = None,
) -> Dossier:
    """Read a member's dossier; the own reservations are those that overlap `period`, and not those
    whose ids are in `without`. Without `counting` nothing is asked about quotas and credit.
    """
    now = clock.now()
    days = local_days(period, zone)
    asked = counting or Counting()
    first_on, last_on = asked.days_around(days[0], days[-1])
    first, last = local_day(first_on, zone), local_day(last_on, zone)
    each_ahead = bool(without) or Span.AHEAD in asked.spans
    rows = rows_of(
        _statement(counting is not None, each_ahead),
        member_id=member_id,
        organisation_id=asked.organisation_id,
        now=now,
        starts_at=first.starts_at,
        ends_at=last.ends_at,
        earliest_start=min(first.starts_at, now) - timedelta(days=LONGEST_DAYS),
        earliest_month=days[0] - timedelta(days=LONGEST_DAYS),
        missed_since=now - get_workshop().no_show_window,
    )
    by_kind: dict[str, list[Row[Any]]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    own, paid = (
        [
            Promised(row.code, row.number, row.state, row.text, Period(row.starts_at, row.ends_at))
            for row in by_kind.get(kind, ())
            if row.second_number not in without
        ]
        for kind in (_OWN, _PAID)
    )
    plans = tuple(_plan(row) for row in by_kind.get(_PLAN, ()))
    returned = _returned(by_kind.get(_FALLEN, ()))
    uses = _last_uses(by_kind.get(_USED, ()), by_kind.get(_ATTENDED, ()), trainings, zone)
    return Dossier(
        papers=_papers(by_kind.get(_PAPER, ())),
        accepted_rules=frozenset(row.code for row in by_kind.get(_ACCEPTED, ())),
        plans=plans,
        credits=tuple(_credit(row, plans, returned) for row in by_kind.get(_CREDIT, ())),
        overdue=_overdue(by_kind.get(_OWED, ())),
        certifications=tuple(
            _certification(row, uses)
            for row in sorted(by_kind.get(_CERTIFICATION, ()), key=lambda row: row.second_number)
        ),
        own=tuple(
            OwnReservationFact(
                one.machine_code, one.period, one.outside_staffed == OutsideStaffed.UNATTENDED
            )
            for one in sorted(own, key=lambda one: one.period.starts_at)
            if one.state in ACTIVE_STATES and period.overlaps(one.period)
        ),
        booked=_booked(own, now),
        minutes_ahead={row.number: row.second_number for row in by_kind.get(_AHEAD, ())},
        missed=tuple(
            row.starts_at
            for row in by_kind.get(_MISSED, ())
            if not stood_still(row.number, row.starts_at, row.ends_at, now)
        ),
        counted=Counted(_uses_in(own, now), _uses_in(paid, now)),
    )


def _papers(rows: Iterable[Row[Any]]) -> dict[PaperKind, date]:
    """The last day of each kind, `date.max` for one that never ends."""
    papers: dict[PaperKind, date] = {}
    for row in rows:
        kind = PaperKind(row.code)
        papers[kind] = max(papers.get(kind, date.min), row.last_on or date.max)
    return papers


class Promised(NamedTuple):
    """A reservation that counts."""

    machine_code: str
    machine_id: int
    state: str
    outside_staffed: str
    period: Period

    def is_used(self, now: datetime) -> bool:
        """It has been used or is still promised."""
        return self.period.starts_at <= now or self.state in ACTIVE_STATES


def _booked(reservations: Iterable[Promised], now: datetime) -> dict[int, tuple[Period, ...]]:
    """What has been used or is still promised, by machine id."""
    booked: dict[int, list[Period]] = {}
    for one in reservations:
        if one.is_used(now):
            booked.setdefault(one.machine_id, []).append(one.period)
    return {machine_id: tuple(periods) for machine_id, periods in booked.items()}


def _uses_in(reservations: Iterable[Promised], now: datetime) -> tuple[Use, ...]:
    """What has been used or is still promised, machine by machine."""
    return tuple(Use(one.machine_code, one.period) for one in reservations if one.is_used(now))


def _plan(row: Row[Any]) -> HeldPlan:
    return HeldPlan(
        subscription_id=row.third_number,
        extended_access=bool(row.number),
        supervised_only=bool(row.second_number),
        discount_percent=row.fourth_number,
        credit_minutes_per_month=row.fifth_number * AN_HOUR,
        starts_on=row.first_on,
        ends_on=row.last_on,
        code=row.code,
    )


def _returned(rows: Iterable[Row[Any]]) -> Counter[CreditKey]:
    """The credit minutes that come back to their sources with what fell by itself."""
    minutes: Counter[CreditKey] = Counter()
    for row in rows:
        for key, used in price_from_data(json.loads(row.text)).credit:
            minutes[key] += used
    return minutes


def _credit(
    row: Row[Any], plans: Iterable[HeldPlan], returned: Mapping[CreditKey, int]
) -> CreditFact:
    """A balance of the ledger, with what is to be returned to it; the hours of a month end with
    it, or with the plan.
    """
    kind = CreditKind(row.code)
    key = CreditKey(kind, row.number, row.first_on)
    last_on = row.last_on
    if kind is CreditKind.PLAN:
        own = (plan for plan in plans if plan.subscription_id == row.number)
        last_on = max(plan.last_day_in(row.first_on) for plan in own)
    return CreditFact(key, last_on, row.second_number + returned.get(key, 0))


def _overdue(rows: Iterable[Row[Any]]) -> OverdueInvoice | None:
    """Of the unpaid invoices the one that is due for longest."""
    owed = [OverdueInvoice(row.code, row.last_on) for row in rows]
    return min(owed, key=lambda invoice: (invoice.due_on, invoice.number), default=None)


def _certification(row: Row[Any], uses: Mapping[str, date]) -> CertificationFact:
    return CertificationFact(
        training=row.code,
        level=row.number,
        state=CertificationState(row.state),
        approved_on=row.first_on,
        valid_until=row.last_on,
        last_used_on=uses.get(row.code),
        suspension_reason=row.text,
        record_id=row.second_number,
    )


def _last_uses(
    used: Iterable[Row[Any]],
    attended: Iterable[Row[Any]],
    trainings: Mapping[str, TrainingFact],
    zone: ZoneInfo,
) -> dict[str, date]:
    """The local day of the last use of each training: on a machine that asks for it, directly or
    through the chain, or in a signed half-day.
    """
    uses: dict[str, datetime] = {}

    def note(code: str, at: datetime) -> None:
        uses[code] = max(uses.get(code, at), at)

    for row in used:
        if row.ends_at is not None:
            for code in required_levels([(row.code, 1)], trainings):
                note(code, row.ends_at - A_MINUTE)
    for row in attended:
        note(row.code, row.starts_at)
    return {code: at.astimezone(zone).date() for code, at in uses.items()}


_PAPER, _ACCEPTED, _PLAN = "PAPER", "ACCEPTED", "PLAN"
_CERTIFICATION, _USED, _ATTENDED, _OWN = "CERTIFICATION", "USED", "ATTENDED", "OWN"
_CREDIT, _OWED, _MISSED, _PAID = "CREDIT", "OWED", "MISSED", "PAID"
_FALLEN, _AHEAD = "FALLEN", "AHEAD"

_COLUMNS: dict[str, TypeEngine[Any]] = {
    "code": String(),
    "number": Integer(),
    "second_number": Integer(),
    "third_number": Integer(),
    "fourth_number": Integer(),
    "fifth_number": Integer(),
    "state": String(),
    "text": String(),
    "first_on": Date(),
    "last_on": Date(),
    "starts_at": UtcDateTime(),
    "ends_at": UtcDateTime(),
}


def _rows(kind: str, **values: Any) -> Select[Any]:
    """Rows of one kind in the columns of the dossier; what a kind lacks is null.

    Truth values and JSON are cast, since PostgreSQL joins like to like alone. Dates are not:
    SQLite would make numbers of them.
    """
    columns: list[ColumnElement[Any]] = [literal_column(f"'{kind}'", String()).label("kind")]
    for name, type_ in _COLUMNS.items():
        value = values.get(name, null())
        to_cast = name not in values or isinstance(value.type, Boolean | JSON)
        column = cast(value, type_) if to_cast else type_coerce(value, type_)
        columns.append(column.label(name))
    return select(*columns)


@cache
def _statement(counts: bool, each_ahead: bool) -> CompoundSelect[Any]:
    """What has not begun is read one by one, or only how long it is where quotas count it."""
    member_id = bindparam("member_id", type_=Integer())
    own = Reservation.member_id == member_id
    paid = Reservation.organisation_id == bindparam("organisation_id", type_=Integer())
    when = or_(_in_the_days(), _to_begin()) if each_ahead else _in_the_days()
    counted = (
        _held(_PAID, paid, when),
        *(() if each_ahead else (_ahead(own),)),
        _plan_credits(member_id),
        _pack_credits(member_id),
        _fallen(member_id),
    )
    return union_all(
        _rows(_PAPER, code=Paper.kind, last_on=Paper.valid_until).where(
            Paper.member_id == member_id
        ),
        _rows(_ACCEPTED, code=RulesAcceptance.version).where(
            RulesAcceptance.member_id == member_id
        ),
        _plans(member_id),
        _certifications(member_id),
        _uses(member_id),
        _uses_just_over(member_id),
        _attended(member_id),
        _held(_OWN, own, when),
        _owed(member_id),
        _missed(member_id),
        *(counted if counts else ()),
    )


def _plans(member_id: Any) -> Select[Any]:
    return (
        _rows(
            _PLAN,
            code=Plan.code,
            number=Plan.extended_access,
            second_number=Plan.supervised_only,
            third_number=Subscription.id,
            fourth_number=Plan.discount_percent,
            fifth_number=Plan.credit_hours_per_month,
            first_on=Subscription.starts_on,
            last_on=Subscription.ends_on,
        )
        .join_from(SubscriptionCover, Subscription)
        .join(Plan, Plan.id == Subscription.plan_id)
        .where(SubscriptionCover.member_id == member_id)
    )


def _certifications(member_id: Any) -> Select[Any]:
    return (
        _rows(
            _CERTIFICATION,
            code=Training.code,
            number=Certification.level,
            second_number=Certification.id,
            state=Certification.state,
            text=Certification.suspension_reason,
            first_on=Certification.approved_on,
            last_on=Certification.valid_until,
        )
        .join_from(Certification, Training, Training.id == Certification.training_id)
        .where(Certification.member_id == member_id)
    )


def _uses(member_id: Any) -> Select[Any]:
    """Machine by machine from the index, so that a long history costs no more than a short."""
    last_end = (
        select(func.max(Reservation.ends_at))
        .where(
            Reservation.member_id == member_id,
            Reservation.machine_id == Requirement.machine_id,
            Reservation.state == ReservationState.COMPLETED,
        )
        .correlate(Requirement)
        .scalar_subquery()
    )
    return (
        _rows(_USED, code=Requirement.training_code, ends_at=func.max(last_end))
        .select_from(Requirement)
        .group_by(Requirement.training_code)
    )


def _uses_just_over(member_id: Any) -> Select[Any]:
    """What is over by itself, and has not been written down yet."""
    now = bindparam("now", type_=UtcDateTime())
    return (
        _rows(
            _USED,
            code=Requirement.training_code,
            ends_at=Reservation.ends_at,
        )
        .join_from(Reservation, Requirement, Requirement.machine_id == Reservation.machine_id)
        .where(
            Reservation.member_id == member_id,
            Reservation.state == ReservationState.CHECKED_IN,
            Reservation.lapses_at <= now,
            Reservation.starts_at > bindparam("earliest_start", type_=UtcDateTime()),
            Reservation.starts_at <= now,
        )
    )


def _missed(member_id: Any) -> Select[Any]:
    """The reservations of late for which nobody came, written down or not."""
    now = bindparam("now", type_=UtcDateTime())
    return _rows(
        _MISSED,
        number=Reservation.machine_id,
        starts_at=Reservation.starts_at,
        ends_at=Reservation.lapses_at,
    ).where(
        Reservation.member_id == member_id,
        Reservation.starts_at > bindparam("missed_since", type_=UtcDateTime()),
        Reservation.starts_at <= now,
        Reservation.is_missed_at(now),
    )


def _attended(member_id: Any) -> Select[Any]:
    return (
        _rows(
            _ATTENDED,
            code=Training.code,
            starts_at=SessionHalfDay.starts_at,
        )
        .join_from(Enrolment, AttendanceEntry, AttendanceEntry.enrolment_id == Enrolment.id)
        .join(SessionHalfDay, SessionHalfDay.id == AttendanceEntry.half_day_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(Training, Training.id == TrainingSession.training_id)
        .where(Enrolment.member_id == member_id, is_signed_by_both())
    )


def _held(kind: str, whose: ColumnElement[bool], when: ColumnElement[bool]) -> Select[Any]:
    """Reservations that count, of one person or of those for whom one organisation pays."""
    return (
        _rows(
            kind,
            code=Machine.code,
            number=Machine.id,
            second_number=Reservation.id,
            state=Reservation.state,
            text=Machine.outside_staffed,
            starts_at=Reservation.starts_at,
            ends_at=Reservation.ends_at,
        )
        .join_from(Reservation, Machine, Machine.id == Reservation.machine_id)
        .where(whose, _counts((*ACTIVE_STATES, ReservationState.COMPLETED)), when)
    )


def _ahead(whose: ColumnElement[bool]) -> Select[Any]:
    """The minutes on each machine that have not begun, but for those in the days asked for.

    The sum with 0 keeps SQLite from going through a whole history in the order of its machines.
    """
    machine_id = Reservation.machine_id + literal_column("0")
    seconds = extract("epoch", Reservation.ends_at) - extract("epoch", Reservation.starts_at)
    minutes = cast(func.sum(seconds) / 60, Integer())
    return (
        _rows(_AHEAD, number=machine_id, second_number=minutes)
        .where(whose, _counts(ACTIVE_STATES), _to_begin(), not_(_in_the_days()))
        .group_by(machine_id)
    )


def _counts(states: Iterable[ReservationState]) -> ColumnElement[bool]:
    """It is in one of these states, has not lapsed, and is not too long ago to matter."""
    return and_(
        _is_one_of(Reservation.state, states),
        (Reservation.state == ReservationState.CHECKED_IN)
        | Reservation.lapses_at.is_(None)
        | (Reservation.lapses_at > bindparam("now", type_=UtcDateTime())),
        Reservation.starts_at > bindparam("earliest_start", type_=UtcDateTime()),
    )


def _in_the_days() -> ColumnElement[bool]:
    return and_(
        Reservation.starts_at < bindparam("ends_at", type_=UtcDateTime()),
        Reservation.ends_at > bindparam("starts_at", type_=UtcDateTime()),
    )


def _to_begin() -> ColumnElement[bool]:
    return Reservation.starts_at > bindparam("now", type_=UtcDateTime())


def _is_one_of(column: Any, values: Iterable[ReservationState]) -> ColumnElement[bool]:
    """As `in_`, which would have this long statement written anew each time it is asked."""
    return or_(*(column == value for value in values))


def _plan_credits(member_id: Any) -> Select[Any]:
    """The months around the period asked for whose hours have already moved."""
    return (
        _rows(
            _CREDIT,
            code=literal_column("'PLAN'", String()),
            number=CreditMovement.subscription_id,
            second_number=func.sum(CreditMovement.minutes),
            first_on=CreditMovement.month_on,
        )
        .join_from(
            SubscriptionCover,
            CreditMovement,
            CreditMovement.subscription_id == SubscriptionCover.subscription_id,
        )
        .where(
            SubscriptionCover.member_id == member_id,
            CreditMovement.month_on > bindparam("earliest_month", type_=Date()),
        )
        .group_by(CreditMovement.subscription_id, CreditMovement.month_on)
    )


def _pack_credits(member_id: Any) -> Select[Any]:
    return (
        _rows(
            _CREDIT,
            code=literal_column("'PACK'", String()),
            number=Pack.id,
            second_number=func.sum(CreditMovement.minutes),
            first_on=Pack.bought_on,
            last_on=Pack.valid_until,
        )
        .join_from(Pack, CreditMovement, CreditMovement.pack_id == Pack.id)
        .where(
            _is_of_the_payer(Pack, member_id),
            Pack.valid_until > bindparam("earliest_month", type_=Date()),
        )
        .group_by(Pack.id, Pack.bought_on, Pack.valid_until)
    )


def _fallen(member_id: Any) -> Select[Any]:
    """What waited in vain for the word of another person, or rested on what has ended, and is not
    written down yet: its credit hours, which the person may share with others, are as good as
    returned. Found by when it fell, so that what the person has ahead costs nothing.
    """
    ends_before_start = Reservation.lapses_at <= Reservation.starts_at
    earliest = bindparam("earliest_start", type_=UtcDateTime())
    return _rows(_FALLEN, text=Reservation.price_detail).where(
        (Reservation.state == ReservationState.HELD)
        | ((Reservation.state == ReservationState.CONFIRMED) & ends_before_start),
        Reservation.lapses_at <= bindparam("now", type_=UtcDateTime()),
        Reservation.lapses_at > earliest,
        Reservation.starts_at > earliest,
        _is_of_the_payer(Reservation, member_id),
        Reservation.price_detail.is_not(None),
    )


def _owed(member_id: Any) -> Select[Any]:
    return _rows(_OWED, code=Invoice.number, last_on=Invoice.due_on).where(
        _is_of_the_payer(Invoice, member_id), Invoice.paid_on.is_(None)
    )


def _is_of_the_payer(
    table: type[Pack | Invoice | Reservation], member_id: Any
) -> ColumnElement[bool]:
    """Held by the person, or by the organisation that pays for the person."""
    organisation = select(Member.organisation_id).where(Member.id == member_id).scalar_subquery()
    return (table.member_id == member_id) | (table.organisation_id == organisation)
