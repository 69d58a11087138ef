"""Pages of signing in and out, of the forgotten password and of the language."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_user, logout_user

from booking.database import writing
from booking.extensions import limiter
from booking.members.forms.credentials import (
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)
from booking.members.models import Member
from booking.members.queries import find_password_reset
from booking.members.service import accounts, credentials, passwords, sessions
from booking.members.signing_in import empty_cookie, front_page, this_kiosk
from booking.members.views.blueprints import members
from booking.web.access import acting_member, public, requires
from booking.web.locale import LANGUAGES
from booking.web.redirects import local_address

PER_ADDRESS = "30 per 10 minutes"
PER_ACCOUNT = "10 per 10 minutes"
RESETS_PER_ACCOUNT = "5 per hour"


def not_limited() -> bool:
    return not current_app.config["RATELIMIT_ENABLED"]


def _account_named() -> str:
    """The account that is tried, whether it exists or not."""
    return hashlib.sha256(request.form.get("email", "").strip().lower().encode()).hexdigest()


def failed(response: Response) -> bool:
    return response.status_code == 422


@members.get("/login")
@public
def login() -> Any:
    if current_user.is_authenticated:
        return redirect(_destination())
    return render_template("members/login.html", form=SignInForm())


@members.post("/login")
@limiter.limit(PER_ADDRESS, deduct_when=failed, exempt_when=not_limited)
@limiter.limit(PER_ACCOUNT, key_func=_account_named, deduct_when=failed, exempt_when=not_limited)
@public
def sign_in() -> Any:
    form = SignInForm()
    if form.validate():
        email, password = form.email.data, form.password.data
        member = credentials.find_member_by_credentials(email, password)
        if member is not None:
            _start_session(member, password)
            return redirect(_destination(), 303)
        form.form_errors.append(_("Cette adresse et ce mot de passe ne vont pas ensemble."))
    return render_template("members/login.html", form=form), 422


def _start_session(member: Member, password: str) -> None:
    """Sign this browser in under a new session; what it held before is dropped."""
    new_hash = None
    if member.password_hash and passwords.is_outdated(member.password_hash):
        new_hash = passwords.hash_password(password)
    former = acting_member()
    with writing():
        if new_hash:
            credentials.keep_hash(member, new_hash)
        if former:
            sessions.end_session(former.get_id())
        token = sessions.start_session(member, request.user_agent.string, this_kiosk())
    member.session_token = token
    empty_cookie()
    session.permanent = True
    login_user(member)


def _destination() -> str:
    return local_address(request.values.get("next")) or front_page()


@members.post("/logout")
@public
def logout() -> Any:
    """Sign this browser out; the copies of its cookie die with it."""
    member = acting_member()
    if member is not None:
        with writing():
            sessions.end_session(member.get_id())
    return _leave()


@members.post("/logout-everywhere")
@requires("account.use")
def logout_everywhere() -> Any:
    with writing():
        sessions.end_all_sessions(current_user._get_current_object())
    return _leave()


def _leave() -> Any:
    logout_user()
    empty_cookie()
    flash(_("Vous êtes déconnecté."), "success")
    return redirect(front_page() if this_kiosk() else url_for("members.login"), 303)


@members.get("/password/forgotten")
@public
def forgot_password() -> Any:
    return render_template("members/forgotten_password.html", form=ForgottenPasswordForm())


@members.post("/password/forgotten")
@limiter.limit(PER_ADDRESS, exempt_when=not_limited)
@limiter.limit(RESETS_PER_ACCOUNT, key_func=_account_named, exempt_when=not_limited)
@public
def send_reset() -> Any:
    form = ForgottenPasswordForm()
    if not form.validate():
        return render_template("members/forgotten_password.html", form=form), 422
    with writing():
        credentials.ask_reset(form.email.data)
    return redirect(url_for("members.reset_sent"), 303)


@members.get("/password/sent")
@public
def reset_sent() -> Any:
    minutes = int(credentials.RESET_LIFETIME.total_seconds() // 60)
    return render_template("members/reset_sent.html", minutes=minutes)


@members.get("/password/reset/<token>")
@public
def reset_password(token: str) -> Any:
    if find_password_reset(token) is None:
        return _dead_link()
    page = make_response(render_template("members/reset_password.html", form=NewPasswordForm()))
    page.headers["Cache-Control"] = "no-store"  # its address opens an account
    return page


@members.post("/password/reset/<token>")
@limiter.limit(PER_ADDRESS, exempt_when=not_limited)
@public
def choose_password(token: str) -> Any:
    form = NewPasswordForm()
    if find_password_reset(token) is None:
        return _dead_link()
    if not form.validate():
        return render_template("members/reset_password.html", form=form), 422
    new_hash = passwords.hash_password(form.password.data)
    with writing():
        member = credentials.reset_password(token, new_hash)
    if member is None:
        return _dead_link()
    flash(_("Votre mot de passe est changé. Connectez-vous."), "success")
    return redirect(url_for("members.login"), 303)


def _dead_link() -> Any:
    return render_template("members/dead_link.html"), 404


@members.post("/language")
@public
def set_language() -> Any:
    """The language of this browser, and of the account where one is signed in."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(422)
    session["language"] = language
    member = acting_member()
    if member is not None:
        with writing():
            accounts.set_language(member, language)
        refresh()
    return redirect(_destination(), 303)
