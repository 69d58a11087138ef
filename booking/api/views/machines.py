"""Machines and when they are free; nobody is named."""

from __future__ import annotations

from typing import Any

from flask import abort

from booking import clock
from booking.api.availability import Closed, Share, closed_periods, free_periods, taken_periods
from booking.api.blueprint import api, ask_for_token
from booking.api.contract import BEARER, BEARER_OR_NONE, answers, contract, refused
from booking.api.schemas import machines as shapes
from booking.machines.models import Machine, Outage, PriceUnit
from booking.machines.queries import find_area, find_machine, list_machines
from booking.machines.rules import MachineState
from booking.openings.wording import holiday_name
from booking.periods import Period
from booking.planning.queries.paths import PathToMachine, find_path_to
from booking.planning.rules.paths import SessionFact, Step
from booking.reservations.queries import gather_facts_of, machines_usable_by
from booking.reservations.queries.workshop import find_machine_alone, find_offered
from booking.reservations.rules import Mode
from booking.site.queries import get_site
from booking.web.access import acting_member, get_acting_member, may, public, requires
from booking.web.filters import localized


@api.get("/machines")
@public
@contract.validate(
    resp=answers(shapes.MachineList, 401, 422), tags=["machines"], security=BEARER_OR_NONE
)
def list_of_machines(query: shapes.MachineFilter) -> shapes.MachineList:
    """Machines by area and code

    Visitors may ask for all of it but `usable`.
    """
    area = find_area(query.area) if query.area else None
    if query.area and area is None:
        refused("area", "unknown_area")
    usable = _usable_ids()
    if query.usable is not None and usable is None:
        abort(ask_for_token())
    found = [
        machine
        for machine in list_machines(area_id=area.id if area else None)
        if query.category in (None, machine.category)
        and query.usable in (None, machine.id in (usable or ()))
    ]
    return shapes.MachineList(items=[_told(machine, usable) for machine in found])


@api.get("/machines/<code>")
@public
@contract.validate(
    resp=answers(shapes.Machine, 401, 404), tags=["machines"], security=BEARER_OR_NONE
)
def show_machine(code: str) -> shapes.Machine:
    """One machine"""
    machine = find_machine(code)
    if machine is None or (machine.state is MachineState.RETIRED and not may("machine.create")):
        abort(404)
    return _told(machine, _usable_ids())


@api.get("/machines/<code>/availability")
@requires("planning.see")
@contract.validate(
    resp=answers(shapes.Availability, 401, 404, 422), tags=["machines"], security=BEARER
)
def availability(code: str, query: shapes.AvailabilityQuery) -> shapes.Availability:
    """When a machine is free, taken and closed

    Free is what your plan opens to you and nobody has; whether you may have it, and at what
    notice, is answered by a dry run of the reservation.
    """
    machine = find_offered(code) or abort(404)
    asked = Period(query.starts_at, query.ends_at)
    facts = gather_facts_of(get_acting_member(), [machine.id], asked)[machine.id]
    return shapes.Availability(
        machine=machine.code,
        units=len(facts.units),
        buffer_minutes=facts.machine.buffer_minutes,
        free=[shapes.FreePeriod(**_shared(share)) for share in free_periods(facts, asked)],
        taken=[shapes.TakenPeriod(**_shared(share)) for share in taken_periods(facts, asked)],
        closed=[_closed(closed) for closed in closed_periods(facts, asked)],
    )


@api.get("/machines/<code>/path")
@public
@contract.validate(
    resp=answers(shapes.Path, 401, 404, 422), tags=["machines"], security=BEARER_OR_NONE
)
def path_to_machine(code: str, query: shapes.PathQuery) -> shapes.Path:
    """The trainings that lead to a machine, in order, and what you lack of them

    Visitors are told the whole of it. Each step names the earliest session that can be followed:
    sessions in order, every prerequisite valid on the session's days.
    """
    machine = find_machine_alone(code)
    if machine is None or (machine.state is MachineState.RETIRED and not may("machine.create")):
        abort(404)
    found = find_path_to(machine, Mode(query.mode.upper()), acting_member())
    path = found.path
    return shapes.Path(
        machine=machine.code,
        mode=query.mode,
        is_open=path.is_open,
        reached_on=path.reached_on,
        half_days=path.half_days,
        price_cents=path.price_cents,
        steps=[_step(step, found) for step in path.steps],
    )


