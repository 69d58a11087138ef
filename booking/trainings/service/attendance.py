"""Signing an attendance sheet: each function is one act, judged after the session is locked.

Nothing on a sheet is ever changed or erased: a wrong line is taken back by a further one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from booking import clock, permissions
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.trainings.models import (
    AttendanceEntry,
    EnrolmentState,
    SessionHalfDay,
    SessionState,
    TrainingSession,
)
from booking.trainings.queries.attendance import (
    RUNNING_STATES,
    Place,
    Sheet,
    find_entry,
    find_place,
    find_session,
    sheet_of,
)
from booking.trainings.refusals import Refused, Why, WhyNotSigned
from booking.trainings.rules import (
    CellState,
    EntryKind,
    SigningMethod,
    SigningTime,
    is_drawing,
    signing_time,
)


@dataclass(frozen=True)
class Signature:
    """How a trainee signs, and why so late if it is late.

    `has_right_pin`: None when no code was typed; hashing is slow and stays outside.
    """

    method: SigningMethod
    reason: str = ""
    drawing: str | None = None
    has_right_pin: bool | None = None


def sign(
    session_code: str, number: int, member_code: str, signature: Signature, actor: Member
) -> AttendanceEntry | Refused:
    """A trainee signs for a half-day: in his own account, or on the trainer's device."""
    _hold(session_code)
    place = _get_place(session_code, number, member_code)
    if refused := _refusal_of_hand(place, signature, actor):
        return refused
    if refused := _refusal_of_place(place):
        return refused
    late = _is_late(place.half_day)
    if refused := _refusal_of_time(place.half_day, signature.reason):
        return refused
    entry = _line(
        place,
        EntryKind.TRAINEE,
        actor,
        late=late,
        reason=signature.reason,
        method=signature.method,
        drawing=signature.drawing,
    )
    _keep([entry])
    return entry


def countersign(
    session_code: str, number: int, member_codes: Collection[str], reason: str, actor: Member
) -> list[AttendanceEntry] | Refused:
    """The trainer signs for those he names, of whom have signed and nobody has countersigned.

    Named, since somebody may sign from elsewhere meanwhile: the trainer attests whom he saw.
    """
    session = _hold(session_code)
    if not permissions.may(actor, "attendance.countersign", session):
        return Refused(Why.NOT_PERMITTED)
    if session.state_now not in RUNNING_STATES:
        return Refused(WhyNotSigned.SESSION_NOT_RUNNING)
    places = [
        place
        for place in _places(sheet_of(session), number)
        if place.cell.state is CellState.TRAINEE_ALONE
        and place.enrolment.member.code in member_codes
        and place.enrolment.member_id != actor.id
    ]
    if not places:
        return Refused(WhyNotSigned.NOTHING_TO_COUNTERSIGN)
    if refused := _refusal_of_time(places[0].half_day, reason):
        return refused
    late = _is_late(places[0].half_day)
    signed: dict[str, Any] = {"late": late, "reason": reason, "method": SigningMethod.ACCOUNT}
    entries = [_line(place, EntryKind.TRAINER, actor, **signed) for place in places]
    _keep(entries)
    return entries


def note_absence(
    session_code: str, number: int, member_code: str, actor: Member
) -> AttendanceEntry | Refused:
    """The trainer notes that somebody did not come to a half-day."""
    session = _hold(session_code)
    if not permissions.may(actor, "attendance.countersign", session):
        return Refused(Why.NOT_PERMITTED)
    place = _get_place(session_code, number, member_code)
    if refused := _refusal_of_place(place):
        return refused
    half_day = place.half_day
    time = signing_time(half_day.starts_at, half_day.ends_at, clock.now())
    if time is SigningTime.TOO_EARLY:
        return Refused(WhyNotSigned.TOO_EARLY)
    entry = _line(place, EntryKind.ABSENCE, actor)
    _keep([entry])
    return entry


