"""Pages of attendance sheets: who signs what, on whose device, and the sheet for paper."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.extensions import limiter
from booking.members.service import passwords
from booking.members.views.signing_in import PER_ADDRESS, failed, not_limited
from booking.trainings.forms import (
    CountersignForm,
    EmptyForm,
    SignForm,
    SignHereForm,
    VoidForm,
)
from booking.trainings.models import AttendanceEntry, SessionHalfDay, TrainingSession
from booking.trainings.queries import (
    RUNNING_STATES,
    Place,
    find_entry,
    find_place,
    find_session,
    list_given_by,
    list_places_of,
    sheet_of,
)
from booking.trainings.refusals import Refused
from booking.trainings.rules import (
    DRAWING_HEIGHT,
    DRAWING_WIDTH,
    SigningMethod,
    SigningTime,
    signing_time,
)
from booking.trainings.service import attendance as service
from booking.trainings.service.attendance import Signature
from booking.trainings.views.blueprints import attendance, do_once
from booking.trainings.wording import cell_word, entry_word, explain, method_word
from booking.web.access import get_acting_member, requires

for word in (cell_word, entry_word, method_word):
    attendance.add_app_template_filter(word)

WRONG_CODES = "5 per 15 minutes"
"""So often may somebody's code be typed wrongly; then he draws, or signs in his account."""


def _place(code: str, number: int, member: str) -> Place | None:
    session = find_session(code)
    return find_place(session, number, member) if session else None


def _half_day(code: str, number: int) -> SessionHalfDay | None:
    session = find_session(code)
    halves = session.half_days if session else []
    return next((half for half in halves if half.number == number), None)


@attendance.app_template_filter()
def signing_time_now(half_day: SessionHalfDay) -> SigningTime:
    """Whether a signature would be too early, in time or late."""
    return signing_time(half_day.starts_at, half_day.ends_at, clock.now())


@attendance.get("")
@requires("attendance.list")
def index() -> str:
    """What one can sign for now, and the sheets of the sessions that one gives."""
    member, now = get_acting_member(), clock.now()
    return render_template(
        "attendance/index.html",
        places=list_places_of(member.id, now),
        given=list_given_by(member.id, now),
    )


@attendance.get("/<code>")
@requires("attendance.see", of=find_session)
def show(session: TrainingSession) -> str:
    """The whole sheet: people and half-days, with the state of each."""
    return _sheet_page(session, EmptyForm(formdata=None))


def _sheet_page(session: TrainingSession, form: EmptyForm) -> str:
    now = clock.now()
    return render_template(
        "attendance/show.html",
        sheet=sheet_of(session),
        session=session,
        form=form,
        is_over=all(half_day.ends_at <= now for half_day in session.half_days),
    )


@attendance.get("/<code>/sheet")
@requires("attendance.see", of=find_session)
def sheet(session: TrainingSession) -> str:
    """The sheet for A4, with the same facts."""
    return render_template("attendance/sheet.html", sheet=sheet_of(session), session=session)


@attendance.post("/<code>/close")
@requires("attendance.close", of=find_session)
def close(session: TrainingSession) -> Response | tuple[str, int]:
    form = EmptyForm()
    url = url_for("attendance.show", code=session.code)
    done = do_once(form, lambda: service.close(session.code, get_acting_member()), lambda _s: url)
    if done is None:
        return _sheet_page(session, form), 422
    flash(_("Session close : la présence de chacun est établie."), "success")
    return redirect(done.url, 303)


# One half-day, in the trainer's hand


@attendance.get("/<code>/<int:number>")
@requires("attendance.see", of=_half_day)
def half_day(half_day: SessionHalfDay) -> str:
    return _half_day_page(half_day, CountersignForm(formdata=None))


def _half_day_page(half_day: SessionHalfDay, form: CountersignForm) -> str:
    session = half_day.session
    sheet = sheet_of(session)
    form.offer(sheet.waiting_for_trainer(half_day.number))
    return render_template(
        "attendance/half_day.html",
        session=session,
        half_day=half_day,
        rows=sheet.rows,
        form=form,
        runs=session.state_now in RUNNING_STATES,
        time=signing_time_now(half_day),
    )


@attendance.post("/<code>/<int:number>/countersign")
@requires("attendance.countersign", of=_half_day)
def countersign(half_day: SessionHalfDay) -> Response | tuple[str, int]:
    """The trainer signs in his own account for those who have signed, and whom he saw."""
    form = CountersignForm()
    form.offer(sheet_of(half_day.session).waiting_for_trainer(half_day.number))
    if not form.validate():
        return _half_day_page(half_day, form), 422
    done = do_once(
        form,
        lambda: service.countersign(
            half_day.session.code,
            half_day.number,
            form.members.data,
            form.reason.data or "",
            get_acting_member(),
        ),
        lambda _signed: _url_of(half_day),
    )
    if done is None:
        return _half_day_page(half_day, form), 422
    flash(_("Demi-journée contresignée."), "success")
    return redirect(done.url, 303)


