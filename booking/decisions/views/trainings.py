"""The catalogue of trainings: sessions, machines opened, and how the reader stands."""

from __future__ import annotations

from collections.abc import Iterable

from flask import abort, render_template

from booking import clock
from booking.decisions.queries import CertificationToday, list_records_of, look_at, verdicts_for
from booking.machines.models import Machine, Requirement
from booking.machines.queries import list_machines
from booking.members.models import Member
from booking.trainings.models import OPEN_STATES, Training
from booking.trainings.queries import (
    count_requests,
    find_training,
    list_dependents,
    list_sessions,
    list_trainings,
    next_sessions,
    training_facts,
)
from booking.trainings.rules import required_levels
from booking.trainings.views import trainings
from booking.web.access import acting_member, may, public


@trainings.get("")
@public
def index() -> str:
    """The trainings on offer, each with its next session and how the reader stands."""
    offered = list_trainings()
    member = acting_member()
    lowest = [(training.code, min(training.levels)) for training in offered]
    verdicts = verdicts_for(member.id, lowest) if member else ()
    machines = list_machines()
    return render_template(
        "trainings/index.html",
        trainings=offered,
        archived=list_trainings(archived=True) if may("training.edit") else [],
        opens={t.code: _asking_for(t, machines) for t in offered},
        next_sessions=next_sessions([training.code for training in offered], clock.now()),
        verdicts={verdict.training: verdict for verdict in verdicts},
        requests=count_requests() if may("certification.list") else {},
    )


@trainings.get("/<code>")
@public
def show(code: str) -> str:
    """What the training is, what it asks for and opens, and how the reader stands."""
    training = find_training(code) or abort(404)
    member = acting_member()
    asked = [(p.required.code, p.level) for p in training.prerequisites]
    chain = required_levels(asked, training_facts())
    records = _own_records(member, training) if member else []
    return render_template(
        "trainings/show.html",
        training=training,
        titles={t.code: t.title for t in [*list_trainings(), *list_trainings(archived=True)]},
        chain=chain,
        verdicts={v.training: v for v in verdicts_for(member.id, asked)} if member else {},
        records=records,
        has_open=any(look.certification.state in OPEN_STATES for look in records),
        machines=_asking_for(training, list_machines()),
        dependents=list_dependents(training),
        sessions=list_sessions([training.code], clock.now()),
        requests=count_requests() if may("certification.list") else {},
    )


def _asking_for(
    training: Training, machines: Iterable[Machine]
) -> list[tuple[Machine, Requirement]]:
    """The machines in use that ask for a training, each with the levels it asks for."""
    return [
        (machine, asked)
        for machine in machines
        for asked in machine.requirements
        if asked.training_code == training.code
    ]


def _own_records(member: Member, training: Training) -> list[CertificationToday]:
    """The member's records of this training, without those that nothing is to be done about."""
    own = [c for c in list_records_of([member.id]) if c.training_id == training.id]
    return [look for look in look_at(own) if not look.is_past]
