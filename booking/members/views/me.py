"""Pages of one's own account: data, papers, house rules, sessions, password, tokens."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import refresh

from booking import clock
from booking.database import writing
from booking.extensions import limiter
from booking.members.forms.credentials import ChangePasswordForm, PinForm
from booking.members.forms.members import AcceptRulesForm, PreferencesForm, TokenForm
from booking.members.models import Member
from booking.members.queries import (
    digest,
    house_rules_of,
    list_api_tokens,
    list_sessions,
    list_subscriptions_covering,
    papers_of,
)
from booking.members.refusals import ActRefused
from booking.members.service import accounts, credentials, papers, passwords, sessions, tokens
from booking.members.views.blueprints import members
from booking.members.views.signing_in import PER_ADDRESS, failed, not_limited
from booking.members.wording import explain
from booking.site.queries import list_house_rules, site_zone
from booking.web.access import acting_member, get_acting_member, public, requires
from booking.web.forms import first_result, remember_result


@members.get("/me")
@requires("account.use")
def me() -> Any:
    member = get_acting_member()
    today = clock.today(site_zone())
    return render_template(
        "members/me.html",
        member=member,
        papers=papers_of(member, today),
        rules=house_rules_of(member, today),
        subscriptions=list_subscriptions_covering(member),
        today=today,
    )


@members.get("/me/preferences")
@requires("account.use")
def preferences() -> Any:
    form = PreferencesForm(obj=get_acting_member())
    return render_template("members/preferences.html", form=form)


@members.post("/me/preferences")
@requires("account.use")
def set_preferences() -> Any:
    form = PreferencesForm()
    if not form.validate():
        return render_template("members/preferences.html", form=form), 422
    with writing():
        accounts.set_preferences(
            get_acting_member(),
            form.language.data,
            prefers_list=form.prefers_list.data,
            reminder_hours=form.reminder_hours.data,
        )
    refresh()
    flash(_("Préférences enregistrées."), "success")
    return redirect(url_for("members.preferences"), 303)


@members.get("/house-rules")
@public
def house_rules() -> Any:
    """The version in force, for everybody to read and for members to accept."""
    return _house_rules_page()


@members.post("/house-rules")
@requires("house_rules.accept")
def accept_house_rules() -> Any:
    form = AcceptRulesForm()
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            papers.accept_house_rules(get_acting_member(), form.version.data or "")
            url = remember_result(form, url_for("members.me", _anchor="house-rules"))
    except ActRefused as refused:
        return _house_rules_page(explain(refused.refusal)), 409
    flash(_("Règlement accepté."), "success")
    return redirect(url, 303)


def _house_rules_page(problem: str | None = None) -> str:
    today = clock.today(site_zone())
    current = next(iter(list_house_rules(today)), None)
    member = acting_member()
    form = AcceptRulesForm(formdata=None, version=current.version if current else "")
    return render_template(
        "members/house_rules.html",
        current=current,
        standing=house_rules_of(member, today) if member else None,
        form=form,
        problem=problem,
    )


@members.get("/me/security")
@requires("account.use")
def security() -> Any:
    member = get_acting_member()
    return render_template(
        "members/security.html",
        sessions=list_sessions(member),
        this_session=digest(member.get_id() or ""),
        tokens=list_api_tokens(member),
    )


@members.get("/me/password")
@requires("account.use")
def new_password() -> Any:
    return render_template("members/change_password.html", form=ChangePasswordForm())


@members.post("/me/password")
@limiter.limit(PER_ADDRESS, deduct_when=failed, exempt_when=not_limited)
@requires("account.use")
def change_password() -> Any:
    form = ChangePasswordForm()
    member = get_acting_member()
    if not form.validate() or not _knows_password(member, form):
        return render_template("members/change_password.html", form=form), 422
    new_hash = passwords.hash_password(form.password.data)
    with writing():
        credentials.change_password(member, new_hash, keeping=member.get_id())
    flash(_("Mot de passe changé. Vos autres appareils sont déconnectés."), "success")
    return redirect(url_for("members.security"), 303)


@members.get("/me/pin")
@requires("account.use")
def new_pin() -> Any:
    return render_template("members/pin.html", form=PinForm())


@members.post("/me/pin")
@limiter.limit(PER_ADDRESS, deduct_when=failed, exempt_when=not_limited)
@requires("account.use")
def set_pin() -> Any:
    """Choose the code to sign with; it opens no account."""
    form = PinForm()
    member = get_acting_member()
    if not form.validate() or not _knows_password(member, form):
        return render_template("members/pin.html", form=form), 422
    pin_hash = passwords.hash_password(form.pin.data)
    with writing():
        credentials.set_pin(member, pin_hash)
    flash(_("Code d’émargement enregistré."), "success")
    return redirect(url_for("members.security"), 303)


def _knows_password(member: Member, form: ChangePasswordForm | PinForm) -> bool:
    if passwords.matches(member.password_hash, form.present.data):
        return True
    form.present.errors.append(_("Ce n’est pas votre mot de passe actuel."))
    return False


@members.post("/me/sessions/<int:session_id>/end")
@requires("account.use")
def end_session(session_id: int) -> Any:
    with writing():
        sessions.end_session_of(get_acting_member(), session_id)
    flash(_("Cet appareil est déconnecté."), "success")
    return redirect(url_for("members.security", _anchor="sessions"), 303)


@members.get("/me/tokens/new")
@requires("token.manage")
def new_token() -> Any:
    return render_template("members/new_token.html", form=TokenForm())


@members.post("/me/tokens/new")
@requires("token.manage")
def create_token() -> Any:
    """Make a token and show it, this once."""
    form = TokenForm()
    if not form.validate():
        return render_template("members/new_token.html", form=form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        token = tokens.create_token(get_acting_member(), form.name.data)
        remember_result(form, url_for("members.security", _anchor="tokens"))
    return render_template("members/shown_token.html", token=token, name=form.name.data)


@members.post("/me/tokens/<int:token_id>/revoke")
@requires("token.manage")
def revoke_token(token_id: int) -> Any:
    with writing():
        tokens.revoke_token(get_acting_member(), token_id)
    flash(_("Jeton révoqué."), "success")
    return redirect(url_for("members.security", _anchor="tokens"), 303)
