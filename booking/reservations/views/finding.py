"""Finding a free time: which machines at an hour, and when else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request
from flask_babel import gettext as _

from booking import clock
from booking.machines.wording import category_word
from booking.periods import Period
from booking.reservations.forms import FindForm
from booking.reservations.queries.searching import Found, find_machines
from booking.reservations.queries.workshop import OfferedMachine, Workshop, get_workshop
from booking.reservations.views.blueprint import reservations
from booking.reservations.wording import Explained, explain_each
from booking.web.access import get_acting_member, requires
from booking.web.fields import choices_of
from booking.web.filters import localized, zone

LOOK_AHEAD = timedelta(days=30)
AREA, CATEGORY = "area:", "category:"


@dataclass(frozen=True)
class Refused:
    """A machine that cannot be had at any time as things are, with the reasons."""

    machine: OfferedMachine
    refusals: list[Explained]


@reservations.get("/reservations/find")
@requires("reservation.make")
def find() -> str | tuple[str, int]:
    """Machines that are free at an hour, the next free time of the others, and why not."""
    workshop = get_workshop()
    form = FindForm(request.args if "on" in request.args else None, meta={"csrf": False})
    form.place.choices = choices_of(_places(workshop))
    if "on" not in request.args:
        form.propose(clock.now(), zone())
        return _page(form)
    wanted = form.wanted(zone())
    if wanted is None:
        return _page(form), 422
    machines = [m for m in workshop.machines if _is_in(m, form.place.data)]
    until = Period(wanted.starts_at, wanted.ends_at + LOOK_AHEAD)
    return _page(form, wanted, find_machines(get_acting_member(), machines, wanted, until))


def _page(form: FindForm, wanted: Period | None = None, found: list[Found] | None = None) -> str:
    found = found or []
    refused = [one for one in found if one.against and not one.next_free]
    return render_template(
        "reservations/find.html",
        form=form,
        wanted=wanted,
        free=[one.machine for one in found if not one.against],
        later=[one for one in found if one.next_free],
        refused=_explained(refused, wanted) if wanted and refused else [],
    )


def _explained(refused: list[Found], wanted: Period) -> list[Refused]:
    cases = [(one.machine, one.against) for one in refused]
    told = explain_each(cases, get_acting_member(), wanted)
    return [Refused(one.machine, words) for one, words in zip(refused, told, strict=True)]


def _places(workshop: Workshop) -> dict[str, str]:
    """Everything, then the areas, then the categories, as values of one choice."""
    areas = {AREA + m.area.code: localized(m.area.name) for m in workshop.machines}
    words = {CATEGORY + m.category: category_word(m.category) for m in workshop.machines}
    by_word = sorted(words.items(), key=lambda category: category[1])
    return {"": _("Toutes les machines")} | areas | dict(by_word)


def _is_in(machine: OfferedMachine, place: str) -> bool:
    return place in ("", AREA + machine.area.code, CATEGORY + machine.category)
