"""Changing rules in view of the reservations they would refuse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from wtforms import Field

from booking.database import writing
from booking.machines.queries import list_machines
from booking.periods import Period
from booking.reservations.wording import explain_each
from booking.upkeep.forms import SHOWN, RulesAnswerForm
from booking.upkeep.rules import Choice
from booking.upkeep.service.concerned import Answer, Done
from booking.upkeep.service.rules import Contradiction, Decision, WouldRefuse, change_rules
from booking.upkeep.views.answering import tell_cancelled
from booking.upkeep.views.blueprint import Page, me
from booking.web.forms import first_result, remember_result

R = TypeVar("R")
UNSEEN = Answer(Choice.KEEP, ())


def decide(
    form: RulesAnswerForm,
    machine_ids: Callable[[], Collection[int]],
    change: Callable[[], Sequence[R]],
    refused_page: Callable[[Sequence[R]], Page],
    address: str,
    said: str,
    back: str = "",
) -> Page:
    """Change rules in one transaction; or show what they would refuse, and ask about it.

    The form's own values are whole; of the answer about reservations that is judged here. `back` is
    the page to go back to from there, where it is not at the form's own address.
    """
    decision = Decision(UNSEEN, "") if form.errors else form.decision
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            done = change_rules(machine_ids(), change, decision, me())
            if isinstance(done, Done):
                remember_result(form, address)
    except WouldRefuse as met:
        return _preview(form, met.concerned, back or request.path)
    if not isinstance(done, Done):
        return refused_page(done)
    flash(said, "success")
    tell_cancelled(done)
    return redirect(address, 303)


def _preview(form: RulesAnswerForm, concerned: Sequence[Contradiction], back: str) -> Page:
    """What the rules would refuse of what is reserved, before anything is saved."""
    status = 422 if form.errors else 200
    if form.answer.seen and not form.errors:
        form.form_errors.append(
            _("Quelqu’un a réservé entre-temps : la liste est à jour, décidez de nouveau.")
        )
        status = 409
    form.show_numbers(one.reservation_id for one in concerned)
    page = render_template(
        "upkeep/rules_preview.html",
        form=form,
        sent=_sent(form),
        rows=_in_words(concerned),
        back=back,
    )
    return page, status


def _sent(form: RulesAnswerForm) -> list[tuple[str, str]]:
    """What was typed, to be sent again with the answer; hidden fields come of themselves."""
    apart = {"csrf_token", *SHOWN, *(field.name for field in form if _is_hidden(field))}
    return [item for item in request.form.items(multi=True) if item[0] not in apart]


def _is_hidden(field: Field) -> bool:
    return getattr(field.widget, "input_type", "") == "hidden"


def _in_words(concerned: Sequence[Contradiction]) -> list[dict[str, Any]]:
    by_code = {machine.code: machine for machine in list_machines(with_retired=True)}
    first, last = concerned[0].starts_at, max(one.ends_at for one in concerned)
    cases = [(by_code[one.machine], one.reasons) for one in concerned]
    reasons = explain_each(cases, None, Period(first, last))
    return [
        {"concerned": one, "machine": by_code[one.machine], "reasons": told}
        for one, told in zip(concerned, reasons, strict=True)
    ]
