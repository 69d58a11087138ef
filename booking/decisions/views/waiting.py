"""What waits for a manager, settled in place: one click approves, a sentence refuses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.decisions import service
from booking.decisions.forms import ApproveForm, ReasonForm, with_own_ids
from booking.decisions.queries import count_waiting, find_certification, list_waiting
from booking.site.queries import get_site
from booking.trainings.models import Certification
from booking.trainings.service import certifying
from booking.trainings.views import certifications, do_once
from booking.web.access import get_acting_member, requires
from booking.web.navigation import counts

decisions = Blueprint("decisions", __name__, url_prefix="/decisions")
counts["decisions.index"] = count_waiting


@decisions.get("")
@requires("decision.list")
def index() -> str:
    return _page()


@certifications.post("/<int:number>/approve")
@requires("certification.approve", of=find_certification)
def approve(certification: Certification) -> Response | tuple[str, int]:
    """One click on the row; a prerequisite that does not hold asks for a written waiver."""
    form = ApproveForm()
    if not form.validate():
        return _page(approving={certification.id: form}), 422
    waiver = form.waiver.data or ""
    done = do_once(
        form,
        lambda: service.approve(certification.id, get_acting_member(), waiver),
        lambda _approved: url_for("decisions.index"),
    )
    if done is None:
        return _page(approving={certification.id: form}), 422
    flash(
        _(
            "Habilitation validée : %(training)s pour %(name)s.",
            training=certification.training.code,
            name=certification.member.name,
        ),
        "success",
    )
    return redirect(done.url, 303)


@certifications.post("/<int:number>/refuse")
@requires("certification.refuse", of=find_certification)
def refuse(certification: Certification) -> Response | tuple[str, int]:
    """Turns down a proposal or a request, with the reason that the person will read."""
    form = ReasonForm()
    if not form.validate():
        return _page(refusing={certification.id: form}), 422
    done = do_once(
        form,
        lambda: certifying.refuse(certification.id, get_acting_member(), form.reason.data),
        lambda _refused: url_for("decisions.index"),
    )
    if done is None:
        return _page(refusing={certification.id: form}), 422
    flash(
        _(
            "Demande refusée : %(training)s pour %(name)s.",
            training=certification.training.code,
            name=certification.member.name,
        ),
        "success",
    )
    return redirect(done.url, 303)


def _page(
    approving: Mapping[int, ApproveForm] | None = None,
    refusing: Mapping[int, ReasonForm] | None = None,
) -> str:
    """The page with a form for each decision; those that were sent keep their answers."""
    waiting = list_waiting()
    numbers = [p.certification.id for p in waiting.proposals]
    numbers += [certification.id for certification in waiting.equivalences]
    approve_forms = {n: ApproveForm(formdata=None) for n in numbers} | dict(approving or {})
    refuse_forms = {n: ReasonForm(formdata=None) for n in numbers} | dict(refusing or {})
    for number in numbers:
        with_own_ids(approve_forms[number], f"approve-{number}")
        with_own_ids(refuse_forms[number], f"refuse-{number}")
    return render_template(
        "decisions/index.html",
        waiting=waiting,
        approve_forms=approve_forms,
        refuse_forms=refuse_forms,
        one_person_team=get_site().single_person_team,
        settled_meanwhile=[
            form
            for number, form in [*(approving or {}).items(), *(refusing or {}).items()]
            if number not in numbers
        ],
    )
