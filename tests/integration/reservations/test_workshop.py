"""The kept workshop: nobody ever sees an old one, and nobody reads it without need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from booking.database import db, writing
from booking.machines.models import Area, Machine, Outage, Requirement, Unit
from booking.machines.queries import find_machine
from booking.machines.rules import MachineState, OutageKind, RiskClass
from booking.members.models import Paper, Plan
from booking.members.queries import find_member
from booking.openings.models import Closure, Opening
from booking.openings.rules import Access
from booking.periods import Period
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.rules import Holder, Span
from booking.reservations.queries.workshop import Workshop, get_workshop
from booking.reservations.refusals import RefusalCode
from booking.reservations.service import Refused, Wish, judge, reserve
from booking.site.models import HouseRules, Site
from booking.site.queries import get_site
from booking.trainings.models import Prerequisite, Training
from tests.statements import statements_of

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
TUESDAY_MORNING = Period(NOW + timedelta(days=1, hours=1), NOW + timedelta(days=1, hours=3))


@pytest.fixture(autouse=True)
def context(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield


def machine(code: str = "M01") -> Machine:
    found = find_machine(code)
    assert found is not None
    return found


def change_a_rule_of_use() -> None:
    machine().min_minutes = 90


def retire_a_machine() -> None:
    machine().state = MachineState.RETIRED


def rename_an_area() -> None:
    area = db.session.scalars(select(Area)).first()
    assert area is not None
    area.name = {"fr": "Atelier rebaptisé"}


def take_a_unit_out() -> None:
    machine("M17").units[0].in_service = False


def drop_a_requirement() -> None:
    asked = machine()
    asked.requirements.clear()


def stop_a_machine() -> None:
    db.session.add(
        Outage(machine_id=machine().id, kind=OutageKind.DOWN, starts_at=NOW, reason="broken")
    )


def add_an_opening() -> None:
    db.session.add(
        Opening(
            machine_id=machine().id,
            weekday=6,
            starts=time(9),
            ends=time(10),
            staffed=True,
            access=Access.ALL,
        )
    )


def drop_the_openings_at_once() -> None:
    db.session.execute(delete(Opening))


def close_the_site() -> None:
    db.session.add(Closure(starts_at=NOW, ends_at=NOW + timedelta(hours=1), reason="a feast"))


def write_new_house_rules() -> None:
    db.session.add(HouseRules(version="2027-1", in_force_from=NOW.date(), text=""))


def shorten_the_lapse_at_once() -> None:
    db.session.execute(update(Training).values(lapse_months=1))


def add_a_prerequisite() -> None:
    codes = {training.code: training.id for training in db.session.scalars(select(Training))}
    db.session.execute(
        insert(Prerequisite).values(
            training_id=codes["LASER"], required_id=codes["CERAM-1"], level=1
        )
    )


def move_the_site() -> None:
    get_site().timezone = "Europe/Lisbon"


def rename_a_plan_at_once() -> None:
    db.session.execute(update(Plan).values(name={"fr": "Rebaptisée"}))


def limit_the_week() -> None:
    db.session.add(Quota(holder=Holder.PERSON, span=Span.WEEK, limit_minutes=600))


def name_the_peak_hours() -> None:
    db.session.add(PeakWindow(weekdays=[0, 1], starts=time(17), ends=time(20)))


def let_a_plan_come_first() -> None:
    evening = {"weekdays": [0], "starts": time(17), "ends": time(20)}
    db.session.add(PriorityWindow(plan_codes=["P-RES"], opens_hours=24, **evening))


CHANGES = (
    change_a_rule_of_use,
    retire_a_machine,
    rename_an_area,
    take_a_unit_out,
    drop_a_requirement,
    stop_a_machine,
    add_an_opening,
    drop_the_openings_at_once,
    close_the_site,
    write_new_house_rules,
    shorten_the_lapse_at_once,
    add_a_prerequisite,
    move_the_site,
    rename_a_plan_at_once,
    limit_the_week,
    name_the_peak_hours,
    let_a_plan_come_first,
)


def as_told(workshop: Workshop) -> str:
    areas = {machine.area.code: machine.area.name for machine in workshop.machines}
    machines = [
        (machine.code, machine.facts, machine.weekly, machine.unit_ids, machine.closures)
        for machine in workshop.machines
    ]
    outages = [machine.outages for machine in workshop.machines]
    limits = [machine.limits for machine in workshop.machines]
    others = (workshop.plan_names, workshop.zone, workshop.trainings, workshop.house_rules)
    return repr((areas, machines, outages, limits, others))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_is_seen_by_the_next_who_looks(change: Callable[[], None]) -> None:
    before = get_workshop()
    with writing():
        change()
    after = get_workshop()
    assert after is not before
    assert as_told(after) != as_told(before)


def test_what_is_rolled_back_was_never_there() -> None:
    before = get_workshop()
    revision = get_site().revision
    change_a_rule_of_use()
    db.session.flush()
    assert get_workshop() is not before
    db.session.rollback()
    assert get_site().revision == revision
    assert as_told(get_workshop()) == as_told(before)


def test_a_change_of_something_else_leaves_the_kept_one(demo_app: Flask) -> None:
    before = get_workshop()
    with writing():
        member = find_member("U02")
        assert member is not None
        member.town = "Bitche"
        db.session.execute(update(Paper).values(note="seen"))
    with statements_of(demo_app) as sent:
        assert get_workshop() is before
    assert len(sent) == 1
    assert "FROM site" in sent[0]


def test_a_new_machine_is_seen() -> None:
    get_workshop()
    with writing():
        area = db.session.scalars(select(Area)).first()
        assert area is not None
        new = Machine(
            code="M99",
            name={"fr": "Presse"},
            area_id=area.id,
            category="OTHER",
            risk_class=RiskClass.GREEN,
            units=[Unit(number=1)],
        )
        db.session.add(new)
    assert get_workshop().machine("M99") is not None


def test_the_same_revision_means_the_same_workshop() -> None:
    first = get_workshop()
    db.session.remove()
    assert get_workshop() is first
    assert first.revision == db.session.scalar(select(Site.revision))


def test_requirements_are_among_what_is_watched() -> None:
    with writing():
        db.session.add(
            Requirement(
                machine_id=machine("R1").id,
                training_code="ACC",
                supervised_level=1,
                autonomous_level=1,
            )
        )
    offered = get_workshop().machine("R1")
    assert offered is not None
    assert [asked.training for asked in offered.facts.requirements] == ["ACC"]


def test_a_reservation_knows_what_another_process_has_changed() -> None:
    person = find_member("U02")
    assert person is not None
    wish = Wish(person, machine("M06"), TUESDAY_MORNING)
    assert judge(wish) == ()
    db.session.rollback()
    with db.engine.begin() as elsewhere:
        stopped = update(Machine).where(Machine.code == "M06")
        elsewhere.execute(stopped.values(state=MachineState.RETIRED))
        elsewhere.execute(update(Site).values(revision="of another process"))
    with writing():
        answer = reserve(wish, person)
    assert isinstance(answer, Refused)
    assert [reason.code for reason in answer.refusals] == [RefusalCode.MACHINE_NOT_BOOKABLE]
