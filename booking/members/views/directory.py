"""Pages of the members, for those who run the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from booking import clock
from booking.database import writing
from booking.members.forms.members import (
    ActForm,
    MemberFilterForm,
    MemberForm,
    PaperForm,
    ReasonForm,
)
from booking.members.models import Member, Paper, Role
from booking.members.queries import (
    find_member,
    find_paper,
    house_rules_of,
    list_organisations,
    list_subscriptions_covering,
    papers_of,
    search_members,
)
from booking.members.refusals import AccountRefusal, ActRefused
from booking.members.rules import AccountAct, PaperKind, next_state
from booking.members.service import accounts, papers
from booking.members.views.blueprints import members
from booking.members.wording import explain
from booking.site.queries import site_zone
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result
from booking.web.pagination import paginate, url_of_page


@members.get("/members")
@requires("member.list")
def index() -> Any:
    form = MemberFilterForm(request.args)
    form.offer(list_organisations())
    if not form.validate():
        return render_template("members/index.html", form=form, page=None), 422
    page = paginate(search_members(**form.chosen()))
    return render_template("members/index.html", form=form, page=page, url_of_page=url_of_page)


@members.get("/members/<code>")
@requires("member.see", of=find_member)
def show(member: Member) -> Any:
    today = clock.today(site_zone())
    return render_template(
        "members/show.html",
        member=member,
        papers=papers_of(member, today),
        rules=house_rules_of(member, today),
        subscriptions=list_subscriptions_covering(member),
        can={act: next_state(member.state, act) is not None for act in AccountAct},
        act_form=ActForm(),
        today=today,
    )


@members.get("/members/new")
@requires("member.create")
def new() -> Any:
    form = _member_form()
    form.roles.data = [Role.MEMBER]
    return render_template("members/edit.html", form=form, member=None)


@members.post("/members/new")
@requires("member.create")
def create() -> Any:
    form = _member_form()
    if not form.validate():
        return render_template("members/edit.html", form=form, member=None), 422
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            member = accounts.create_member(form.details(list_organisations()), get_acting_member())
            url = remember_result(form, url_for("members.show", code=member.code))
    except ActRefused as refused:
        return _refused_member(form, None, refused.refusal)
    flash(_("Compte créé. Un courriel explique comment choisir un mot de passe."), "success")
    return redirect(url, 303)


@members.get("/members/<code>/edit")
@requires("member.edit", of=find_member)
def edit(member: Member) -> Any:
    form = _member_form()
    form.show(member)
    return render_template("members/edit.html", form=form, member=member)


@members.post("/members/<code>/edit")
@requires("member.edit", of=find_member)
def update(member: Member) -> Any:
    form = _member_form()
    if not form.validate():
        return render_template("members/edit.html", form=form, member=member), 422
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            details = form.details(list_organisations())
            accounts.update_member(member, form.version.data, details, get_acting_member())
            url = remember_result(form, url_for("members.show", code=member.code))
    except ActRefused as refused:
        return _refused_member(form, member, refused.refusal)
    flash(_("Fiche enregistrée."), "success")
    return redirect(url, 303)


def _member_form() -> MemberForm:
    form = MemberForm()
    form.offer(
        list_organisations(),
        may_make_admins=Role.ADMIN in get_acting_member().roles,
        latest=clock.today(site_zone()),
    )
    return form


def _refused_member(form: MemberForm, member: Member | None, refusal: AccountRefusal) -> Any:
    """The form again, with the reason where it belongs."""
    place = {
        AccountRefusal.EMAIL_TAKEN: form.email,
        AccountRefusal.BADGE_TAKEN: form.badge,
        AccountRefusal.OWN_ROLES: form.roles,
        AccountRefusal.ONLY_ADMINISTRATORS: form.roles,
        AccountRefusal.LAST_ADMINISTRATOR: form.roles,
    }.get(refusal)
    problems = form.form_errors if place is None else place.errors
    problems.append(explain(refusal))
    status = 409 if place is None else 422
    return render_template("members/edit.html", form=form, member=member), status


@members.post("/members/<code>/approve")
@requires("member.approve", of=find_member)
def approve(member: Member) -> Any:
    return _act(member, lambda: accounts.approve(member, get_acting_member()), _("Compte validé."))


@members.post("/members/<code>/readmit")
@requires("member.approve", of=find_member)
def readmit(member: Member) -> Any:
    return _act(
        member,
        lambda: accounts.readmit(member, get_acting_member()),
        _("Compte rouvert, à valider."),
    )


def _act(member: Member, act: Callable[[], None], done: str) -> Any:
    form = ActForm()
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        act()
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(done, "success")
    return redirect(url, 303)


@members.get("/members/<code>/ask-for-papers")
@requires("member.approve", of=find_member)
def ask_for_papers(member: Member) -> Any:
    return _reason_page(member, ReasonForm(), AccountAct.ASK_FOR_PAPERS)


@members.post("/members/<code>/ask-for-papers")
@requires("member.approve", of=find_member)
def send_request_for_papers(member: Member) -> Any:
    return _act_with_reason(member, AccountAct.ASK_FOR_PAPERS, _("Demande envoyée."))


@members.get("/members/<code>/reinstate")
@requires("member.suspend", of=find_member)
def confirm_reinstate(member: Member) -> Any:
    return _reason_page(member, ReasonForm(), AccountAct.REINSTATE)


@members.post("/members/<code>/reinstate")
@requires("member.suspend", of=find_member)
def reinstate(member: Member) -> Any:
    return _act_with_reason(member, AccountAct.REINSTATE, _("Suspension levée."))


def _act_with_reason(member: Member, act: AccountAct, done: str) -> Any:
    form = ReasonForm()
    if not form.validate():
        return _reason_page(member, form, act), 422
    perform = {
        AccountAct.ASK_FOR_PAPERS: accounts.ask_for_papers,
        AccountAct.REINSTATE: accounts.reinstate,
    }[act]
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        perform(member, get_acting_member(), form.reason.data)
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(done, "success")
    return redirect(url, 303)


def _reason_page(member: Member, form: ReasonForm, act: AccountAct) -> str:
    today = clock.today(site_zone())
    return render_template(
        "members/reason.html", member=member, form=form, act=act, papers=papers_of(member, today)
    )


@members.get("/members/<code>/papers/new")
@requires("member.edit", of=find_member)
def new_paper(member: Member) -> Any:
    return render_template("members/paper.html", form=PaperForm(), member=member, paper=None)


@members.post("/members/<code>/papers/new")
@requires("member.edit", of=find_member)
def record_paper(member: Member) -> Any:
    form = PaperForm()
    if not form.validate():
        return render_template("members/paper.html", form=form, member=member, paper=None), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        kind = PaperKind(form.kind.data)
        papers.record_paper(
            member, kind, form.valid_until.data, form.note.data or "", get_acting_member()
        )
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(_("Pièce enregistrée."), "success")
    return redirect(url, 303)


def _find_paper_of(code: str, paper_id: int) -> Member | None:
    """The member whose paper this is."""
    paper = find_paper(paper_id)
    return paper.member if paper is not None and paper.member.code == code else None


@members.get("/members/<code>/papers/<int:paper_id>")
@requires("member.edit", of=_find_paper_of)
def edit_paper(member: Member) -> Any:
    paper = _paper_asked_for()
    return render_template(
        "members/paper.html", form=PaperForm(obj=paper), member=member, paper=paper
    )


@members.post("/members/<code>/papers/<int:paper_id>")
@requires("member.edit", of=_find_paper_of)
def correct_paper(member: Member) -> Any:
    form = PaperForm()
    paper = _paper_asked_for()
    form.kind.data = paper.kind
    if not form.validate():
        return render_template("members/paper.html", form=form, member=member, paper=paper), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        papers.correct_paper(
            paper, form.valid_until.data, form.note.data or "", get_acting_member()
        )
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(_("Pièce corrigée."), "success")
    return redirect(url, 303)


@members.post("/members/<code>/papers/<int:paper_id>/withdraw")
@requires("member.edit", of=_find_paper_of)
def withdraw_paper(member: Member) -> Any:
    paper = _paper_asked_for()
    return _act(
        member, lambda: papers.withdraw_paper(paper, get_acting_member()), _("Pièce retirée.")
    )


def _paper_asked_for() -> Paper:
    paper = find_paper((request.view_args or {})["paper_id"])
    assert paper is not None, "the access to the view has found it"
    return paper
