"""Certificates and cards, to be printed or handed out as files, and the codes on them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.decisions.forms import ShownNameForm
from booking.decisions.queries import find_certificate, trained_on, worth_of
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.views import members
from booking.outbox.wording import link_to
from booking.reservations.queries import machines_open_to
from booking.reservations.rules import Mode
from booking.trainings.forms import EmptyForm
from booking.trainings.models import Certification, Verification
from booking.trainings.queries import find_card_of, find_code_of, find_verification
from booking.trainings.service import verifying
from booking.trainings.views import certifications, verifications
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result
from booking.web.pdf import makes_pdf, pdf_of


@certifications.get("/<int:number>/certificate")
@requires("certificate.see", of=find_certificate)
def certificate(certification: Certification) -> str:
    """The sheet to print, and for its holder what a check of it shows."""
    return _certificate(certification)


@certifications.get("/<int:number>/certificate.pdf")
@requires("certificate.see", of=find_certificate)
def certificate_pdf(certification: Certification) -> Response:
    if not makes_pdf():
        abort(404)
    return pdf_of(_certificate(certification, as_pdf=True), f"habilitation-{certification.id}")


def _certificate(
    certification: Certification, *, as_pdf: bool = False, form: ShownNameForm | None = None
) -> str:
    return render_template(
        "certifications/certificate.html",
        as_pdf=as_pdf,
        certification=certification,
        worth=worth_of(certification),
        trained_on=trained_on(certification),
        **_code(find_code_of(certification.id), form),
    )


@members.get("/members/<code>/card")
@requires("certificate.see", of=find_member)
def card(member: Member) -> str:
    """The card to print, and for its holder what a check of it shows."""
    return _card(member)


@members.get("/members/<code>/card.pdf")
@requires("certificate.see", of=find_member)
def card_pdf(member: Member) -> Response:
    if not makes_pdf():
        abort(404)
    return pdf_of(_card(member, as_pdf=True), f"carte-{member.code}")


def _card(member: Member, *, as_pdf: bool = False, form: ShownNameForm | None = None) -> str:
    machines = machines_open_to(member)
    return render_template(
        "certifications/card.html",
        as_pdf=as_pdf,
        member=member,
        alone=machines[Mode.AUTONOMOUS],
        supervised=machines[Mode.SUPERVISED],
        **_code(find_card_of(member.id), form),
    )


def _code(verification: Verification | None, form: ShownNameForm | None) -> dict[str, Any]:
    """What a page tells of a code; `address` is None where there is none."""
    token = verification.token if verification else None
    shown = verification.shown_name if verification else None
    return {
        "verification": verification,
        "address": link_to("verifications.verify", token=token) if token else None,
        "name_form": form or ShownNameForm(formdata=None, shown_name=shown),
        "act_form": EmptyForm(formdata=None),
    }


@certifications.post("/<int:number>/certificate/code")
@requires("verification.manage", of=find_certificate)
def renew_code(certification: Certification) -> Response:
    """A code for one's certificate, in place of the one before."""
    with writing():
        if url := first_result(EmptyForm()):
            return redirect(url, 303)
        made = verifying.renew_code(certification, get_acting_member())
        url = remember_result(EmptyForm(), _page_of(made))
    flash(_("Nouveau code : imprimez de nouveau."), "success")
    return redirect(url, 303)


@members.post("/members/<code>/card/code")
@requires("verification.manage", of=find_member)
def renew_card_code(member: Member) -> Response:
    """A code for one's card, in place of the one before."""
    with writing():
        if url := first_result(EmptyForm()):
            return redirect(url, 303)
        made = verifying.renew_card(member, get_acting_member())
        url = remember_result(EmptyForm(), _page_of(made))
    flash(_("Nouveau code : imprimez de nouveau."), "success")
    return redirect(url, 303)


@verifications.post("/verifications/<int:number>/name")
@requires("verification.manage", of=find_verification)
def show_name(verification: Verification) -> Response | tuple[str, int]:
    """How much of one's name a check tells."""
    form = ShownNameForm()
    if not form.validate():
        return _page_with(verification, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        verifying.show_name(verification, form.chosen, get_acting_member())
        url = remember_result(form, _page_of(verification))
    flash(_("Enregistré : cela vaut aussi pour ce qui est déjà imprimé."), "success")
    return redirect(url, 303)


@verifications.post("/verifications/<int:number>/withdraw")
@requires("verification.manage", of=find_verification)
def withdraw_code(verification: Verification) -> Response:
    with writing():
        verifying.withdraw(verification, get_acting_member())
    flash(_("Ce code ne mène plus nulle part."), "success")
    return redirect(_page_of(verification), 303)


def _page_of(verification: Verification) -> str:
    if verification.certification_id is None:
        return url_for("members.card", code=verification.member.code)
    return url_for("certifications.certificate", number=verification.certification_id)


def _page_with(verification: Verification, form: ShownNameForm) -> str:
    certification = verification.certification
    if certification is None:
        return _card(verification.member, form=form)
    return _certificate(certification, form=form)
