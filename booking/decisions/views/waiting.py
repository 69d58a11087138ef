"""What waits for a manager, settled in place: one click approves, a sentence refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from booking.database import writing
from booking.decisions import service
from booking.decisions.forms import ApproveForm, ApproveSeveralForm, ReasonForm, with_own_ids
from booking.decisions.queries import (
    Candidate,
    count_waiting,
    find_certification,
    list_proposal_numbers,
    list_waiting,
)
from booking.reservations import service as reservation_acts
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.requests import find_request
from booking.reservations.service import CannotDecide, Refused
from booking.reservations.views import reservations
from booking.reservations.wording import Explained, cannot_decide, explain_all
from booking.site.queries import get_site
from booking.trainings.models import Certification
from booking.trainings.service import certifying
from booking.trainings.views import certifications, do_once
from booking.trainings.wording import explain
from booking.web.access import get_acting_member, requires
from booking.web.forms import BaseForm, first_result, remember_result
from booking.web.navigation import counts
from booking.web.pagination import PAGE_SIZE, page_asked_for, url_of_page

decisions = Blueprint("decisions", __name__, url_prefix="/decisions")
counts["decisions.index"] = count_waiting


@decisions.get("")
@requires("decision.list")
def index() -> str:
    return _page()


@decisions.post("/approve")
@requires("decision.list")
def approve_several() -> Response | tuple[str, int]:
    """The ticked proposals about which nothing is unusual; each of the others is named."""
    form = ApproveSeveralForm()
    if not form.validate():
        return _page(several=form), 422
    seen = form.seen
    done = do_once(
        form,
        lambda: service.approve_several(seen, get_acting_member()),
        lambda _decided: url_for("decisions.index"),
    )
    if done is not None and done.outcome is not None:
        _tell_decided(done.outcome)
    return redirect(url_for("decisions.index"), 303)


def _tell_decided(decided: service.SeveralDecided) -> None:
    if decided.approved:
        flash(
            ngettext(
                "Une habilitation validée.",
                "%(num)s habilitations validées.",
                len(decided.approved),
            ),
            "success",
        )
    for left in decided.left:
        flash(
            _(
                "Non validée : %(training)s pour %(name)s. %(why)s",
                training=left.certification.training.code,
                name=left.certification.member.name,
                why=explain(left.refused),
            ),
            "warning",
        )


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


@dataclass(frozen=True)
class RequestForms:
    """The forms of the requests for machines, by their ids, and why one could not be granted."""

    approve: dict[int, BaseForm] = field(default_factory=dict)
    refuse: dict[int, ReasonForm] = field(default_factory=dict)
    against: dict[int, list[Explained]] = field(default_factory=dict)

    def for_each(self, candidates: Iterable[Candidate]) -> RequestForms:
        """With a form for each that waits; those that were sent stay as they are."""
        numbers = [candidate.request.id for candidate in candidates]
        approve = {n: BaseForm(formdata=None) for n in numbers} | self.approve
        refuse = {n: ReasonForm(formdata=None) for n in numbers} | self.refuse
        for number, form in refuse.items():
            with_own_ids(form, f"refuse-request-{number}")
        for number, grant in approve.items():
            with_own_ids(grant, f"approve-request-{number}")
        return RequestForms(approve, refuse, self.against)


@reservations.post("/reservation-requests/<int:number>/approve")
@requires("request.approve", of=find_request)
def approve_request(asked: ApprovalRequest) -> Response | tuple[str, int]:
    """One click; what the rules say against it now is shown, and the request stays."""
    form = BaseForm()
    if not form.validate():
        return _page(requests=RequestForms(approve={asked.id: form})), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        outcome = reservation_acts.approve_request(asked, get_acting_member())
        if isinstance(outcome, Reservation):
            remember_result(form, url_for("decisions.index"))
    if isinstance(outcome, Refused):
        told = explain_all(outcome.refusals, asked.member, asked.machine, asked.period)
        page = _page(requests=RequestForms(against={asked.id: told}))
        return page, 409 if outcome.only_taken else 422
    if isinstance(outcome, CannotDecide):
        flash(cannot_decide(outcome, asked), "danger")
    else:
        flash(
            _("Demande accordée : %(name)s reçoit la confirmation.", name=asked.member.name),
            "success",
        )
    return redirect(url_for("decisions.index"), 303)


@reservations.post("/reservation-requests/<int:number>/refuse")
@requires("request.refuse", of=find_request)
def refuse_request(asked: ApprovalRequest) -> Response | tuple[str, int]:
    """Says no, with the reason that the person will read."""
    form = ReasonForm()
    if not form.validate():
        return _page(requests=RequestForms(refuse={asked.id: form})), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        obstacle = reservation_acts.refuse_request(asked, get_acting_member(), form.reason.data)
        if obstacle is None:
            remember_result(form, url_for("decisions.index"))
    if obstacle is not None:
        flash(cannot_decide(obstacle, asked), "danger")
    else:
        flash(_("Demande refusée : la personne lit votre raison."), "success")
    return redirect(url_for("decisions.index"), 303)


def _page(
    approving: Mapping[int, ApproveForm] | None = None,
    refusing: Mapping[int, ReasonForm] | None = None,
    several: ApproveSeveralForm | None = None,
    requests: RequestForms | None = None,
) -> str:
    """The page with a form for each decision; those that were sent keep their answers."""
    sent = [*(approving or {}).items(), *(refusing or {}).items()]
    every = list_proposal_numbers()
    pages = max(1, -(-len(every) // PAGE_SIZE))
    page = min(_page_of(every, [number for number, _form in sent]), pages)
    waiting = list_waiting(every, every[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    numbers = [p.certification.id for p in waiting.proposals]
    numbers += [certification.id for certification in waiting.equivalences]
    approve_forms = {n: ApproveForm(formdata=None) for n in numbers} | dict(approving or {})
    refuse_forms = {n: ReasonForm(formdata=None) for n in numbers} | dict(refusing or {})
    for number in numbers:
        with_own_ids(approve_forms[number], f"approve-{number}")
        with_own_ids(refuse_forms[number], f"refuse-{number}")
    me = get_acting_member()
    return render_template(
        "decisions/index.html",
        waiting=waiting,
        plain={p.certification.id for p in waiting.proposals if p.is_plain_for(me)},
        are_ticked="ticked" in request.args,
        several=several or ApproveSeveralForm(formdata=None),
        approve_forms=approve_forms,
        refuse_forms=refuse_forms,
        requests=(requests or RequestForms()).for_each(waiting.requests),
        one_person_team=get_site().single_person_team,
        settled_meanwhile=[form for number, form in sent if number not in numbers],
        page=page,
        pages=pages,
        url_of_page=url_of_page if request.endpoint == "decisions.index" else _first_pages,
    )


def _page_of(every: list[int], sent: list[int]) -> int:
    """The page on which the decision that was sent stands, else the one that is asked for."""
    for number in sent:
        if number in every:
            return every.index(number) // PAGE_SIZE + 1
    return page_asked_for()


def _first_pages(number: int) -> str:
    return url_for("decisions.index", page=number)