def _step(step: Step, found: PathToMachine) -> shapes.PathStep:
    training = found.trainings.get(step.training)
    return shapes.PathStep(
        training=step.training,
        title=localized(training.title) if training else step.training,
        level=step.level,
        after=list(step.after),
        state=step.state.lower(),
        next=step.act.lower(),
        valid_until=step.ends_on if step.is_held else None,
        runs_out=step.runs_out,
        session=_session(step.session) if step.session else None,
        full_session=_session(step.full) if step.full else None,
        early_session=_session(step.early) if step.early else None,
        ready_on=step.ready_on,
        is_refresher=step.is_refresher,
        is_without_price=step.is_without_price,
        reached_on=step.reached_on,
        half_days=step.half_days,
        price_cents=step.price_cents,
    )


def _session(session: SessionFact) -> shapes.PathSession:
    return shapes.PathSession(
        code=session.code,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        half_days=session.half_days,
        free_places=session.free_places,
        is_refresher=session.is_refresher,
        is_joined=session.is_joined,
        is_waited_for=session.is_waited_for,
    )


def _shared(share: Share) -> dict[str, Any]:
    period = share.period
    return {"starts_at": period.starts_at, "ends_at": period.ends_at, "units": share.units}


def _closed(closed: Closed) -> shapes.ClosedPeriod:
    return shapes.ClosedPeriod(
        starts_at=closed.period.starts_at,
        ends_at=closed.period.ends_at,
        why=closed.why.lower(),
        reason=holiday_name(closed.holiday) if closed.holiday else closed.reason,
    )


def _usable_ids() -> set[int] | None:
    member = acting_member()
    return machines_usable_by(member) if member else None


def _told(machine: Machine, usable: set[int] | None) -> shapes.Machine:
    now = clock.now()
    return shapes.Machine(
        code=machine.code,
        name=localized(machine.name),
        model_family=machine.model_family,
        area=shapes.Area(code=machine.area.code, name=localized(machine.area.name)),
        category=machine.category,
        risk_class=machine.risk_class.lower(),
        state=machine.condition_at(now).lower(),
        state_reason=machine.state_reason,
        outage=_outage(machine.outage_at(now)),
        units=sum(unit.in_service for unit in machine.units),
        requirements=[
            shapes.Requirement(
                training=asked.training_code,
                supervised_level=asked.supervised_level,
                autonomous_level=asked.autonomous_level,
            )
            for asked in machine.requirements
        ],
        ppe=machine.ppe_codes,
        forbidden_materials=machine.forbidden_materials,
        rules=_rules(machine),
        prices=_prices(machine),
        usable=None if usable is None else machine.id in usable,
    )


def _outage(outage: Outage | None) -> shapes.Outage | None:
    if outage is None:
        return None
    fact = outage.fact(clock.now())
    return shapes.Outage(
        starts_at=fact.starts_at, expected_end_at=fact.expected_end_at, reason=fact.reason
    )


def _rules(machine: Machine) -> shapes.RulesOfUse:
    rules = machine.rules_of_use(get_site())
    per_day = rules.quota_minutes_per_day
    return shapes.RulesOfUse(
        min_minutes=rules.min_minutes.value,
        max_minutes=rules.max_minutes.value,
        step_minutes=rules.slot_step_minutes.value,
        buffer_minutes=rules.buffer_minutes.value,
        lead_minutes=rules.lead_minutes.value,
        horizon_days=rules.horizon_days.value,
        future_hours=rules.future_hours.value,
        quota_minutes_per_day=per_day.value if per_day else None,
        outside_staffed=machine.outside_staffed.lower(),
        alone_forbidden=machine.alone_forbidden,
        needs_approval=machine.needs_approval,
    )


def _prices(machine: Machine) -> shapes.Prices:
    by_time = machine.price_unit is PriceUnit.TIME
    return shapes.Prices(
        unit=machine.price_unit.lower(),
        hour_cents=machine.price_hour_cents if by_time else None,
        half_day_cents=machine.price_half_day_cents if by_time else None,
        day_cents=machine.price_day_cents if by_time else None,
        bisque_firing_cents=machine.price_bisque_cents,
        stoneware_firing_cents=machine.price_stoneware_cents,
        deposit_cents=machine.deposit_cents,
    )
