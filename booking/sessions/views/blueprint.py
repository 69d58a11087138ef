"""Where the pages of sessions hang, and how an act on one is done once for each form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint

from booking.database import writing
from booking.sessions.forms import DespiteForm
from booking.sessions.refusals import Refused
from booking.sessions.wording import as_interval, explain, place_word, unable_word
from booking.web.access import may
from booking.web.forms import BaseForm, first_result, remember_result

sessions = Blueprint("sessions", __name__)

sessions.add_app_template_filter(place_word)
sessions.add_app_template_filter(as_interval)
sessions.add_app_template_filter(unable_word)

Outcome = TypeVar("Outcome")


def do_once(
    form: BaseForm, act: Callable[[], Outcome | Refused], url_of: Callable[[Outcome], str]
) -> str | Refused:
    """Do an act in one transaction, once for each form; where its result is shown.

    When it was refused nothing has changed, and the form says why.
    """
    with writing():
        if url := first_result(form):
            return url
        outcome = act()
        if isinstance(outcome, Refused):
            form.form_errors = [explain(reason) for reason in outcome.reasons]
            return outcome
        return remember_result(form, url_of(outcome))


def asks_why(form: DespiteForm, outcome: Refused | None) -> bool:
    """Whether a page asks for the reason that sets a closure aside."""
    is_all = outcome is not None and outcome.only_waivable
    return may("waiver.grant") and (is_all or bool(form.waives))
