"""The base of the demo site: what it holds, and when it may be loaded."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking import demo
from booking.database import db
from booking.machines.models import Area, Machine, Outage, Unit
from booking.machines.rules import MachineState
from booking.members.models import Member, MemberRole, Organisation, Paper, Plan, Role
from booking.members.service.passwords import matches
from booking.occupancies.models import Occupancy, OccupancyKind
from booking.openings.models import Closure, Opening
from booking.openings.queries import weekly_openings
from booking.reservations.models import Reservation
from booking.site.queries import get_site, list_house_rules
from booking.trainings.models import (
    Certification,
    CertificationEvent,
    Enrolment,
    Training,
    TrainingSession,
)
from booking.trainings.rules import TRANSITIONS, CertificationAct, CertificationState
from tests.conftest import MakeApp
from tests.integration.demo.examination import PARIS

MONDAY = date(2026, 11, 23)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def machine(code: str) -> Machine:
    return db.session.scalars(select(Machine).where(Machine.code == code)).one()


def member(code: str) -> Member:
    return db.session.scalars(select(Member).where(Member.code == code)).one()


def certification(person: str, training: str) -> Certification:
    query = select(Certification).join(Member, Member.id == Certification.member_id)
    query = query.join(Training, Training.id == Certification.training_id)
    query = query.where(Member.code == person, Training.code == training)
    return db.session.scalars(query.order_by(Certification.id.desc())).first()  # type: ignore[return-value]


def test_everybody_and_everything_is_there(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert count(Member) == 37
        assert count(Organisation) == 26
        assert count(Machine) == 20
        assert count(Unit) == 18 + 5 + 7 + 2 + 2
        assert {unit.number for unit in machine("M17").units} == {1, 2, 3, 4, 5, 6}
        assert count(Area) == 7
        assert count(Plan) == 6
        assert count(Training) == 8
        assert count(TrainingSession) == 9
        assert count(Enrolment) == 28


def test_people_hold_their_roles_and_papers(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert member("S1").roles == {Role.MANAGER}
        assert member("U01").roles == {Role.MEMBER, Role.REFERENT, Role.TRAINER}
        assert member("U04").born_on == date(2009, 5, 12)
        papers = db.session.scalars(select(Paper).where(Paper.member_id == member("U04").id))
        assert {(paper.kind, paper.valid_until) for paper in papers} == {
            ("INSURANCE", date(2027, 6, 30)),
            ("PARENTAL_PERMISSION", date(2027, 5, 11)),
        }
        roles = Counter(db.session.scalars(select(MemberRole.role)))
        assert roles[Role.MEMBER] == 30


def test_everybody_signs_in_with_the_one_password(demo_app: Flask) -> None:
    with demo_app.app_context():
        hashes = set(db.session.scalars(select(Member.password_hash)))
        assert len(hashes) == 1
        assert matches(hashes.pop(), demo.PASSWORD)


def test_an_account_is_shown_for_each_role(demo_app: Flask) -> None:
    with demo_app.app_context():
        shown = {account.email: account.role for account in demo.accounts()}
        roles = {role for email in shown for role in member_by(email).roles}
        assert roles == set(Role)


def member_by(email: str) -> Member:
    return db.session.scalars(select(Member).where(Member.email == email)).one()


def test_the_hours_of_most_areas_are_the_sites_and_noisy_areas_have_their_own(
    demo_app: Flask,
) -> None:
    with demo_app.app_context():
        own = {opening.area_id for opening in db.session.scalars(select(Opening))}
        noisy = db.session.scalars(select(Area.id).where(Area.code.in_(["BOIS", "METAL"])))
        assert own == {None, *noisy}
        assert len(weekly_openings(machine("M01"))) == 5 + 5 + 1 + 1 + 6
        assert len(weekly_openings(machine("M03"))) == 5 + 1 + 1 + 6


def test_closures_outages_and_states_are_as_announced(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert count(Closure) == 9 + 2
        assert machine("M04").state is MachineState.RESTRICTED
        assert machine("M13").state is MachineState.IN_SERVICE
        outage = db.session.scalars(select(Outage).where(Outage.ended_at.is_(None))).one()
        assert outage.machine_id == machine("M13").id
        assert outage.expected_end_at == datetime(2026, 12, 2, 18, 30, tzinfo=PARIS)


def test_the_current_house_rules_are_a_page_of_text(demo_app: Flask) -> None:
    with demo_app.app_context():
        current, former = list_house_rules(MONDAY)
        assert (current.version, former.version) == ("2026-1", "2023-1")
        assert current.text.startswith("# Règlement intérieur")
        assert get_site().name == "La Manufacture du Tilleul Rouge"


def test_every_training_has_aims_and_a_practical_checklist(demo_app: Flask) -> None:
    with demo_app.app_context():
        for training in db.session.scalars(select(Training)):
            assert training.aims
            assert 5 <= len(training.checklist) <= 8
            assert any(item["critical"] for item in training.checklist)


def test_sessions_take_their_units_with_the_buffer_of_each_machine(demo_app: Flask) -> None:
    with demo_app.app_context():
        taken = db.session.scalars(
            select(Occupancy).where(Occupancy.kind == OccupancyKind.SESSION)
        ).all()
        # T-00: 2 x 2
        # T-02: 2 x 3, T-03: 1 + 4, T-04: 3 x (1 + 4), T-05: 3 x 2, T-06: 4, T-07: 2, T-08: 2
        assert len(taken) == 4 + 6 + 5 + 15 + 6 + 4 + 2 + 2
        for occupancy in taken:
            buffer = occupancy.busy_until - occupancy.ends_at
            assert buffer.total_seconds() == (occupancy.unit.machine.buffer_minutes or 0) * 60


def test_the_state_of_each_certification_follows_from_its_recorded_acts(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert count(Certification) == 70 + 2
        for record in db.session.scalars(select(Certification)):
            state = None
            for event in record.events:
                state = TRANSITIONS[state, CertificationAct(event.act)]
                assert event.state is state
                assert event.at.astimezone(PARIS).strftime("%H:%M") == "09:00"
                assert event.at.astimezone(PARIS).date() == event.effective_on
            assert record.state is state
            last = record.events[-1]
            if last.act == CertificationAct.APPROVE:
                assert (last.valid_from, last.valid_until) == (
                    record.approved_on,
                    record.valid_until,
                )


def test_acts_on_certifications_name_who_did_them(demo_app: Flask) -> None:
    with demo_app.app_context():
        acts = [
            (event.act, event.actor.code if event.actor else None)
            for event in certification("U23", "BOIS-1").events
        ]
        assert acts == [("PROPOSE", "U01"), ("APPROVE", "S1"), ("SUSPEND", "S1")]
        assert certification("U01", "BOIS-1").events[0].actor is None  # assessed from outside
        own_approvals = db.session.scalars(
            select(CertificationEvent)
            .join(Certification, Certification.id == CertificationEvent.certification_id)
            .where(
                CertificationEvent.act == CertificationAct.APPROVE,
                CertificationEvent.actor_id == Certification.assessed_by_id,
            )
        ).all()
        assert own_approvals == []


def test_what_waits_for_a_trainer_or_a_manager_waits(demo_app: Flask) -> None:
    with demo_app.app_context():
        states = {
            (person, training): certification(person, training).state
            for person, training in (
                ("U24", "ACC"), ("U26", "LASER"), ("U06", "CNC-1"), ("U27", "CNC-1"),
                ("U30", "BOIS-1"),
            )
        }  # fmt: skip
        assert states == {
            ("U24", "ACC"): CertificationState.PROPOSED,
            ("U26", "LASER"): CertificationState.REQUESTED,
            ("U06", "CNC-1"): CertificationState.REQUESTED,
            ("U27", "CNC-1"): CertificationState.REQUESTED,
            ("U30", "BOIS-1"): CertificationState.IN_TRAINING,
        }
        assert certification("U27", "CNC-1").equivalence


# Loading


def test_a_second_load_changes_nothing(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = count(Reservation)
        demo.load()
        assert count(Reservation) == before
        assert demo.is_loaded()


def test_the_command_loads_once_and_then_says_that_nothing_was_changed(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["demo", "load", "--without-agenda"])
    assert first.exit_code == 0
    assert "La Manufacture du Tilleul Rouge is loaded" in first.output
    second = runner.invoke(args=["demo", "load"])
    assert second.exit_code == 0
    assert "already holds La Manufacture du Tilleul Rouge; nothing was changed" in second.output


def test_a_real_installation_refuses_the_demo(make_app: MakeApp) -> None:
    app = make_app("empty", mode="production", now=None)
    with app.app_context():
        with pytest.raises(demo.NotADemo):
            demo.load()
        assert not demo.is_loaded()
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "set BOOKING_MODE=demo" in result.output
