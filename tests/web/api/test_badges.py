"""The badge list that doors and machines read: signed, nameless, and true within a minute."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import textwrap
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking import clock, worker
from booking.database import db, writing
from booking.machines.models import Machine, Outage
from booking.machines.queries import find_area
from booking.machines.rules import MachineState, OutageKind
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.planning.models import BadgeListGiven
from booking.planning.service import make_controller
from booking.reservations.models import Reservation
from booking.reservations.revocation import suspend
from booking.reservations.rules import ReservationState
from booking.settings import PROJECT
from booking.trainings.models import Certification
from tests.applications import REFERENCE
from tests.chromium import served_demo
from tests.conftest import MakeApp
from tests.engines import Databases
from tests.programs import ROOT, program_of
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.reservations.asking import MORNING, reserved

At = Callable[[Flask, str], None]

LIST = f"{ROOT}/badge-list"


@pytest.fixture
def secret(demo_app: Flask) -> str:
    return new_controller(demo_app)


def new_controller(app: Flask, area: str = "") -> str:
    with app.app_context(), writing():
        manager = find_member("S1")
        assert manager is not None
        return make_controller("Porte", find_area(area) if area else None, manager)


def ask(app: Flask, secret: str, **headers: str) -> TestResponse:
    return app.test_client().get(LIST, headers={"Authorization": f"Bearer {secret}", **headers})


def told(app: Flask, secret: str) -> list[dict[str, Any]]:
    answer = ask(app, secret)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    entries: list[dict[str, Any]] = answer.json["entries"]
    return entries


def badge_of(app: Flask, code: str) -> str | None:
    with app.app_context():
        return db.session.scalar(select(Member.badge).where(Member.code == code))


def badges(app: Flask, secret: str) -> set[str]:
    return {entry["badge"] for entry in told(app, secret)}


class TestList:
    def test_opens_a_machine_from_the_check_in_to_the_end_of_what_is_reserved(
        self, demo_app: Flask, secret: str, at: At
    ) -> None:
        before = told(demo_app, secret)
        reserved(Browser(demo_app, "U02"), MORNING)
        assert told(demo_app, secret) == before
        at(demo_app, "2026-11-23T10:00:00+01:00")
        assert {
            "badge": badge_of(demo_app, "U02"),
            "machine": "M01",
            "area": "BOIS",
            "allowed_from": "2026-11-24T08:45:00+01:00",
            "allowed_until": "2026-11-24T12:00:00+01:00",
        } in told(demo_app, secret)

    def test_holds_for_24_hours_and_says_so(self, demo_app: Flask, secret: str) -> None:
        answer = ask(demo_app, secret).json
        assert answer is not None
        assert answer["generated_at"] == "2026-11-23T08:00:00+01:00"
        assert answer["valid_until"] == "2026-11-24T08:00:00+01:00"

    def test_names_nobody(self, demo_app: Flask, secret: str, at: At) -> None:
        reserved(Browser(demo_app, "U02"), MORNING)
        at(demo_app, "2026-11-24T08:30:00+01:00")
        text = ask(demo_app, secret).text
        assert badge_of(demo_app, "U02") in text  # type: ignore[operator]
        for name in ("Schwoerer", "U02", "schwoerer"):
            assert name not in text

    def test_of_an_area_holds_nothing_of_another(self, demo_app: Flask, at: At) -> None:
        reserved(Browser(demo_app, "U02"), MORNING)
        at(demo_app, "2026-11-24T08:30:00+01:00")
        mine = badge_of(demo_app, "U02")
        assert mine in badges(demo_app, new_controller(demo_app, "BOIS"))
        assert mine not in badges(demo_app, new_controller(demo_app, "METAL"))

    def test_holds_nobody_without_a_badge(self, demo_app: Flask, secret: str, at: At) -> None:
        reserved(Browser(demo_app, "U02"), MORNING)
        at(demo_app, "2026-11-24T08:30:00+01:00")
        count = len(told(demo_app, secret))
        with demo_app.app_context(), writing():
            member = find_member("U02")
            assert member is not None
            member.badge = None
        assert len(told(demo_app, secret)) == count - 1

    @pytest.mark.parametrize(
        "spoil", ["lapsed", "held", "expired", "account", "outage", "restricted"]
    )
    def test_holds_no_longer_what_the_rules_no_longer_allow(
        self, demo_app: Flask, secret: str, at: At, spoil: str
    ) -> None:
        number = int(reserved(Browser(demo_app, "U02"), MORNING).rpartition("/")[2])
        at(demo_app, "2026-11-24T08:30:00+01:00")
        mine = badge_of(demo_app, "U02")
        assert mine in badges(demo_app, secret)
        with demo_app.app_context(), writing():
            reservation = db.session.get_one(Reservation, number)
            match spoil:
                case "lapsed":
                    reservation.lapses_at = clock.now()
                case "held":
                    reservation.state = ReservationState.HELD
                case "expired":
                    query = select(Certification).where(
                        Certification.member_id == reservation.member_id,
                        Certification.training.has(code="ACC"),
                    )
                    for one in db.session.scalars(query):
                        one.valid_until = REFERENCE.date()
                case "account":
                    reservation.member.state = AccountState.SUSPENDED
                case "restricted":
                    reservation.machine.state = MachineState.RESTRICTED
                case "outage":
                    db.session.add(
                        Outage(
                            machine_id=reservation.machine_id,
                            kind=OutageKind.DOWN,
                            starts_at=clock.now(),
                            reason="Courroie",
                        )
                    )
        assert mine not in badges(demo_app, secret)

    def test_costs_the_same_statements_whatever_there_is_to_list(
        self, demo_app: Flask, make_app: MakeApp
    ) -> None:
        costs = []
        for app in (demo_app, make_app("agenda")):
            secret = new_controller(app)
            ask(app, secret)
            with statements_of(app) as sent:
                ask(app, secret)
            costs.append(len(sent))
        assert costs[0] == costs[1] <= 12


class TestSuspension:
    def test_is_seen_at_the_next_request(self, demo_app: Flask, secret: str, at: At) -> None:
        reserved(Browser(demo_app, "U02"), MORNING)
        at(demo_app, "2026-11-24T08:30:00+01:00")
        first = ask(demo_app, secret)
        assert badge_of(demo_app, "U02") in first.text  # type: ignore[operator]
        tag = first.headers["ETag"]
        assert ask(demo_app, secret, **{"If-None-Match": tag}).status_code == 304
        with demo_app.app_context(), writing():
            manager = find_member("S1")
            assert manager is not None
            query = select(Certification.id).where(
                Certification.member.has(code="U02"), Certification.training.has(code="CNC-1")
            )
            suspend(db.session.scalars(query).first() or 0, manager, "Sans protections")
        second = ask(demo_app, secret, **{"If-None-Match": tag})
        assert second.status_code == 200
        assert badge_of(demo_app, "U02") not in second.text  # type: ignore[operator]

    def test_waits_no_longer_in_a_store_than_half_a_minute(
        self, demo_app: Flask, secret: str
    ) -> None:
        assert ask(demo_app, secret).headers["Cache-Control"] == "private, max-age=30"

    def test_a_list_without_changes_is_given_anew_every_quarter_of_an_hour(
        self, demo_app: Flask, secret: str, at: At
    ) -> None:
        tag = ask(demo_app, secret).headers["ETag"]
        at(demo_app, "2026-11-23T08:14:59+01:00")
        assert ask(demo_app, secret, **{"If-None-Match": tag}).status_code == 304
        at(demo_app, "2026-11-23T08:15:00+01:00")
        assert ask(demo_app, secret, **{"If-None-Match": tag}).status_code == 200


class TestSignature:
    def test_is_of_the_very_body_and_of_this_controller(self, demo_app: Flask, secret: str) -> None:
        answer = ask(demo_app, secret)
        key = hashlib.sha256(secret.encode()).hexdigest().encode()
        assert answer.headers["Badge-List-Signature"] == (
            f"sha256={hmac.new(key, answer.data, hashlib.sha256).hexdigest()}"
        )
        other = ask(demo_app, new_controller(demo_app))
        assert other.data == answer.data
        assert other.headers["Badge-List-Signature"] != answer.headers["Badge-List-Signature"]

    @pytest.mark.sqlite_only
    def test_is_verified_as_the_operators_handbook_says(
        self, databases: Databases, tmp_path: Path
    ) -> None:
        handbook = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
        (example,) = re.findall(r"```python\n(.*?badge-list.*?)```", handbook, re.DOTALL)
        with served_demo(databases, "agenda", tmp_path) as site:
            names: dict[str, Any] = {"SITE": site.url, "SECRET": new_controller(site.app)}
            exec(textwrap.dedent(example), names)
            assert names["entries"] == json.loads(names["body"])["entries"] != []
            names["SECRET"] += "x"
            with pytest.raises(OSError, match="401"):
                exec(textwrap.dedent(example), names)


class TestSecret:
    def test_opens_nothing_else_and_no_other_opens_the_list(
        self, demo_app: Flask, secret: str
    ) -> None:
        client = demo_app.test_client()
        for path in ("/me", "/reservations", "/machines"):
            answer = client.get(ROOT + path, headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code == 401, path
        assert program_of(demo_app, "S1").get("/badge-list").status_code == 401
        assert client.get(LIST).status_code == 401
        assert client.post(LIST, headers={"Authorization": f"Bearer {secret}"}).status_code == 405

    def test_is_made_by_a_manager_shown_once_and_dead_once_revoked(self, demo_app: Flask) -> None:
        manager = Browser(demo_app, "S1")
        form = manager.get("/controllers").form("/controllers")
        page = manager.send(form, 200, name="Porte bois", area="BOIS")
        secret = next(e["value"] for e in page.document.all("input") if e["id"] == "token")
        assert ask(demo_app, secret).status_code == 200
        page = manager.get("/controllers")
        assert secret not in page.answer.text
        assert "Porte bois" in page.text
        assert "23/11/2026 à 08:00" in page.text
        (revoke,) = [form for form in page.forms if form.action.endswith("/revoke")]
        assert "Porte bois" not in manager.send(revoke).text
        assert ask(demo_app, secret).status_code == 401

    def test_cannot_be_guessed_or_ask_without_end(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        wrong = [ask(app, f"wrong {n}").status_code for n in range(31)]
        assert (wrong[29], wrong[30]) == (401, 429)


class TestLog:
    def test_keeps_which_list_was_given_for_three_months(
        self, demo_app: Flask, secret: str, at: At
    ) -> None:
        answer = ask(demo_app, secret)
        assert ask(demo_app, secret, **{"If-None-Match": answer.headers["ETag"]}).data == b""
        with demo_app.app_context():
            given = db.session.scalars(select(BadgeListGiven)).one()
            assert given.digest == hashlib.sha256(answer.data).hexdigest()
            assert given.entries == len(answer.json["entries"])  # type: ignore[index]
        for day, kept in (("2027-02-23", 1), ("2027-02-24", 0)):
            at(demo_app, f"{day}T08:00:00+01:00")
            worker.forget(demo_app)
            with demo_app.app_context():
                assert db.session.scalar(select(func.count(BadgeListGiven.id))) == kept


class TestBadge:
    def test_is_noted_by_a_manager_and_shown_to_its_holder(self, demo_app: Flask) -> None:
        manager = Browser(demo_app, "S1")
        manager.send(manager.get("/members/U10/edit").form("/members/U10/edit"), badge="04:a1:b2")
        assert badge_of(demo_app, "U10") == "04:A1:B2"
        assert "04:A1:B2" in Browser(demo_app, "U10").get("/me").text

    def test_is_one_persons(self, demo_app: Flask) -> None:
        manager = Browser(demo_app, "S1")
        form = manager.get("/members/U10/edit").form("/members/U10/edit")
        page = manager.send(form, 422, badge=badge_of(demo_app, "U02"))
        assert "Une autre personne a déjà ce badge." in page.text
        page = manager.send(form, 422, badge="04 A1")
        assert "sans espace" in page.text

    def test_is_given_back_by_who_leaves(self, demo_app: Flask) -> None:
        manager = Browser(demo_app, "S1")
        taken = badge_of(demo_app, "U03")
        page = manager.get("/members/U03/leave")
        manager.send(page.form("/members/U03/leave"), reason="Déménagement")
        manager.send(manager.get("/members/U10/edit").form("/members/U10/edit"), badge=taken)
        assert badge_of(demo_app, "U10") == taken


def test_a_machine_that_asks_for_nothing_is_open_to_whoever_reserved_it(
    demo_app: Flask, secret: str, at: At
) -> None:
    with demo_app.app_context():
        codes = set(db.session.scalars(select(Machine.code).where(~Machine.requirements.any())))
        start = clock.now() + timedelta(hours=2)
    assert "R1" in codes
    wish = {
        "machine": "R1",
        "starts_on": f"{start:%Y-%m-%d}",
        "start_time": "14:00",
        "ends_on": f"{start:%Y-%m-%d}",
        "end_time": "16:00",
    }
    reserved(Browser(demo_app, "U02"), wish)
    assert "R1" in {entry["machine"] for entry in told(demo_app, secret)}
