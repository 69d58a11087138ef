"""The acts on a machine's own sheet. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from booking.database import db, hold_row
from booking.journal import service as journal
from booking.machines.models import Area, Machine, MachineDocument, PriceUnit, Unit
from booking.machines.refusals import CodeTaken, MachineRefusal, NoFiringPrice
from booking.machines.rules import use_refusals
from booking.members.models import Member
from booking.site.queries import get_site


class EditedMeanwhile(Exception):  # noqa: N818 - it names what was met
    """Somebody else has saved this machine or area since the form was shown."""


def create(
    values: Mapping[str, Any], units: int, actor: Member
) -> Machine | tuple[MachineRefusal, ...]:
    """Add a machine with so many units, or say what stands against it; `values` are columns."""
    code = values["code"]
    taken = db.session.scalar(select(Machine.id).where(Machine.code == code))
    refused = (*((CodeTaken(code),) if taken else ()), *_price_refusals(values))
    if refused:
        return refused
    machine = Machine(**values)
    machine.units = [Unit(number=number) for number in range(1, units + 1)]
    db.session.add(machine)
    db.session.flush()
    journal.record(
        "machine.created",
        "machine",
        code,
        actor_id=actor.id,
        after={**values, "units": units},
    )
    return machine


def edit(
    machine: Machine, version: int, values: Mapping[str, Any], actor: Member
) -> tuple[MachineRefusal, ...]:
    """Set columns of a machine, all or none; returns what stands against it.

    `version` is the one the form was filled from; raises `EditedMeanwhile` when it has passed.
    """
    if machine.version != version:
        raise EditedMeanwhile
    refused = (*_use_refusals(machine, values), *_price_refusals(values))
    if not refused:
        _set("machine", machine, values, actor)
    return refused


def create_area(values: Mapping[str, Any], actor: Member) -> Area | tuple[MachineRefusal, ...]:
    """Add an area, or say what stands against it; `values` are columns."""
    code = values["code"]
    area = Area(**values)
    taken = db.session.scalar(select(Area.id).where(Area.code == code))
    refused = (
        *((CodeTaken(code),) if taken else ()),
        *use_refusals(area.rules_of_use(get_site())),
    )
    if refused:
        return refused
    db.session.add(area)
    db.session.flush()
    journal.record("area.created", "area", code, actor_id=actor.id, after=dict(values))
    return area


def edit_area(
    area: Area, version: int, values: Mapping[str, Any], actor: Member
) -> tuple[MachineRefusal, ...]:
    """Set columns of an area, all or none; returns what stands against it.

    Raises `EditedMeanwhile` as `edit` does.
    """
    if area.version != version:
        raise EditedMeanwhile
    own = {name: values.get(name, value) for name, value in area.own_rules.items()}
    refused = use_refusals(area.rules_of_use(get_site(), own))
    if not refused:
        _set("area", area, values, actor)
    return refused


def _set(kind: str, edited: Machine | Area, values: Mapping[str, Any], actor: Member) -> None:
    """Write the columns that change, and note what they were."""
    before = {name: getattr(edited, name) for name in values}
    after = {name: value for name, value in values.items() if value != before[name]}
    if not after:
        return
    for name, value in after.items():
        setattr(edited, name, value)
    db.session.flush()
    journal.record(
        f"{kind}.edited",
        kind,
        edited.code,
        actor_id=actor.id,
        before={name: before[name] for name in after},
        after=after,
    )


def _use_refusals(machine: Machine, values: Mapping[str, Any]) -> tuple[MachineRefusal, ...]:
    own = {name: values.get(name, value) for name, value in machine.own_rules.items()}
    return use_refusals(machine.rules_of_use(get_site(), own))


def _price_refusals(values: Mapping[str, Any]) -> tuple[MachineRefusal, ...]:
    by_firing = values.get("price_unit") == PriceUnit.FIRING
    if by_firing and not (values["price_bisque_cents"] or values["price_stoneware_cents"]):
        return (NoFiringPrice(),)
    return ()


def add_document(machine: Machine, title: str, url: str, actor: Member) -> MachineDocument:
    document = MachineDocument(title=title, url=url)
    machine.documents.append(document)
    db.session.flush()
    journal.record(
        "machine.document_added",
        "machine",
        machine.code,
        actor_id=actor.id,
        after={"title": title, "url": url},
    )
    return document


def remove_document(machine: Machine, document: MachineDocument, actor: Member) -> None:
    hold_row(document)
    machine.documents.remove(document)
    db.session.flush()
    journal.record(
        "machine.document_removed",
        "machine",
        machine.code,
        actor_id=actor.id,
        before={"title": document.title, "url": document.url},
    )
