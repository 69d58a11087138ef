"""The workshop of the histories in the database: what stays, and what each history begins with."""

from __future__ import annotations

from datetime import UTC, datetime, time

from booking.database import db
from booking.machines.models import Area, Machine, Requirement, Unit
from booking.machines.rules import OutsideStaffed, RiskClass
from booking.members.models import (
    Member,
    MemberRole,
    Organisation,
    Paper,
    Plan,
    Role,
    Subscription,
    SubscriptionCover,
)
from booking.members.rules import AccountState, PaperKind
from booking.openings.models import Opening
from booking.openings.rules import Access
from booking.site.models import Site
from booking.trainings.models import Certification, Prerequisite, Training
from booking.trainings.rules import CertificationState
from tests.histories.place import (
    AN_HOUR,
    COURSES,
    CREDIT_MINUTES,
    DISCOUNT,
    EXTENDED,
    GRID,
    HELD,
    HORIZON,
    INSURED,
    LEAD,
    MANAGER,
    MEMBERS,
    PAID,
    STAFFED,
    TOOLS,
    TRAINER,
    Tool,
    date_of,
)
from tests.histories.world import World

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
FIRM = 1


def build() -> None:
    """Everything that no history changes for good."""
    db.session.add(
        Site(
            code="HISTORY",
            name="Histoires",
            slot_step_minutes=GRID,
            lead_minutes=LEAD,
            horizon_days=HORIZON // (24 * AN_HOUR),
        )
    )
    db.session.add(Organisation(id=FIRM, code="FIRM", name="Atelier"))
    db.session.flush()
    for id_, code in enumerate((*MEMBERS, TRAINER, MANAGER), start=1):
        db.session.add(_member(id_, code))
    for id_, code in enumerate(COURSES, start=1):
        db.session.add(_training(id_, code))
    db.session.add(Area(id=1, code="HALL", name={"fr": "Halle"}))
    db.session.flush()
    for id_, code in enumerate(TOOLS, start=1):
        db.session.add(_machine(id_, code, TOOLS[code]))
    db.session.add_all(_openings())
    db.session.add(_plan(1, "PLUS", DISCOUNT, CREDIT_MINUTES // AN_HOUR, extended=True))
    db.session.add(_plan(2, "BASE", 0, 0, extended=False))
    db.session.flush()


def _member(id_: int, code: str) -> Member:
    roles = {TRAINER: Role.TRAINER, MANAGER: Role.MANAGER}
    return Member(
        id=id_,
        code=code,
        name=code.title(),
        email=f"{code.lower()}@example.org",
        state=AccountState.APPROVED,
        organisation_id=FIRM if code in ("ANN", "CAT") else None,
        role_rows=[MemberRole(role=roles.get(code, Role.MEMBER))],
    )


def _training(id_: int, code: str) -> Training:
    course = COURSES[code]
    before = [course.before] if course.before else []
    return Training(
        id=id_,
        code=code,
        title={"fr": code},
        duration_minutes=60,
        levels=[1, 2, 3],
        attendance_required=False,
        validity_months=course.months,
        lapse_months=course.unused_months,
        prerequisites=[
            Prerequisite(required_id=[*COURSES].index(required) + 1, level=level)
            for required, level in before
        ],
    )


def _machine(id_: int, code: str, tool: Tool) -> Machine:
    kind = OutsideStaffed.NO
    if tool.extended:
        kind = OutsideStaffed.UNATTENDED if tool.runs_alone else OutsideStaffed.EXTENDED_BUDDY
    training, supervised = tool.needs["SUPERVISED"]
    return Machine(
        id=id_,
        code=code,
        name={"fr": code},
        area_id=1,
        category="OTHER",
        risk_class=RiskClass.AMBER,
        outside_staffed=kind,
        min_minutes=tool.shortest,
        max_minutes=tool.longest,
        buffer_minutes=tool.buffer,
        future_hours=tool.ahead // AN_HOUR,
        quota_minutes_per_day=tool.a_day,
        price_hour_cents=tool.cents_an_hour,
        units=[Unit(number=number) for number in range(1, tool.units + 1)],
        requirements=[
            Requirement(
                training_code=training,
                supervised_level=supervised,
                autonomous_level=tool.needs["AUTONOMOUS"][1],
            )
        ],
    )


def _openings() -> list[Opening]:
    hours = [(first, last, True, Access.ALL) for first, last in STAFFED]
    hours.append((*EXTENDED, False, Access.EXTENDED))
    return [
        Opening(
            weekday=weekday,
            starts=_wall(first),
            ends=_wall(last),
            staffed=staffed,
            access=access,
        )
        for weekday in range(7)
        for first, last, staffed, access in hours
    ]


def _wall(minute: int) -> time:
    return time(minute // AN_HOUR % 24, minute % AN_HOUR)


def _plan(id_: int, code: str, discount: int, hours: int, *, extended: bool) -> Plan:
    return Plan(
        id=id_,
        code=code,
        name={"fr": code},
        billing="MONTHLY",
        discount_percent=discount,
        credit_hours_per_month=hours,
        extended_access=extended,
    )


def begin(world: World) -> None:
    """The dated things of one history: papers, plans, certifications."""
    members = {code: id_ for id_, code in enumerate((*MEMBERS, TRAINER, MANAGER), start=1)}
    courses = {code: id_ for id_, code in enumerate(COURSES, start=1)}
    for code in INSURED:
        db.session.add(
            Paper(
                member_id=members[code],
                kind=PaperKind.INSURANCE,
                valid_until=date_of(world.insured_until(code)),
                recorded_at=LONG_AGO,
            )
        )
    for paid in PAID:
        of_firm = len(paid.who) > 1
        db.session.add(
            Subscription(
                plan_id=1 if paid.plan == "PLUS" else 2,
                organisation_id=FIRM if of_firm else None,
                member_id=None if of_firm else members[paid.who[0]],
                starts_on=date_of(world.first_day - 200),
                ends_on=None if paid.until is None else date_of(world.first_day + paid.until),
                covers=[SubscriptionCover(member_id=members[code]) for code in paid.who],
            )
        )
    for record in world.records:
        db.session.add(
            Certification(
                member_id=members[record.who],
                training_id=courses[record.course],
                level=record.level,
                state=CertificationState.APPROVED,
                approved_on=date_of(record.since),
                valid_until=date_of(record.until),
                checklist=[],
            )
        )
    db.session.flush()
    assert len(world.records) == len(HELD)
