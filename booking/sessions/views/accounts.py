"""Ending an account, with what it has reserved and its places in sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.members.models import Member
from booking.members.queries import find_member
from booking.reservations.forms import EndAccountForm
from booking.reservations.queries import list_future_of
from booking.sessions.queries.enrolments import list_places_to_give_up
from booking.sessions.queries.teaching import list_given_by
from booking.sessions.service import accounts
from booking.sessions.views.blueprint import sessions
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


@sessions.get("/members/<code>/suspend")
@requires("member.suspend", of=find_member)
def confirm_suspend_member(member: Member) -> str:
    return _end_account_page(member, EndAccountForm(formdata=None), leaving=False)


@sessions.post("/members/<code>/suspend")
@requires("member.suspend", of=find_member)
def suspend_member(member: Member) -> Response | tuple[str, int]:
    """Suspend an account with what it has reserved and its places, in one act."""
    return _end_account(member, leaving=False)


@sessions.get("/members/<code>/leave")
@requires("member.suspend", of=find_member)
def confirm_member_leaves(member: Member) -> str:
    return _end_account_page(member, EndAccountForm(formdata=None), leaving=True)


@sessions.post("/members/<code>/leave")
@requires("member.suspend", of=find_member)
def member_leaves(member: Member) -> Response | tuple[str, int]:
    """Close an account the same day with what it has reserved and its places, in one act."""
    return _end_account(member, leaving=True)


def _end_account(member: Member, leaving: bool) -> Response | tuple[str, int]:
    form = EndAccountForm()
    if not form.validate():
        return _end_account_page(member, form, leaving), 422
    act = accounts.member_leaves if leaving else accounts.suspend_member
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        act(member, get_acting_member(), form.reason.data.strip())
        url = remember_result(form, url_for("members.show", code=member.code))
    flash(_("Compte fermé.") if leaving else _("Compte suspendu."), "success")
    return redirect(url, 303)


def _end_account_page(member: Member, form: EndAccountForm, leaving: bool) -> str:
    return render_template(
        "sessions/end_account.html",
        member=member,
        form=form,
        leaving=leaving,
        concerned=list_future_of(member.id, clock.now()),
        places=list_places_to_give_up(member.id),
        given=list_given_by(member.id),
    )
