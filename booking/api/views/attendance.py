"""Attendance sheets: signing, countersigning, noting absences, taking back, closing."""

from __future__ import annotations

from flask import abort

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import attendance as shapes
from booking.api.views.learning import answers_of_act, refuse
from booking.database import writing
from booking.extensions import limiter
from booking.members.service import passwords
from booking.members.views.signing_in import PER_ADDRESS, not_limited
from booking.trainings.models import AttendanceEntry, SessionHalfDay, TrainingSession
from booking.trainings.queries import (
    Place,
    SheetRow,
    find_entry,
    find_place,
    find_session,
    sheet_of,
)
from booking.trainings.refusals import Refused
from booking.trainings.rules import SigningMethod
from booking.trainings.service import attendance
from booking.trainings.service.attendance import Signature
from booking.trainings.views.signing import code_failed, wrong_codes
from booking.web.access import get_acting_member, requires


def _half_day(code: str, number: int) -> SessionHalfDay | None:
    session = find_session(code)
    halves = session.half_days if session else []
    return next((half for half in halves if half.number == number), None)


@api.get("/sessions/<code>/attendance")
@requires("attendance.see", of=find_session)
@contract.validate(
    resp=answers(shapes.AttendanceSheet, 401, 404), tags=["attendance"], security=BEARER
)
def show_attendance(session: TrainingSession) -> shapes.AttendanceSheet:
    """The attendance sheet of a session, for trainers and managers"""
    return _sheet(session)


@api.post("/sessions/<code>/attendance/<int:number>/sign")
@requires("account.use")
@contract.validate(
    resp=answers_of_act(shapes.Attendance, 404), tags=["attendance"], security=BEARER
)
def sign_half_day(code: str, number: int, json: shapes.SignNow) -> shapes.Attendance:
    """Sign for a half-day of a session in which you have a place

    From ten minutes before its start to thirty after its end; later only with a `reason`, and
    marked for ever. It counts once the trainer has countersigned.
    """
    me = get_acting_member()
    session = find_session(code)
    if session is None or find_place(session, number, me.code) is None:
        abort(404)
    with writing():
        signature = Signature(SigningMethod.ACCOUNT, json.reason)
        outcome = attendance.sign(code, number, me.code, signature, me)
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _attendance(code, number, me.code)


@api.post("/sessions/<code>/attendance/<int:number>/countersign")
@requires("attendance.countersign", of=_half_day)
@contract.validate(
    resp=answers_of_act(shapes.AttendanceSheet, 404), tags=["attendance"], security=BEARER
)
def countersign_half_day(
    half_day: SessionHalfDay, json: shapes.Countersigning
) -> shapes.AttendanceSheet:
    """The trainer signs for those whom he names, and who have signed"""
    trainees = {row.enrolment.member.code for row in sheet_of(half_day.session).rows}
    if not trainees.issuperset(json.members):
        refused("members", "unknown_member")
    with writing():
        outcome = attendance.countersign(
            half_day.session.code,
            half_day.number,
            json.members,
            json.reason,
            get_acting_member(),
        )
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _sheet_of_code(half_day.session.code)


