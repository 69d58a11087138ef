"""Pages of the messages: the demo's mailbox, and what a real site needs to know of its mail."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from booking.calendars import CONTENT_TYPE
from booking.database import writing
from booking.outbox import service, wording
from booking.outbox.delivery import Letter
from booking.outbox.forms import MessageFilterForm, SendAgainForm
from booking.outbox.models import Message, MessageState
from booking.outbox.queries import count_messages, find_message, search_messages
from booking.settings import Settings
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result
from booking.web.pagination import paginate, url_of_page

outbox = Blueprint("outbox", __name__, url_prefix="/messages")

for filter_ in (
    wording.kind_name,
    wording.message_state_name,
    wording.instant,
    wording.day,
    wording.period,
):
    outbox.add_app_template_filter(filter_)


@outbox.get("")
@requires("message.list")
def index() -> Any:
    form = MessageFilterForm(request.args)
    if not form.validate():
        return render_template("outbox/index.html", form=form, page=None), 422
    page = paginate(search_messages(**form.chosen()))
    return render_template(
        "outbox/index.html",
        form=form,
        page=page,
        url_of_page=url_of_page,
        letters={message.id: _letter(message) for message in page.items},
        failed=count_messages(MessageState.FAILED),
        has_server=bool(_settings().mail_url),
        is_demo=_settings().is_demo,
    )


@outbox.get("/<int:message_id>")
@requires("message.list")
def show(message_id: int) -> Any:
    message = find_message(message_id)
    if message is None:
        abort(404)
    return render_template(
        "outbox/show.html",
        message=message,
        letter=_letter(message),
        form=SendAgainForm(),
        is_demo=_settings().is_demo,
    )


@outbox.get("/<int:message_id>/reservation.ics")
@requires("message.list")
def calendar_file(message_id: int) -> Any:
    """The file that goes with a message, the recipient's alone except in the demo."""
    if not _settings().is_demo:
        abort(403)
    message = find_message(message_id)
    letter = _letter(message) if message else None
    if letter is None or letter.calendar is None:
        abort(404)
    return Response(letter.calendar.text, content_type=CONTENT_TYPE)


@outbox.post("/<int:message_id>/send-again")
@requires("message.send_again")
def send_again(message_id: int) -> Any:
    form = SendAgainForm()
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        message = find_message(message_id)
        if message is None:
            abort(404)
        queued = service.send_again(message, get_acting_member().id)
        url = remember_result(form, url_for("outbox.show", message_id=message_id))
    if queued:
        flash(_("Le courriel repart à la prochaine tournée."), "success")
    else:
        flash(_("Ce courriel n’est plus en échec."), "info")
    return redirect(url, 303)


def _letter(message: Message) -> Letter | None:
    """What the recipient reads; shown in the demo alone, where nobody is real."""
    if not _settings().is_demo:
        return None
    try:
        return wording.render(message)
    except wording.NotRendered:
        return None


def _settings() -> Settings:
    return current_app.config["BOOKING_SETTINGS"]
