"""The short page behind the code that hangs at a machine, and the labels that carry it."""

from __future__ import annotations

from flask import abort, render_template
from markupsafe import Markup

from booking import clock
from booking.machines.models import Machine
from booking.machines.queries import find_machine, list_machines, list_ppe
from booking.machines.rules import MachineState
from booking.outbox.wording import link_to
from booking.planning.queries.at_the_machine import read_present
from booking.planning.views.blueprint import planning
from booking.reservations.queries import list_future_of
from booking.reservations.queries.workshop import find_offered
from booking.web.access import acting_member, public, requires
from booking.web.codes import code_image
from booking.web.filters import localized


@planning.get("/m/<code>")
@public
def at_the_machine(code: str) -> str:
    """For everybody: state, next time, what to wear, what is forbidden; for who has reserved, the
    button of the moment.
    """
    machine, offered = find_machine(code), find_offered(code)
    if machine is None or offered is None:
        abort(404)
    now, member = clock.now(), acting_member()
    coming = list_future_of(member.id, now) if member else []
    return render_template(
        "planning/at_the_machine.html",
        machine=machine,
        condition=machine.condition_at(now),
        outage=machine.outage_at(now),
        present=read_present(offered, now),
        mine=[one for one in coming if one.machine_id == machine.id][:1],
        ppe=_ppe_of(machine),
    )


@planning.get("/m/<code>/label")
@requires("machine.edit", of=find_machine)
def label(machine: Machine) -> str:
    """One machine's label, to print and hang up."""
    return _labels([machine])


@planning.get("/m")
@requires("machine.create")
def labels() -> str:
    """The labels of all machines."""
    return _labels(list_machines())


def _labels(machines: list[Machine]) -> str:
    shown = [machine for machine in machines if machine.state is not MachineState.RETIRED]
    return render_template(
        "planning/labels.html",
        labels=[(machine, address_of(machine), _ppe_of(machine)) for machine in shown],
    )


def address_of(machine: Machine) -> str:
    """The address that the code leads to, under the site's own name."""
    return link_to("planning.at_the_machine", code=machine.code)


@planning.app_template_global()
def qr_code(machine: Machine) -> Markup:
    """The code that leads to the machine's short page."""
    return code_image(address_of(machine))


def _ppe_of(machine: Machine) -> list[tuple[str, str]]:
    names = {piece.code: localized(piece.name) for piece in list_ppe()}
    return [(code, names.get(code, code)) for code in machine.ppe_codes]
