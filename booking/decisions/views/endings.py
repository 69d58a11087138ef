"""Suspending, reinstating and revoking a certification, with the reservations that rest on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking.decisions.forms import CorrectionForm, ReasonForm, SuspendForm
from booking.decisions.queries import find_certification, list_records_of, look_at
from booking.reservations import revocation
from booking.reservations.revocation import Ended
from booking.trainings.models import Certification
from booking.trainings.rules import CertificationAct
from booking.trainings.service import certifying
from booking.trainings.views import certifications, do_once
from booking.web.access import get_acting_member, requires


@certifications.get("/<int:number>/suspend")
@requires("certification.suspend", of=find_certification)
def confirm_suspend(certification: Certification) -> str:
    """What falls with the certification, before anything is done."""
    return _ending_page(certification, CertificationAct.SUSPEND, SuspendForm(formdata=None))


@certifications.post("/<int:number>/suspend")
@requires("certification.suspend", of=find_certification)
def suspend(certification: Certification) -> Response | tuple[str, int]:
    form = SuspendForm()
    if not form.validate():
        return _ending_page(certification, CertificationAct.SUSPEND, form), 422
    reason, ends_when = form.reason.data, form.ends_when.data or ""
    done = do_once(
        form,
        lambda: revocation.suspend(certification.id, get_acting_member(), reason, ends_when),
        lambda ended: _page_of(ended.certification),
    )
    if done is None:
        return _ending_page(certification, CertificationAct.SUSPEND, form), 422
    flash(_("Habilitation suspendue."), "success")
    _tell_cancelled(done.outcome)
    return redirect(done.url, 303)


@certifications.get("/<int:number>/revoke")
@requires("certification.revoke", of=find_certification)
def confirm_revoke(certification: Certification) -> str:
    """What falls with the certification, before anything is done."""
    return _ending_page(certification, CertificationAct.REVOKE, ReasonForm(formdata=None))


@certifications.post("/<int:number>/revoke")
@requires("certification.revoke", of=find_certification)
def revoke(certification: Certification) -> Response | tuple[str, int]:
    form = ReasonForm()
    if not form.validate():
        return _ending_page(certification, CertificationAct.REVOKE, form), 422
    done = do_once(
        form,
        lambda: revocation.revoke(certification.id, get_acting_member(), form.reason.data),
        lambda ended: _page_of(ended.certification),
    )
    if done is None:
        return _ending_page(certification, CertificationAct.REVOKE, form), 422
    flash(_("Habilitation retirée."), "success")
    _tell_cancelled(done.outcome)
    return redirect(done.url, 303)


def _ending_page(certification: Certification, act: CertificationAct, form: ReasonForm) -> str:
    siblings = [
        c
        for c in list_records_of([certification.member_id])
        if c.training_id == certification.training_id and c.id != certification.id
    ]
    return render_template(
        "certifications/end.html",
        certification=certification,
        suspends=act is CertificationAct.SUSPEND,
        form=form,
        concerned=revocation.list_concerned(certification),
        accompanied=revocation.list_accompanied(certification),
        others=[look for look in look_at(siblings) if look.counts],
    )


def _page_of(certification: Certification) -> str:
    return url_for("certifications.show", number=certification.id)


def _tell_cancelled(ended: Ended | None) -> None:
    if ended is not None and ended.cancelled:
        flash(
            ngettext(
                "Une réservation annulée, la personne est prévenue.",
                "%(num)s réservations annulées, la personne est prévenue.",
                len(ended.cancelled),
            ),
            "info",
        )


@certifications.get("/<int:number>/correct")
@requires("certification.correct", of=find_certification)
def confirm_correct(certification: Certification) -> str:
    """What the approval says, to be set right."""
    said = {
        "level": certification.level,
        "approved_on": certification.approved_on,
        "valid_until": certification.valid_until,
    }
    return _correction_page(certification, CorrectionForm(formdata=None, data=said))


@certifications.post("/<int:number>/correct")
@requires("certification.correct", of=find_certification)
def correct(certification: Certification) -> Response | tuple[str, int]:
    form = CorrectionForm()
    form.offer(certification)
    if not form.validate():
        return _correction_page(certification, form), 422
    correction = form.correction
    done = do_once(
        form,
        lambda: revocation.correct(certification.id, get_acting_member(), correction),
        lambda ended: _page_of(ended.certification),
    )
    if done is None:
        return _correction_page(certification, form), 422
    flash(_("Habilitation corrigée."), "success")
    _tell_cancelled(done.outcome)
    return redirect(done.url, 303)


def _correction_page(certification: Certification, form: CorrectionForm) -> str:
    form.offer(certification)
    return render_template("certifications/correct.html", certification=certification, form=form)


@certifications.get("/<int:number>/reinstate")
@requires("certification.reinstate", of=find_certification)
def confirm_reinstate(certification: Certification) -> str:
    return _reinstate_page(certification, ReasonForm(formdata=None))


@certifications.post("/<int:number>/reinstate")
@requires("certification.reinstate", of=find_certification)
def reinstate(certification: Certification) -> Response | tuple[str, int]:
    form = ReasonForm()
    if not form.validate():
        return _reinstate_page(certification, form), 422
    done = do_once(
        form,
        lambda: certifying.reinstate(certification.id, get_acting_member(), form.reason.data),
        _page_of,
    )
    if done is None:
        return _reinstate_page(certification, form), 422
    flash(_("Habilitation rétablie."), "success")
    return redirect(done.url, 303)


def _reinstate_page(certification: Certification, form: ReasonForm) -> str:
    return render_template("certifications/reinstate.html", certification=certification, form=form)
