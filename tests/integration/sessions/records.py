"""Sessions as a test needs them, of the demo's people, trainings and machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from booking.database import db
from booking.machines.models import Machine
from booking.machines.queries import get_machine
from booking.occupancies.models import Occupancy
from booking.periods import Period
from booking.sessions.queries.sessions import find_session
from booking.sessions.refusals import Refused
from booking.sessions.service import scheduling
from booking.sessions.service.scheduling import Draft
from booking.trainings.models import SessionHalfDay, SessionKind, TrainingSession
from tests.integration.trainings.records import person, training

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def half_day(in_days: float = 7, at: float = 8, length: float = 3.5) -> Period:
    """Hours in UTC, so many days after the Monday of the demo."""
    start = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(days=in_days, hours=at)
    return Period(start, start + length * HOUR)


def a_draft(of: str = "LASER", by: str = "S2", **others: Any) -> Draft:
    machines: dict[str, int] = others.pop("machines", {"M04": 1})
    terms: dict[str, Any] = {
        "training": training(of),
        "kind": SessionKind.COURSE,
        "trainers": (person(by),),
        "places": 2,
        "place": "",
        "minimum": 1,
        "decides_before": 48 * HOUR,
        "half_days": (half_day(),),
        "units": {get_machine(code): count for code, count in machines.items()},
    }
    return Draft(**terms | others)


def a_session(of: str = "LASER", *, opened: bool = True, **others: Any) -> TrainingSession:
    """Planned by its trainer, and open."""
    draft = a_draft(of, **others)
    made = scheduling.plan(draft, draft.trainers[0])
    assert not isinstance(made, Refused), made
    if opened:
        assert not isinstance(scheduling.open_up(made, draft.trainers[0]), Refused)
    return made


def session(code: str) -> TrainingSession:
    found = find_session(code)
    assert found is not None, code
    return found


def taken_by(made: TrainingSession) -> list[Occupancy]:
    db.session.flush()
    query = (
        select(Occupancy)
        .join(SessionHalfDay, SessionHalfDay.id == Occupancy.half_day_id)
        .where(SessionHalfDay.session_id == made.id)
        .order_by(Occupancy.starts_at, Occupancy.unit_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def machine(code: str) -> Machine:
    return get_machine(code)