def void(entry_id: int, reason: str, actor: Member) -> AttendanceEntry | Refused:
    """Take a line back by a further one. With a trainee's signature falls its countersignature.

    A closed session is opened again, and what closing it has said of each person is not known
    any more, since its sheet is no longer settled.
    """
    entry = find_entry(entry_id)
    if entry is None:
        return Refused(WhyNotSigned.ALREADY_VOID)
    session = _hold(db.session.get_one(TrainingSession, entry.half_day.session_id).code)
    if find_entry(entry_id) is None:
        return Refused(WhyNotSigned.ALREADY_VOID)
    if not permissions.may(actor, "attendance.void"):
        return Refused(Why.NOT_PERMITTED)
    if not reason.strip():
        return Refused(Why.REASON_MISSING)
    lines = [entry, *_resting_on(entry, sheet_of(session))]
    voids = [
        AttendanceEntry(
            half_day_id=line.half_day_id,
            enrolment_id=line.enrolment_id,
            kind=EntryKind.VOID,
            at=clock.now(),
            reason=reason.strip(),
            actor_id=actor.id,
            voids_id=line.id,
        )
        for line in lines
    ]
    if session.state is SessionState.CLOSED:
        session.state = SessionState.HELD
        for row in sheet_of(session).rows:
            row.enrolment.state = EnrolmentState.ENROLLED
    _keep(voids)
    return voids[0]


def close(session_code: str, actor: Member) -> TrainingSession | Refused:
    """End a session: everybody has been there or not, and its sheet says so for each half-day."""
    session = _hold(session_code)
    if not permissions.may(actor, "attendance.close", session):
        return Refused(Why.NOT_PERMITTED)
    if session.state_now not in RUNNING_STATES:
        return Refused(WhyNotSigned.SESSION_NOT_RUNNING)
    if any(half_day.ends_at > clock.now() for half_day in session.half_days):
        return Refused(WhyNotSigned.NOT_OVER)
    sheet = sheet_of(session)
    if not sheet.is_settled:
        return Refused(WhyNotSigned.HALF_DAYS_OPEN, _open_names(sheet))
    for row in sheet.rows:
        came = any(cell.is_complete for cell in row.cells.values())
        row.enrolment.state = EnrolmentState.ATTENDED if came else EnrolmentState.ABSENT
    before, session.state = session.state, SessionState.CLOSED
    journal.record(
        "session.closed",
        "session",
        session.code,
        actor_id=actor.id,
        before={"state": before},
        after={"state": session.state}
        | {row.enrolment.member.code: row.enrolment.state for row in sheet.rows},
    )
    return session


# What is held while deciding