@attendance.post("/<code>/<int:number>/<member>/absence")
@requires("attendance.countersign", of=_place)
def note_absence(place: Place) -> Response:
    """The trainer notes that somebody did not come."""
    with writing():
        outcome = service.note_absence(
            place.session.code,
            place.half_day.number,
            place.enrolment.member.code,
            get_acting_member(),
        )
    if isinstance(outcome, Refused):
        flash(explain(outcome), "danger")
    else:
        flash(_("Absence notée : %(name)s.", name=place.enrolment.member.name), "success")
    return redirect(_url_of(place.half_day), 303)


def _url_of(half_day: SessionHalfDay) -> str:
    return url_for("attendance.half_day", code=half_day.session.code, number=half_day.number)


# One signature


def _whose_code() -> str:
    """The person whose code is tried, at whatever session."""
    return f"pin:{(request.view_args or {}).get('member', '')}"


def code_failed(response: FlaskResponse) -> bool:
    """Whether a code was typed, or sent by a program, and was wrong."""
    sent = request.get_json(silent=True) if request.is_json else request.form
    return failed(response) and isinstance(sent, Mapping) and bool(sent.get("pin"))


wrong_codes = limiter.shared_limit(
    WRONG_CODES,
    scope="pin",
    key_func=_whose_code,
    deduct_when=code_failed,
    exempt_when=not_limited,
)
"""One count for pages and programs."""


@attendance.get("/<code>/<int:number>/<member>")
@requires("attendance.sign", of=_place)
def confirm_sign(place: Place) -> str:
    return _sign_page(place, _sign_form(place, blank=True))


@attendance.post("/<code>/<int:number>/<member>")
@limiter.limit(PER_ADDRESS, deduct_when=code_failed, exempt_when=not_limited)
@wrong_codes
@requires("attendance.sign", of=_place)
def sign(place: Place) -> Response | tuple[str, int]:
    form = _sign_form(place)
    if not form.validate():
        return _sign_page(place, form), 422
    signature = _signature(place, form)
    member, half_day = place.enrolment.member, place.half_day
    done = do_once(
        form,
        lambda: service.sign(
            place.session.code, half_day.number, member.code, signature, get_acting_member()
        ),
        lambda _signed: url_for("attendance.index") if _is_own(place) else _url_of(half_day),
    )
    if done is None:
        return _sign_page(place, form), 422
    flash(_("Présence signée : %(name)s.", name=member.name), "success")
    return redirect(done.url, 303)


def _is_own(place: Place) -> bool:
    return place.member_id == get_acting_member().id


def _sign_form(place: Place, *, blank: bool = False) -> SignForm:
    kind = SignForm if _is_own(place) else SignHereForm
    return kind(formdata=None) if blank else kind()


def _signature(place: Place, form: SignForm) -> Signature:
    """How the trainee signs; a code is checked here, since hashing is slow."""
    reason = form.reason.data or ""
    if not isinstance(form, SignHereForm):
        return Signature(SigningMethod.ACCOUNT, reason)
    if form.pin.data:
        is_right = passwords.matches(place.enrolment.member.pin_hash, form.pin.data)
        return Signature(SigningMethod.PIN, reason, has_right_pin=is_right)
    return Signature(SigningMethod.DRAWN, reason, drawing=form.drawing.data)


def _sign_page(place: Place, form: SignForm) -> str:
    return render_template(
        "attendance/sign.html",
        signing=place,
        form=form,
        is_own=_is_own(place),
        time=signing_time_now(place.half_day),
        pad=(DRAWING_WIDTH, DRAWING_HEIGHT),
    )


# Taking a line back


@attendance.get("/entries/<int:entry_id>/void")
@requires("attendance.void", of=find_entry)
def confirm_void(entry: AttendanceEntry) -> str:
    return _void_page(entry, VoidForm(formdata=None))


@attendance.post("/entries/<int:entry_id>/void")
@requires("attendance.void", of=find_entry)
def void(entry: AttendanceEntry) -> Response | tuple[str, int]:
    form = VoidForm()
    if not form.validate():
        return _void_page(entry, form), 422
    url = url_for("attendance.show", code=entry.half_day.session.code)
    done = do_once(
        form,
        lambda: service.void(entry.id, form.reason.data, get_acting_member()),
        lambda _void: url,
    )
    if done is None:
        return _void_page(entry, form), 422
    flash(_("Ligne annulée : elle reste lisible sur la feuille."), "success")
    return redirect(done.url, 303)


def _void_page(entry: AttendanceEntry, form: VoidForm) -> str:
    return render_template(
        "attendance/void.html", entry=entry, form=form, session=entry.half_day.session
    )
