"""The acts of a history done by the services of the application; outcomes as the model gives them.

Reservations are told apart by their place in the order in which they were made. Every act finds
its records anew, as a request does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from booking import clock
from booking.database import db
from booking.machines.models import Machine, Requirement, Unit
from booking.members.models import Member, MemberRole
from booking.members.service import accounts
from booking.occupancies.models import Occupancy
from booking.openings.models import Closure, Level
from booking.openings.service.closures import ClosureDraft
from booking.periods import Period
from booking.pricing.models import CreditMovement
from booking.reservations import revocation, service
from booking.reservations.models import Companion, Reservation, WaitlistEntry
from booking.reservations.queries import last_uses, list_machines_to_settle
from booking.reservations.rules import CURRENT_ANSWERS, CompanionRole, Mode, state_at
from booking.reservations.rules.series import (
    Frequency,
    Hours,
    Recurrence,
    Scope,
    occurrences_of,
)
from booking.reservations.rules.waiting import Waits
from booking.reservations.service import (
    Change,
    EndAnswers,
    Refused,
    RefusedAtCheckIn,
    RefusedSome,
    Wish,
)
from booking.site.queries import site_zone
from booking.trainings.models import Certification, Prerequisite, Training
from booking.trainings.queries import training_facts
from booking.trainings.refusals import Refused as NotCertified
from booking.trainings.refusals import Why
from booking.trainings.rules import CertificationState
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Assessment
from booking.upkeep.rules import Choice
from booking.upkeep.service import closures
from booking.upkeep.service.concerned import Answer
from tests.histories.judging import Use
from tests.histories.model import DailyHours
from tests.histories.place import (
    MANAGER,
    MEMBERS,
    TOOLS,
    TRAINER,
    date_of,
    day_of,
    instant_of,
    minute_of,
)
from tests.histories.world import Waiting

PERSONS = {code: id_ for id_, code in enumerate((*MEMBERS, TRAINER, MANAGER), start=1)}
MACHINES = {code: id_ for id_, code in enumerate(TOOLS, start=1)}
KEPT = (Member, MemberRole, Machine, Requirement, Training, Prerequisite)
NAMES = {id_: code for code, id_ in PERSONS.items()}
TOOL_NAMES = {id_: code for code, id_ in MACHINES.items()}


@dataclass(frozen=True)
class Stored:
    """What the database says of one reservation at an instant; times as in the model."""

    who: str
    tool: str
    unit: int
    start: int
    end: int
    mode: str
    state: str
    is_written: bool
    cents: int | None
    fee: int | None
    blocks_until: int | None
    seconds: tuple[tuple[str, str, str], ...]


@dataclass
class Acting:
    """The application, at one instant of one history."""

    app: Flask
    ids: list[int] = field(default_factory=list)
    closures: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)

    def set_clock(self, now: int) -> None:
        self.now = now
        self.app.config["BOOKING_NOW"] = instant_of(now)

    def end_act(self) -> None:
        """The next one finds its records anew, those of persons and machines apart."""
        db.session.flush()
        for record in list(db.session):
            if not isinstance(record, KEPT):
                db.session.expunge(record)

    # Reservations

    def reserve(self, use: Use) -> object:
        """Asked without changing anything first, as the form does."""
        wish = _wish(use)
        if against := service.judge(wish):
            return codes(against)
        outcome = service.reserve(wish, wish.member)
        assert isinstance(outcome, Reservation), f"allowed, and then refused: {outcome}"
        self.ids.append(outcome.id)
        return "made"

    def reserve_all(self, uses: list[Use]) -> object:
        outcome = service.reserve_all([_wish(use) for use in uses], person(uses[0].who))
        if isinstance(outcome, RefusedSome):
            return _each(outcome, len(uses))
        self.ids += [made.id for made in outcome]
        return "made"

    def reserve_daily(self, use: Use, times: int) -> object:
        zone = site_zone()
        start, end = (instant_of(minute).astimezone(zone) for minute in (use.start, use.end))
        days = Recurrence(Frequency.DAY, start.date(), count=times)
        found = occurrences_of(days, Hours(start.time(), end.time()), zone)
        wishes = service.wishes_of(_wish(use), [one.period for one in found if one.period])
        outcome = service.reserve_series(wishes, Frequency.DAY, person(use.who))
        if isinstance(outcome, RefusedSome):
            return _each(outcome, times)
        made = select(Reservation.id).where(Reservation.series_id == outcome.id)
        self.ids += db.session.scalars(made.order_by(Reservation.id))
        return "made"

    def cancel_series(self, place: int, scope: str) -> object:
        reservation = self._reservation(place)
        problem = service.cancel_some(reservation, Scope(scope), reservation.member)
        return problem.value if problem else "made"

    def move_series(self, place: int, scope: str, hours: DailyHours) -> object:
        reservation = self._reservation(place)
        wall = Hours(_shown(hours.minute), _shown(hours.minute + hours.length))
        wanted = service.NewHours(reservation, Scope(scope), wall, hours.after)
        outcome = service.reschedule(wanted, reservation.member)
        if isinstance(outcome, service.CannotMove):
            return outcome.value
        if outcome.refused:
            return [codes(date.refusals) for date in outcome.dates]
        return "made" if outcome.is_done else "the same"

    def move(self, place: int, tool: str, start: int, end: int) -> object:
        reservation = self._reservation(place)
        change = Change(reservation, machine(tool), _period(start, end))
        outcome = service.move(change, reservation.member)
        if isinstance(outcome, Refused):
            return codes(outcome.refusals)
        return "made" if isinstance(outcome, Reservation) else outcome.value

    def cancel(self, place: int, by_manager: bool) -> object:
        reservation = self._reservation(place)
        problem = service.cancel(reservation, person(MANAGER) if by_manager else reservation.member)
        return problem.value if problem else "made"

    def check_in(self, place: int) -> object:
        reservation = self._reservation(place)
        outcome = service.check_in(reservation, reservation.member)
        if isinstance(outcome, RefusedAtCheckIn):
            return codes(outcome.refusals)
        return "made" if isinstance(outcome, Reservation) else outcome.value

    def check_out(self, place: int) -> object:
        reservation = self._reservation(place)
        return service.check_out(reservation, EndAnswers(True, True), reservation.member)

    def answer(self, place: int, nth: int, agrees: bool) -> object:
        asked = select(Companion.id).where(Companion.reservation_id == self.ids[place])
        companion = db.session.get_one(
            Companion, db.session.scalars(asked.order_by(Companion.id)).all()[nth]
        )
        outcome = service.accept(companion) if agrees else service.decline(companion)
        if isinstance(outcome, service.CannotAnswer):
            return outcome.value
        return codes(outcome) if outcome else "made"

    def name_another(self, place: int, who: str) -> object:
        reservation = self._reservation(place)
        role = (
            CompanionRole.SUPERVISOR if reservation.mode is Mode.SUPERVISED else CompanionRole.BUDDY
        )
        outcome = service.name_another(reservation, role, person(who), reservation.member)
        if isinstance(outcome, service.CannotAnswer):
            return outcome.value
        return codes(outcome) if outcome else "made"

    def _reservation(self, place: int) -> Reservation:
        return db.session.get_one(Reservation, self.ids[place])

    def work(self) -> None:
        for machine_id in list_machines_to_settle(clock.now()):
            service.offer_freed(service.settle([machine_id]))

    # Waiting for time

    def join(self, wait: Waiting) -> object:
        watched = _period(wait.start, wait.end)
        waits = Waits.FOR_NOTICE if wait.only_told else Waits.FOR_OFFER
        length = timedelta(minutes=wait.minutes)
        watch = service.Watch(person(wait.who), machine(wait.tool), watched, length, waits)
        outcome = service.join(watch, watch.member)
        if isinstance(outcome, WaitlistEntry):
            self.entries.append(outcome.id)
            return "made"
        against = getattr(outcome, "reasons", None)
        return codes(against) if against else type(outcome).__name__

    def leave(self, place: int) -> object:
        entry = self._entry(place)
        problem = service.leave(entry, entry.member)
        return problem.value if problem else "made"

    def take_offer(self, place: int) -> object:
        entry = self._entry(place)
        outcome = service.take_offer(entry, None, entry.member)
        if isinstance(outcome, Refused):
            return codes(outcome.refusals)
        return "made" if isinstance(outcome, Reservation) else outcome.value

    def decline_offer(self, place: int) -> object:
        entry = self._entry(place)
        problem = service.decline_offer(entry, entry.member)
        return problem.value if problem else "made"

    def _entry(self, place: int) -> WaitlistEntry:
        return db.session.get_one(WaitlistEntry, self.entries[place])

    def note_offers(self) -> None:
        """What was held for somebody takes its place among what was reserved."""
        made = select(Reservation.id).where(Reservation.id.not_in(self.ids))
        self.ids += db.session.scalars(made.order_by(Reservation.id))

    def waiting(self) -> list[tuple[str, str, str]]:
        """Who waits for which machine and how that stands, in order."""
        entries = db.session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.id))
        return [
            (
                NAMES[entry.member_id],
                TOOL_NAMES[entry.machine_id],
                entry.state_now.value,
            )
            for entry in entries
        ]

    # Certifications

    def certify(self, who: str, course: str, level: int) -> object:
        member, training = person(who), _training(course)
        proposed = certifying.propose(
            member,
            training,
            Assessment(level, date_of(day_of(self.now))),
            person(TRAINER),
        )
        assert isinstance(proposed, Certification), proposed
        uses = last_uses(member.id, training_facts(), site_zone())
        outcome = certifying.approve(proposed.id, person(MANAGER), uses)
        if not isinstance(outcome, NotCertified):
            return "plainly"
        assert outcome.why is Why.WAIVER_NEEDED
        outcome = certifying.approve(proposed.id, person(MANAGER), uses, waiver="Vu à l'œuvre")
        assert isinstance(outcome, Certification), outcome
        return "with a waiver"

    def suspend(self, who: str, course: str) -> object:
        return self._end_record(who, course, revocation.suspend, CertificationState.APPROVED)

    def revoke(self, who: str, course: str) -> object:
        either = (CertificationState.APPROVED, CertificationState.SUSPENDED)
        return self._end_record(who, course, revocation.revoke, *either)

    def _end_record(
        self,
        who: str,
        course: str,
        end: Callable[..., Any],
        *states: CertificationState,
    ) -> object:
        ended = end(_record(who, course, *states), person(MANAGER), "Essai")
        assert isinstance(ended, revocation.Ended), ended
        return len(ended.cancelled)

    def reinstate(self, who: str, course: str) -> None:
        id_ = _record(who, course, CertificationState.SUSPENDED)
        lifted = certifying.reinstate(id_, person(MANAGER), "Essai")
        assert isinstance(lifted, Certification), lifted

    # Accounts and closures

    def suspend_account(self, who: str) -> object:
        return len(service.suspend_member(person(who), person(MANAGER), "Essai"))

    def reinstate_account(self, who: str) -> None:
        accounts.reinstate(person(who), person(MANAGER), "Essai")

    def close(self, tool: str | None, start: int, end: int, cancels: bool) -> object:
        level = Level(machine=machine(tool)) if tool else Level()
        draft = ClosureDraft(level, _period(start, end), "Essai")
        choice = Choice.CANCEL if cancels else Choice.KEEP
        done = closures.close(draft, Answer(choice, self.ids), person(MANAGER))
        newest = select(func.max(Closure.id))
        self.closures.append(db.session.scalars(newest).one())
        return done.cancelled

    def reopen(self, place: int) -> None:
        closure = db.session.get_one(Closure, self.closures[place])
        closures.cancel(closure, person(MANAGER))

    # What stands in the database

    def stored(self) -> list[Stored]:
        """Every reservation, in the order in which they were made."""
        seconds: dict[int, list[tuple[str, str, str]]] = {}
        asked = select(
            Companion.reservation_id,
            Companion.role,
            Companion.member_id,
            Companion.answer,
        ).where(Companion.answer.in_(CURRENT_ANSWERS))
        for reservation_id, role, member_id, answer in db.session.execute(asked):
            facts = (role.value, NAMES[member_id], answer.value)
            seconds.setdefault(reservation_id, []).append(facts)
        rows = db.session.execute(_STORED).all()
        assert [row.id for row in rows] == self.ids
        return [
            Stored(
                who=NAMES[row.member_id],
                tool=TOOL_NAMES[row.machine_id],
                unit=row.number - 1,
                start=minute_of(row.starts_at),
                end=minute_of(row.ends_at),
                mode=row.mode.value,
                state=state_at(row.state, row.lapses_at, instant_of(self.now), row.starts_at).value,
                is_written=row.lapses_at is None or row.lapses_at > instant_of(self.now),
                cents=row.price_excl_cents,
                fee=row.fee_percent,
                blocks_until=self._blocks_until(row),
                seconds=tuple(seconds.get(row.id, ())),
            )
            for row in rows
        ]

    def _blocks_until(self, row: Any) -> int | None:
        """As the rules read it: what has lapsed blocks nothing, whoever has written it down."""
        has_lapsed = row.blocked_lapses_at is not None and row.blocked_lapses_at <= instant_of(
            self.now
        )
        return None if has_lapsed or not row.active else minute_of(row.blocked_until)

    def credit(self) -> int | None:
        """What the ledger says is left; None before anything has moved."""
        return db.session.scalar(select(func.sum(CreditMovement.minutes)))


_STORED = (
    select(
        Reservation.id,
        Reservation.member_id,
        Reservation.machine_id,
        Reservation.mode,
        Reservation.state,
        Reservation.lapses_at,
        Reservation.starts_at,
        Reservation.ends_at,
        Reservation.price_excl_cents,
        Reservation.fee_percent,
        Unit.number,
        Occupancy.active,
        Occupancy.lapses_at.label("blocked_lapses_at"),
        Occupancy.ends_at.label("blocked_until"),
    )
    .join(Occupancy, Occupancy.reservation_id == Reservation.id)
    .join(Unit, Unit.id == Occupancy.unit_id)
    .order_by(Reservation.id)
)


def person(code: str) -> Member:
    return db.session.get_one(Member, PERSONS[code])


def machine(code: str) -> Machine:
    return db.session.get_one(Machine, MACHINES[code])


def _training(code: str) -> Training:
    return db.session.scalars(select(Training).where(Training.code == code)).one()


def _record(who: str, course: str, *states: CertificationState) -> int:
    """The id of the first record of this person and training in one of these states."""
    query = (
        select(Certification.id)
        .join(Certification.training)
        .where(
            Certification.member_id == PERSONS[who],
            Training.code == course,
            Certification.state.in_(states),
        )
    )
    return db.session.scalars(query.order_by(Certification.id).limit(1)).one()


def _wish(use: Use) -> Wish:
    return Wish(
        person(use.who),
        machine(use.tool),
        _period(use.start, use.end),
        Mode(use.mode),
        credit_only=use.credit_only,
        companions={CompanionRole(role): person(who) for role, who in use.people.items()},
    )


def _period(start: int, end: int) -> Period:
    return Period(instant_of(start), instant_of(end))


def _shown(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _each(refused: RefusedSome, count: int) -> list[set[str]]:
    """What stands against each wish; nothing against those that could be had."""
    found = refused.refused
    return [codes(found[n].refusals) if n in found else set() for n in range(count)]


def codes(refusals: Any) -> set[str]:
    return {refusal.code.value for refusal in refusals}