@api.post("/sessions/<code>/attendance/<int:number>/absences")
@requires("attendance.countersign", of=_half_day)
@contract.validate(
    resp=answers_of_act(shapes.Attendance, 404, status=201), tags=["attendance"], security=BEARER
)
def note_absence(
    half_day: SessionHalfDay, json: shapes.AbsenceNoted
) -> tuple[shapes.Attendance, int]:
    """The trainer notes that a trainee did not come"""
    code, number = half_day.session.code, half_day.number
    if find_place(half_day.session, number, json.member) is None:
        refused("member", "unknown_member")
    with writing():
        outcome = attendance.note_absence(code, number, json.member, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _attendance(code, number, json.member), 201


def _place(code: str, number: int, member: str) -> Place | None:
    session = find_session(code)
    return find_place(session, number, member) if session else None


@api.post("/sessions/<code>/attendance/<int:number>/trainees/<member>/sign")
@limiter.limit(PER_ADDRESS, deduct_when=code_failed, exempt_when=not_limited)
@wrong_codes
@requires("attendance.sign", of=_place)
@contract.validate(
    resp=answers_of_act(shapes.Attendance, 404), tags=["attendance"], security=BEARER
)
def sign_on_device(place: Place, json: shapes.SignOnDevice) -> shapes.Attendance:
    """A trainee signs on the device of a trainer of the session: by code, or by hand

    The trainee's `pin`, or the strokes of a drawn signature; without either, you sign for
    yourself. After five wrong codes within a quarter of an hour the code is closed for that time.
    """
    code, number, member = place.session.code, place.half_day.number, place.enrolment.member
    signature = _signature(place, json)
    with writing():
        outcome = attendance.sign(code, number, member.code, signature, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _attendance(code, number, member.code)


def _signature(place: Place, given: shapes.SignOnDevice) -> Signature:
    """How the trainee signs; a code is checked here, since hashing is slow."""
    if given.pin:
        is_right = passwords.matches(place.enrolment.member.pin_hash, given.pin)
        return Signature(SigningMethod.PIN, given.reason, has_right_pin=is_right)
    if given.drawing is None and place.member_id == get_acting_member().id:
        return Signature(SigningMethod.ACCOUNT, given.reason)
    return Signature(SigningMethod.DRAWN, given.reason, drawing=given.drawing)


@api.post("/attendance/<int:entry_id>/void")
@requires("attendance.void", of=find_entry)
@contract.validate(
    resp=answers_of_act(shapes.AttendanceSheet, 404), tags=["attendance"], security=BEARER
)
def void_entry(entry: AttendanceEntry, json: shapes.Voiding) -> shapes.AttendanceSheet:
    """A manager takes a line of a sheet back, with a reason; both stay legible for ever

    With a trainee's signature falls the trainer's beside it. A closed session is opened again.
    """
    code = entry.half_day.session.code
    with writing():
        outcome = attendance.void(entry.id, json.reason, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _sheet_of_code(code)


@api.post("/sessions/<code>/attendance/close")
@requires("attendance.close", of=find_session)
@contract.validate(
    resp=answers_of_act(shapes.AttendanceSheet, 404), tags=["attendance"], security=BEARER
)
def close_attendance(session: TrainingSession, json: shapes.Closing) -> shapes.AttendanceSheet:
    """Close a session that is over, once everybody is signed for or noted absent"""
    with writing():
        outcome = attendance.close(session.code, get_acting_member())
        if isinstance(outcome, Refused):
            refuse(outcome)
    return _sheet_of_code(session.code)


def _sheet_of_code(code: str) -> shapes.AttendanceSheet:
    return _sheet(find_session(code) or abort(404))


def _sheet(session: TrainingSession) -> shapes.AttendanceSheet:
    sheet = sheet_of(session)
    return shapes.AttendanceSheet(
        session=session.code,
        training=session.training.code,
        trainer=session.trainer.code,
        state=session.state_now.lower(),
        half_days=[
            shapes.AttendedHalfDay(
                number=half_day.number,
                starts_at=half_day.starts_at,
                ends_at=half_day.ends_at,
                trainees=[_told(row, half_day.number) for row in sheet.rows],
            )
            for half_day in session.half_days
        ],
    )


def _attendance(code: str, number: int, member: str) -> shapes.Attendance:
    sheet = sheet_of(find_session(code) or abort(404))
    row = next(row for row in sheet.rows if row.enrolment.member.code == member)
    return _told(row, number)


def _told(row: SheetRow, number: int) -> shapes.Attendance:
    cell = row.cells[number]
    return shapes.Attendance(
        member=row.enrolment.member.code,
        state=cell.state.lower(),
        late=cell.is_late,
        signatures=[_signed(line) for line in (cell.trainee, cell.trainer) if line is not None],
        absence=None if cell.absence is None else _absence(cell.absence),
    )


def _signed(line: AttendanceEntry) -> shapes.Signature:
    return shapes.Signature(
        id=line.id,
        by=line.kind.lower(),
        name=line.actor.name if line.actor else None,
        method=(line.method or SigningMethod.TAKEN_OVER).lower(),
        at=line.at,
        late=line.late,
        reason=line.reason,
    )


def _absence(line: AttendanceEntry) -> shapes.NotedAbsence:
    return shapes.NotedAbsence(id=line.id, name=line.actor.name if line.actor else None, at=line.at)
