"""A site made for racing: machines open day and night, and crowds that are all allowed to use them.

Nothing but another reservation can be in anybody's way, so that every refusal comes from the race.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from booking.database import db, writing
from booking.machines.models import Area, Machine, Requirement, Unit
from booking.machines.rules import RiskClass
from booking.members.models import Member, MemberRole, Paper, Role
from booking.members.rules import AccountState, PaperKind
from booking.openings.models import Opening
from booking.openings.rules import public_holidays
from booking.periods import Period, resolve_wall_time
from booking.settings import Settings
from booking.site.models import PlanGapPolicy, Site
from booking.trainings.models import Certification, CertificationEvent, Training
from booking.trainings.rules import CertificationAct, CertificationState
from tests.applications import REFERENCE, application_of

ZONE = ZoneInfo("Europe/Paris")
MACHINES = 12
DAYS_AHEAD = range(1, 59)
WINDOW_HOURS = 4
LENGTH = timedelta(hours=2)
SHIFT = timedelta(minutes=30)
SHAPES = 3
"""Attempts on one slot start 0, 30 or 60 minutes into it: each overlaps every other."""

BUFFER_MINUTES = 30
MANAGER = 1
FIRST_MEMBER = 2
FAR = date(2030, 12, 31)
LONG_AGO = date(2026, 6, 1)


@dataclass(frozen=True)
class Slot:
    """One machine in one window of four hours: room for one winner alone."""

    machine_id: int
    starts_at: datetime

    def attempt(self, number: int) -> Period:
        """The period that the `number`th of those who want the slot asks for."""
        start = self.starts_at + SHIFT * (number % SHAPES)
        return Period(start, start + LENGTH)


def slots() -> Iterator[Slot]:
    """All slots within the horizon; those at the same time stand side by side."""
    for day in (REFERENCE.date() + timedelta(days=ahead) for ahead in DAYS_AHEAD):
        if day in public_holidays(day.year, False, False):
            continue
        for hour in range(0, 24, WINDOW_HOURS):
            starts_at = resolve_wall_time(day, time(hour), ZONE)
            for machine_id in range(1, MACHINES + 1):
                yield Slot(machine_id, starts_at)


def take_slots(count: int, after: int = 0) -> list[Slot]:
    """`count` slots, the first `after` left out; raises where the horizon holds no more."""
    taken = list(islice(slots(), after, after + count))
    if len(taken) < count:
        raise ValueError(f"only {len(taken) + after} slots within the horizon")
    return taken


def slots_apart(count: int) -> list[Slot]:
    """`count` slots of which no two are at the same time, the last ones of the horizon.

    They lie on all machines in turn, so that no machine's lock stands for that of a quota.
    """
    windows = [slot.starts_at for slot in slots() if slot.machine_id == 1][-count:]
    return [Slot(number % MACHINES + 1, starts_at) for number, starts_at in enumerate(windows)]


def prepare(settings: Settings, members: int) -> None:
    """Fill a migrated database with the site; members have the ids from `FIRST_MEMBER` on."""
    with application_of(settings) as app, app.app_context(), writing():
        for kind, rows in _rows(members):
            db.session.execute(insert(kind), rows)


FREELY = {"plan_gap_policy": PlanGapPolicy.FULL_PRICE, "future_hours_per_machine": 10_000}
"""Neither plans nor quotas stand in the way: only the guard is raced."""


def _rows(members: int) -> Iterator[tuple[type[Any], list[dict[str, Any]]]]:
    everybody = range(FIRST_MEMBER, FIRST_MEMBER + members)
    machines = range(1, MACHINES + 1)
    yield Site, [{"id": 1, "code": "RACE", "name": "Piste", "timezone": ZONE.key, **FREELY}]
    yield Member, [_member(MANAGER), *(_member(id_) for id_ in everybody)]
    yield (
        MemberRole,
        [
            {"member_id": MANAGER, "role": Role.MANAGER},
            *({"member_id": id_, "role": Role.MEMBER} for id_ in everybody),
        ],
    )
    yield Paper, [_insurance(id_) for id_ in everybody]
    yield Training, [
        {"id": 1, "code": "RACE", "title": {"fr": "Course"}, "duration_minutes": 60,
         "validity_months": 60, "levels": [1, 2], "checklist": []}
    ]  # fmt: skip
    yield Certification, [_certification(id_) for id_ in everybody]
    yield CertificationEvent, [_approval(id_) for id_ in everybody]
    yield Area, [{"id": 1, "code": "RACE", "name": {"fr": "Piste"}}]
    yield Machine, [_machine(id_) for id_ in machines]
    yield Unit, [{"id": id_, "machine_id": id_, "number": 1} for id_ in machines]
    yield (
        Requirement,
        [
            {
                "machine_id": id_,
                "training_code": "RACE",
                "supervised_level": 1,
                "autonomous_level": 2,
            }
            for id_ in machines
        ],
    )
    yield (
        Opening,
        [{"weekday": weekday, "starts": time(0), "ends": time(0)} for weekday in range(7)],
    )


def _member(id_: int) -> dict[str, Any]:
    return {
        "id": id_,
        "code": f"U{id_:04}",
        "name": f"Personne {id_}",
        "email": f"personne.{id_}@example.org",
        "state": AccountState.APPROVED,
    }


def _insurance(member_id: int) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "kind": PaperKind.INSURANCE,
        "valid_until": FAR,
        "recorded_at": datetime(2026, 6, 1, tzinfo=UTC),
    }


def _certification(member_id: int) -> dict[str, Any]:
    """The certification of a member has the member's id."""
    return {
        "id": member_id,
        "member_id": member_id,
        "training_id": 1,
        "level": 2,
        "state": CertificationState.APPROVED,
        "approved_on": LONG_AGO,
        "valid_until": FAR,
    }


def _approval(member_id: int) -> dict[str, Any]:
    return {
        "certification_id": member_id,
        "at": datetime(2026, 6, 1, tzinfo=UTC),
        "effective_on": LONG_AGO,
        "act": CertificationAct.APPROVE,
        "state": CertificationState.APPROVED,
        "level": 2,
        "valid_from": LONG_AGO,
        "valid_until": FAR,
        "actor_id": MANAGER,
    }


def _machine(id_: int) -> dict[str, Any]:
    return {
        "id": id_,
        "code": f"M{id_:02}",
        "name": {"fr": f"Machine {id_}"},
        "area_id": 1,
        "category": "OTHER",
        "risk_class": RiskClass.GREEN,
        "min_minutes": 30,
        "max_minutes": 480,
        "buffer_minutes": BUFFER_MINUTES,
    }