def _hold(session_code: str) -> TrainingSession:
    """The session as it is now, locked: its sheet is written on by one person after the other."""
    db.session.flush()
    held = db.session.scalar(
        select(TrainingSession)
        .where(TrainingSession.code == session_code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session = find_session(session_code) if held else None
    if session is None:
        raise LookupError(f"no session {session_code}")
    return session


def _get_place(session_code: str, number: int, member_code: str) -> Place:
    session = find_session(session_code)
    place = find_place(session, number, member_code) if session else None
    if place is None:
        raise LookupError(f"no place of {member_code} in {session_code}/{number}")
    return place


def _places(sheet: Sheet, number: int) -> list[Place]:
    half_day = sheet.half_day(number)
    if half_day is None:
        raise LookupError(f"no half-day {number} of {sheet.session.code}")
    return [Place(row.enrolment, half_day, row.cells[number]) for row in sheet.rows]


def _resting_on(entry: AttendanceEntry, sheet: Sheet) -> list[AttendanceEntry]:
    """The trainer's signature beside a trainee's."""
    if entry.kind is not EntryKind.TRAINEE:
        return []
    cells = (
        row.cells[entry.half_day.number]
        for row in sheet.rows
        if row.enrolment.id == entry.enrolment_id
    )
    return [cell.trainer for cell in cells if cell.trainer is not None]


def _open_names(sheet: Sheet) -> tuple[str, ...]:
    """Who is neither signed nor noted absent for which half-day: `Name/2`."""
    return tuple(
        f"{row.enrolment.member.name}/{number}"
        for row in sheet.rows
        for number, cell in row.cells.items()
        if not cell.is_settled
    )


# Who may not, and when not


def _refusal_of_hand(place: Place, signature: Signature, actor: Member) -> Refused | None:
    """Whether it is the trainee's own hand: his account, his code, or drawn before the trainer."""
    if not permissions.may(actor, "attendance.sign", place):
        return Refused(Why.NOT_PERMITTED)
    is_own_account = actor.id == place.enrolment.member_id
    match signature.method:
        case SigningMethod.ACCOUNT if is_own_account:
            return None
        case SigningMethod.PIN if not is_own_account:
            if place.enrolment.member.pin_hash is None:
                return Refused(WhyNotSigned.NO_PIN)
            return None if signature.has_right_pin else Refused(WhyNotSigned.WRONG_PIN)
        case SigningMethod.DRAWN if not is_own_account:
            drawn = signature.drawing or ""
            is_new = is_drawing(drawn) and not _is_known(drawn)
            return None if is_new else Refused(WhyNotSigned.NOT_A_DRAWING)
    return Refused(Why.NOT_PERMITTED)


def _is_known(drawing: str) -> bool:
    """Nobody draws the same points twice: such a drawing was copied from a sheet."""
    known = select(AttendanceEntry.id).where(AttendanceEntry.drawing == drawing)
    return bool(db.session.scalar(select(known.exists())))


def _refusal_of_place(place: Place) -> Refused | None:
    if place.session.state_now not in RUNNING_STATES:
        return Refused(WhyNotSigned.SESSION_NOT_RUNNING)
    if place.cell.absence is not None:
        return Refused(WhyNotSigned.NOTED_ABSENT)
    if place.cell.trainee is not None:
        return Refused(WhyNotSigned.ALREADY_SIGNED)
    return None


def _refusal_of_time(half_day: SessionHalfDay, reason: str) -> Refused | None:
    match signing_time(half_day.starts_at, half_day.ends_at, clock.now()):
        case SigningTime.TOO_EARLY:
            return Refused(WhyNotSigned.TOO_EARLY)
        case SigningTime.LATE if not reason.strip():
            return Refused(WhyNotSigned.LATE_REASON_MISSING)
    return None


def _is_late(half_day: SessionHalfDay) -> bool:
    time = signing_time(half_day.starts_at, half_day.ends_at, clock.now())
    return time is SigningTime.LATE


# What is written


def _line(
    place: Place,
    kind: EntryKind,
    actor: Member,
    *,
    late: bool = False,
    reason: str = "",
    **facts: Any,
) -> AttendanceEntry:
    return AttendanceEntry(
        half_day_id=place.half_day.id,
        enrolment_id=place.enrolment.id,
        kind=kind,
        at=clock.now(),
        late=late,
        reason=reason.strip() if late else "",
        actor_id=actor.id,
        **facts,
    )


JOURNALLED = {
    EntryKind.ABSENCE: "attendance.absence_noted",
    EntryKind.VOID: "attendance.voided",
}


def _keep(entries: Sequence[AttendanceEntry]) -> None:
    """Write lines down; what is out of the ordinary stands in the journal too."""
    db.session.add_all(entries)
    db.session.flush()
    for entry in entries:
        act = "attendance.signed_late" if entry.late else JOURNALLED.get(entry.kind)
        if act is None:
            continue
        half_day = db.session.get_one(SessionHalfDay, entry.half_day_id)
        session = db.session.get_one(TrainingSession, half_day.session_id)
        enrolment = next(one for one in session.enrolments if one.id == entry.enrolment_id)
        journal.record(
            act,
            "session",
            session.code,
            actor_id=entry.actor_id,
            reason=entry.reason,
            after={
                "member": enrolment.member.code,
                "half_day": half_day.number,
                "kind": entry.kind,
            },
        )
