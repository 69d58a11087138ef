"""Taking a place in a session, waiting for one, answering an offer, giving it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.members.models import Member
from booking.reservations.views.people import member_asked_for, people_to_reserve_for
from booking.sessions.forms import EnrolForm, ReasonForm
from booking.sessions.queries.eligibility import clashes_of, preparedness_of, unprepared
from booking.sessions.queries.enrolments import (
    find_enrolment,
    list_enrolments_of,
    list_enrolments_paid_by,
)
from booking.sessions.queries.sessions import find_open_session
from booking.sessions.refusals import NoPlaceLeft, PlacesLeft, Refused, SessionRefusal
from booking.sessions.service import enrolling
from booking.sessions.views.blueprint import do_once, sessions
from booking.sessions.wording import explain
from booking.site.queries import get_site
from booking.trainings.forms import EmptyForm
from booking.trainings.models import Enrolment, TrainingSession
from booking.web.access import get_acting_member, may, requires

Enrolling = Callable[[TrainingSession, Member, Member], Enrolment | Refused]


@sessions.get("/enrolments")
@requires("enrolment.list")
def mine() -> str:
    """One's own places in sessions: to come, waiting, past, and what is due; besides them those of
    one's people for who answers for an organisation.
    """
    me = get_acting_member()
    own, of_others = list_enrolments_of(me.id), list_of_my_people()
    return render_template(
        "sessions/mine.html",
        enrolments=own,
        lacking=unprepared([*own, *of_others]),
        answers_for=me.organisation if may("reservation.list_of_organisation") else None,
        of_others=of_others,
    )


def list_of_my_people() -> list[Enrolment]:
    """The places of the other people of the organisation that the present user answers for."""
    me = get_acting_member()
    if me.organisation_id is None or not may("reservation.list_of_organisation"):
        return []
    return list_enrolments_paid_by(me.organisation_id, me.id)


@sessions.get("/sessions/<code>/enrol")
@requires("enrolment.make", of=find_open_session)
def confirm_enrol(session: TrainingSession) -> str:
    """What it costs, until when it can be given back, and everything that stands against it."""
    form = EnrolForm(formdata=None)
    form.member.data = request.args.get("member", "")[:20]
    form.offer(people_to_reserve_for())
    return _page(session, form, member_asked_for(form.member.data))


@sessions.post("/sessions/<code>/enrol")
@requires("enrolment.make", of=find_open_session)
def enrol(session: TrainingSession) -> Response | tuple[str, int]:
    return _sent(session, enrolling.enrol, _("Vous êtes inscrit."), _("Personne inscrite."))


@sessions.post("/sessions/<code>/wait")
@requires("enrolment.make", of=find_open_session)
def wait(session: TrainingSession) -> Response | tuple[str, int]:
    done = _("C’est noté, un courriel vous préviendra.")
    return _sent(session, enrolling.wait, done, done)


def _sent(
    session: TrainingSession, act: Enrolling, for_me: str, for_other: str
) -> Response | tuple[str, int]:
    form = EnrolForm()
    form.offer(people_to_reserve_for())
    me, member = get_acting_member(), member_asked_for(form.member.data)
    if not form.validate():
        return _page(session, form, member), 422
    done = do_once(form, lambda: act(session, member, me), _page_of)
    if isinstance(done, Refused):
        taken = all(isinstance(one, NoPlaceLeft | PlacesLeft) for one in done.reasons)
        form.form_errors = []
        return _page(session, form, member, done.reasons), 409 if taken else 422
    flash(for_me if member.id == me.id else for_other, "success")
    return redirect(done, 303)


def _page(
    session: TrainingSession,
    form: EnrolForm,
    member: Member,
    refused: Sequence[SessionRefusal] | None = None,
) -> str:
    reasons = enrolling.against_enrolling(session, member) if refused is None else refused
    others = [one for one in reasons if not isinstance(one, NoPlaceLeft)]
    return render_template(
        "sessions/enrol.html",
        session=session,
        form=form,
        member=member,
        reasons=[explain(one) for one in reasons],
        can_wait=not others and len(reasons) > 0,
        has_room=bool(reasons) and all(isinstance(one, PlacesLeft) for one in reasons),
        was_refused=refused is not None,
        prepared=preparedness_of(session, [member.id])[member.id],
        clashes=clashes_of(session, member.id),
        free_hours=get_site().session_cancel_hours,
    )


def _page_of(enrolment: Enrolment) -> str:
    return url_for("sessions.show", code=enrolment.session.code)


@sessions.post("/enrolments/<int:number>/accept")
@requires("enrolment.answer", of=find_enrolment)
def accept(enrolment: Enrolment) -> Response:
    """Take the place that is offered."""
    with writing():
        outcome = enrolling.accept(enrolment, get_acting_member())
    if isinstance(outcome, Refused):
        flash(" ".join(explain(reason) for reason in outcome.reasons), "danger")
    else:
        flash(_("Vous êtes inscrit."), "success")
    return redirect(_page_of(enrolment), 303)


@sessions.get("/enrolments/<int:number>/cancel")
@requires("enrolment.cancel", of=find_enrolment)
def confirm_give_back(enrolment: Enrolment) -> str:
    """What giving the place back costs, before anything is done."""
    return _cancel_page(enrolment, EmptyForm(formdata=None))


@sessions.post("/enrolments/<int:number>/cancel")
@requires("enrolment.cancel", of=find_enrolment)
def give_back(enrolment: Enrolment) -> Response | tuple[str, int]:
    form = EmptyForm()
    if not form.validate():
        return _cancel_page(enrolment, form), 422
    done = do_once(form, lambda: enrolling.cancel(enrolment, get_acting_member()), _page_of)
    if isinstance(done, Refused):
        return _cancel_page(enrolment, form), 422
    flash(_("La place est rendue."), "success")
    return redirect(done, 303)


def _cancel_page(enrolment: Enrolment, form: EmptyForm) -> str:
    me = get_acting_member()
    return render_template(
        "sessions/give_back.html",
        enrolment=enrolment,
        session=enrolment.session,
        form=form,
        fee_cents=enrolling.fee_if_cancelled(enrolment, me),
        free_hours=get_site().session_cancel_hours,
        can_be_given_back=enrolment.can_be_given_back,
    )


@sessions.get("/enrolments/<int:number>/waive-fee")
@requires("waiver.grant", of=find_enrolment)
def confirm_waive_fee(enrolment: Enrolment) -> str:
    return _waive_page(enrolment, ReasonForm(formdata=None))


@sessions.post("/enrolments/<int:number>/waive-fee")
@requires("waiver.grant", of=find_enrolment)
def waive_fee(enrolment: Enrolment) -> Response | tuple[str, int]:
    """Give up what a late cancellation keeps, with the reason in writing."""
    form = ReasonForm()
    if not form.validate():
        return _waive_page(enrolment, form), 422
    done = do_once(
        form,
        lambda: enrolling.waive_fee(enrolment, get_acting_member(), form.reason.data),
        _page_of,
    )
    if isinstance(done, Refused):
        return _waive_page(enrolment, form), 422
    flash(_("Les frais ne sont plus dus."), "success")
    return redirect(done, 303)


def _waive_page(enrolment: Enrolment, form: ReasonForm) -> str:
    return render_template("sessions/waive_fee.html", enrolment=enrolment, form=form)
