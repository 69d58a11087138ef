"""Doing what was decided in view of the reservations concerned, or showing them anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.database import writing
from booking.upkeep.forms import AnswerForm
from booking.upkeep.refusals import UpkeepRefusal
from booking.upkeep.service.concerned import Done, NotSeen
from booking.upkeep.views.blueprint import Page
from booking.upkeep.wording import explain
from booking.web.forms import first_result, remember_result


def answer(
    form: AnswerForm,
    act: Callable[[], Done | Sequence[UpkeepRefusal]],
    page: Callable[[], str],
    address: str,
    said: str,
) -> Page:
    """Act in one transaction; then `address` with `said`, or the `page` with what stands against.

    The page lists the reservations as they are by then, so that it can be sent again.
    """
    try:
        with writing():
            if url := first_result(form):
                return redirect(url, 303)
            done = act()
            if isinstance(done, Done):
                remember_result(form, address)
    except NotSeen:
        form.form_errors.append(
            _("Quelqu’un a réservé entre-temps : la liste est à jour, décidez de nouveau.")
        )
        return page(), 409
    if not isinstance(done, Done):
        form.form_errors.extend(explain(refusal) for refusal in done)
        return page(), 422
    flash(said, "success")
    tell_cancelled(done)
    return redirect(address, 303)


def tell_cancelled(done: Done) -> None:
    if done.cancelled:
        flash(
            ngettext(
                "%(num)s réservation est annulée, la personne est prévenue.",
                "%(num)s réservations sont annulées, les personnes sont prévenues.",
                done.cancelled,
            ),
            "info",
        )
