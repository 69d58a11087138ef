"""Where a manager approves each reservation nothing is promised by any other way, and of two who
compete one has it and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.machines.models import Unit
from booking.machines.queries import find_machine
from booking.members.models import MemberRole, Role
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.outbox.models import Message
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.rules import ReservationState
from booking.reservations.service import suspend_member
from booking.site.queries import get_site
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]

MANAGER = "S1"
LASER = "M03"


def hours(day: str = "24", start: str = "09:00", end: str = "11:00", **others: Any) -> Any:
    return {
        "machine": LASER,
        "starts_at": f"2026-11-{day}T{start}:00+01:00",
        "ends_at": f"2026-11-{day}T{end}:00+01:00",
        **others,
    }


MORNING = hours()


def body(answer: Any) -> Any:
    assert answer.status_code < 400, answer.text
    return answer.json


def is_to_be_approved(app: Flask, code: str = LASER, needs: bool = True) -> None:
    with app.app_context(), writing():
        machine = find_machine(code)
        assert machine is not None
        machine.needs_approval = needs


def becomes_manager(app: Flask, code: str) -> None:
    with app.app_context(), writing():
        member = find_member(code)
        assert member is not None
        db.session.add(MemberRole(member_id=member.id, role=Role.MANAGER))


def asked(app: Flask, who: str, wanted: Any = MORNING, **others: Any) -> int:
    answer = program_of(app, who).post("/reservation-requests", wanted | others)
    return int(body(answer)["id"])


def status(app: Flask, number: int) -> str:
    found = body(program_of(app, MANAGER).get(f"/reservation-requests/{number}"))
    return str(found["status"])


def letters(app: Flask, kind: str) -> list[str]:
    with app.app_context():
        told = select(Message.recipient_name).where(Message.kind == kind).order_by(Message.id)
        return list(db.session.scalars(told))


def name_of(app: Flask, code: str) -> str:
    with app.app_context():
        member = find_member(code)
        assert member is not None
        return member.name


def acts(app: Flask, *names: str) -> list[JournalEntry]:
    with app.app_context():
        query = select(JournalEntry).where(JournalEntry.act.in_(names)).order_by(JournalEntry.id)
        return list(db.session.scalars(query))


def refused_for_approval(answer: Any) -> bool:
    facts = [one["facts"] for one in answer.json["refusals"]]
    return answer.status_code == 422 and {"state": "needs_approval", "outages": []} in facts


@pytest.fixture
def manager(demo_app: Flask) -> Program:
    return program_of(demo_app, MANAGER)


@pytest.fixture
def member(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.fixture
def machine(demo_app: Flask) -> None:
    is_to_be_approved(demo_app)


def address(app: Flask, code: str) -> str:
    with app.app_context():
        member = find_member(code)
        assert member is not None
        return member.email


class TestEveryOtherWayIsClosed:
    @pytest.fixture(autouse=True)
    def _to_be_approved(self, machine: None) -> None:
        """Every one of these meets such a machine."""

    def test_a_reservation_is_refused_with_the_way_to_ask(self, member: Program) -> None:
        answer = member.post("/reservations", MORNING)
        assert codes_of(answer) == ["MACHINE_NOT_BOOKABLE"]
        assert refused_for_approval(answer)
        cure = answer.json["refusals"][0]["cure"]  # type: ignore[index]
        assert "/reservations/new?machine=M03" in cure["url"]
        judged = body(member.post("/reservations", MORNING | {"dry_run": True}))
        assert not judged["allowed"]

    def test_no_manager_can_set_it_aside_for_himself(self, demo_app: Flask) -> None:
        becomes_manager(demo_app, "U15")
        waiver = {"code": "MACHINE_NOT_BOOKABLE", "reason": "Je suis pressé"}
        answer = program_of(demo_app, "U15").post("/reservations", MORNING | {"waivers": [waiver]})
        assert refused_for_approval(answer)

    def test_it_is_no_part_of_a_batch(self, member: Program) -> None:
        answer = member.post(
            "/reservations/batch", {"reservations": [hours(machine="M17"), MORNING]}
        )
        assert answer.status_code == 422, answer.text
        assert "needs_approval" in answer.text

    def test_it_is_no_part_of_a_series(self, member: Program) -> None:
        answer = member.post("/series", MORNING | {"frequency": "week", "count": 2})
        assert answer.status_code == 422, answer.text
        assert "needs_approval" in answer.text

    def test_it_is_no_part_of_a_chain(self, member: Program) -> None:
        uses = [{"machine": LASER, "minutes": 60}, {"machine": "M17", "minutes": 60}]
        answer = member.post("/reservations/chain", {"uses": uses})
        assert answer.status_code == 422, answer.text
        assert "needs_approval" in answer.text

    def test_a_move_asks_for_no_more_than_was_approved(
        self, demo_app: Flask, member: Program, manager: Program
    ) -> None:
        made = body(manager.post(f"/reservation-requests/{asked(demo_app, 'U15')}/approve", {}))
        move = f"/reservations/{made['id']}/move"
        for start, end in (("09:00", "11:30"), ("10:00", "12:00"), ("14:00", "15:00")):
            times = {key: MORNING[key] for key in ("starts_at", "ends_at")}
            times |= {k: hours(start=start, end=end)[k] for k in times}
            assert refused_for_approval(member.post(move, times)), (start, end)
        shorter = {k: v for k, v in hours(start="09:30", end="10:30").items() if k != "machine"}
        assert body(member.post(move, shorter))["ends_at"] == "2026-11-24T10:30:00+01:00"
        longer = {k: v for k, v in hours(start="09:00", end="11:30").items() if k != "machine"}
        assert body(manager.post(move, longer))["ends_at"] == "2026-11-24T11:30:00+01:00"

    def test_a_series_that_stands_is_moved_by_who_approves(
        self, demo_app: Flask, member: Program, manager: Program
    ) -> None:
        weekly = {"frequency": "week", "count": 2, "member": "U15"}
        series = body(manager.post("/series", MORNING | weekly))["id"]
        later = {"start_time": "10:00", "end_time": "12:00"}
        answer = member.post(f"/series/{series}/move", later)
        assert answer.status_code == 422, answer.text
        assert "needs_approval" in answer.text
        assert body(manager.post(f"/series/{series}/move", later))

    def test_staying_longer_is_to_be_approved_too(
        self, demo_app: Flask, at: At, member: Program, manager: Program
    ) -> None:
        made = body(manager.post(f"/reservation-requests/{asked(demo_app, 'U15')}/approve", {}))
        at(demo_app, "2026-11-24T09:00:00+01:00")
        body(member.post(f"/reservations/{made['id']}/check-in", {}))
        longer = {k: v for k, v in hours(end="12:00").items() if k != "machine"}
        assert refused_for_approval(member.post(f"/reservations/{made['id']}/move", longer))

    def test_it_is_handed_to_nobody(
        self, demo_app: Flask, member: Program, manager: Program
    ) -> None:
        made = body(manager.post(f"/reservation-requests/{asked(demo_app, 'U15')}/approve", {}))
        to = {"to": address(demo_app, "U17")}
        answer = manager.post(f"/reservations/{made['id']}/hand-over", to)
        assert answer.status_code == 409, answer.text

    def test_what_was_offered_before_is_not_accepted_after(
        self, demo_app: Flask, manager: Program, member: Program
    ) -> None:
        is_to_be_approved(demo_app, needs=False)
        made = body(member.post("/reservations", MORNING))
        to = {"to": address(demo_app, "U17")}
        offer = body(manager.post(f"/reservations/{made['id']}/hand-over", to))["id"]
        is_to_be_approved(demo_app)
        receiver = program_of(demo_app, "U17")
        assert refused_for_approval(receiver.post(f"/hand-overs/{offer}/accept", {}))

    def test_freed_time_is_told_and_not_offered(
        self, demo_app: Flask, member: Program, manager: Program
    ) -> None:
        made = body(manager.post(f"/reservation-requests/{asked(demo_app, 'U15')}/approve", {}))
        watch = {
            "machine": LASER,
            "watched_from": MORNING["starts_at"],
            "watched_until": MORNING["ends_at"],
            "minutes": 120,
        }
        waiting = program_of(demo_app, "U17")
        entry = body(waiting.post("/waitlist", watch))
        assert entry["waits"] == "for_notice"
        body(member.post(f"/reservations/{made['id']}/cancel", {}))
        assert body(waiting.get(f"/waitlist/{entry['id']}"))["status"] == "told"
        assert letters(demo_app, "waitlist.offered") == []
        assert letters(demo_app, "waitlist.free") == [name_of(demo_app, "U17")]

    def test_who_waited_for_an_offer_from_before_is_told_as_well(
        self, demo_app: Flask, member: Program
    ) -> None:
        is_to_be_approved(demo_app, needs=False)
        made = body(member.post("/reservations", MORNING))
        watch = {
            "machine": LASER,
            "watched_from": MORNING["starts_at"],
            "watched_until": MORNING["ends_at"],
            "minutes": 120,
        }
        body(program_of(demo_app, "U17").post("/waitlist", watch))
        is_to_be_approved(demo_app)
        body(member.post(f"/reservations/{made['id']}/cancel", {}))
        assert letters(demo_app, "waitlist.offered") == []
        assert letters(demo_app, "waitlist.free") == [name_of(demo_app, "U17")]

    def test_an_offer_from_before_cannot_be_taken_after(
        self, demo_app: Flask, member: Program
    ) -> None:
        is_to_be_approved(demo_app, needs=False)
        made = body(member.post("/reservations", MORNING))
        watch = {
            "machine": LASER,
            "watched_from": MORNING["starts_at"],
            "watched_until": MORNING["ends_at"],
            "minutes": 120,
        }
        waiting = program_of(demo_app, "U17")
        entry = body(waiting.post("/waitlist", watch))["id"]
        body(member.post(f"/reservations/{made['id']}/cancel", {}))
        is_to_be_approved(demo_app)
        assert refused_for_approval(waiting.post(f"/waitlist/{entry}/accept", {}))


class TestWhoDecidesHimself:
    def test_a_manager_reserves_for_others_without_asking(
        self, machine: None, manager: Program
    ) -> None:
        assert body(manager.post("/reservations", MORNING | {"member": "U15"}))["member"] == "U15"

    def test_and_for_himself_asks_another(self, demo_app: Flask, machine: None) -> None:
        becomes_manager(demo_app, "U15")
        himself = program_of(demo_app, "U15")
        assert refused_for_approval(himself.post("/reservations", MORNING))
        number = asked(demo_app, "U15")
        for act, told in (("approve", {}), ("refuse", {"reason": "Trop tôt"})):
            answer = himself.post(f"/reservation-requests/{number}/{act}", told)
            assert answer.status_code == 409, answer.text
        assert status(demo_app, number) == "waiting"
        body(program_of(demo_app, MANAGER).post(f"/reservation-requests/{number}/approve", {}))
        assert status(demo_app, number) == "approved"

    def test_a_team_of_one_may_and_the_journal_says_so(
        self, demo_app: Flask, machine: None
    ) -> None:
        becomes_manager(demo_app, "U15")
        with demo_app.app_context(), writing():
            get_site().single_person_team = True
        number = asked(demo_app, "U15")
        body(program_of(demo_app, "U15").post(f"/reservation-requests/{number}/approve", {}))
        (entry,) = acts(demo_app, "request.approved")
        assert entry.after is not None
        assert entry.after["single_person_team"] is True

    def test_an_organisation_admin_asks_like_anybody(self, demo_app: Flask) -> None:
        is_to_be_approved(demo_app, "M01")
        admin = program_of(demo_app, "U02")
        answer = admin.post("/reservations", hours(machine="M01", member="U03"))
        assert refused_for_approval(answer)
        number = asked(demo_app, "U02", hours(machine="M01", member="U03"))
        assert body(admin.get(f"/reservation-requests/{number}"))["member"] == "U03"


class TestAsking:
    def test_nothing_is_held(self, demo_app: Flask, machine: None) -> None:
        asked(demo_app, "U15")
        asked(demo_app, "U17")
        with demo_app.app_context():
            at_that_time = Reservation.starts_at == datetime.fromisoformat(MORNING["starts_at"])
            made = db.session.scalars(select(Reservation).where(at_that_time))
            assert LASER not in [one.machine.code for one in made]

    def test_the_managers_are_told(self, demo_app: Flask, machine: None) -> None:
        asked(demo_app, "U15")
        assert letters(demo_app, "request.made") == [name_of(demo_app, MANAGER)]
        assert [entry.act for entry in acts(demo_app, "request.made")] == ["request.made"]

    def test_what_the_rules_refuse_is_refused_at_once_with_every_reason(
        self, demo_app: Flask, machine: None
    ) -> None:
        wanted = hours(start="05:00", end="05:10")
        answer = program_of(demo_app, "U10").post("/reservation-requests", wanted)
        assert answer.status_code == 422
        codes = codes_of(answer)
        assert {"CERT_MISSING", "OUTSIDE_OPENING", "TOO_SHORT"} <= set(codes)
        assert "MACHINE_NOT_BOOKABLE" not in codes

    def test_what_is_taken_is_not_worth_asking(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        body(manager.post("/reservations", MORNING | {"member": "U15"}))
        answer = program_of(demo_app, "U17").post("/reservation-requests", MORNING)
        assert (answer.status_code, codes_of(answer)) == (409, ["SLOT_TAKEN"])

    def test_nobody_asks_twice_for_the_same_time(
        self, demo_app: Flask, machine: None, member: Program
    ) -> None:
        asked(demo_app, "U15")
        answer = member.post("/reservation-requests", hours(start="10:00", end="12:00"))
        assert answer.status_code == 409
        asked(demo_app, "U15", hours(start="11:00", end="12:00"))

    def test_the_same_key_shows_the_first_result(self, machine: None, member: Program) -> None:
        key = {"Idempotency-Key": "once"}
        first = body(member.post("/reservation-requests", MORNING, **key))
        assert body(member.post("/reservation-requests", MORNING, **key)) == first
        other = member.post("/reservation-requests", hours(day="25"), **key)
        assert other.status_code == 422

    def test_a_machine_that_can_be_reserved_is_not_asked_for(self, member: Program) -> None:
        answer = member.post("/reservation-requests", MORNING)
        assert answer.status_code == 409
        assert "refusals" not in answer.json  # type: ignore[operator]

    def test_it_is_withdrawn_by_who_asks_alone(
        self, demo_app: Flask, machine: None, member: Program, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        path = f"/reservation-requests/{number}/withdraw"
        assert program_of(demo_app, "U17").post(path, {}).status_code == 404
        assert manager.post(path, {}).status_code == 404
        assert body(member.post(path, {}))["status"] == "withdrawn"
        assert member.post(path, {}).status_code == 409
        answer = manager.post(f"/reservation-requests/{number}/approve", {})
        assert answer.status_code == 409


class TestDeciding:
    def test_an_approval_is_a_reservation_like_any_other(
        self, demo_app: Flask, machine: None, manager: Program, member: Program
    ) -> None:
        number = asked(demo_app, "U15", purpose="Gabarits")
        made = body(manager.post(f"/reservation-requests/{number}/approve", {}))
        assert (made["status"], made["member"]) == ("confirmed", "U15")
        assert made["purpose"] == "Gabarits"
        assert made["price"]["excl_cents"] is not None
        found = body(member.get(f"/reservation-requests/{number}"))
        assert (found["status"], found["reservation"]) == ("approved", made["id"])
        assert letters(demo_app, "reservation.confirmed") == [name_of(demo_app, "U15")]
        again = manager.post(f"/reservation-requests/{number}/approve", {})
        assert again.status_code == 409

    def test_of_two_who_compete_the_other_is_told(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        mine, theirs = asked(demo_app, "U15"), asked(demo_app, "U17", hours(start="10:00"))
        apart = asked(demo_app, "U09", hours(start="14:00", end="15:00"))
        body(manager.post(f"/reservation-requests/{theirs}/approve", {}))
        assert [status(demo_app, one) for one in (mine, theirs, apart)] == [
            "overtaken",
            "approved",
            "waiting",
        ]
        assert letters(demo_app, "request.overtaken") == [name_of(demo_app, "U15")]

    def test_with_a_second_unit_both_have_it(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        with demo_app.app_context(), writing():
            laser = find_machine(LASER)
            assert laser is not None
            db.session.add(Unit(machine_id=laser.id, number=2))
        numbers = [asked(demo_app, code) for code in ("U15", "U17", "U09")]
        body(manager.post(f"/reservation-requests/{numbers[0]}/approve", {}))
        assert [status(demo_app, one) for one in numbers] == ["approved", "waiting", "waiting"]
        body(manager.post(f"/reservation-requests/{numbers[1]}/approve", {}))
        assert status(demo_app, numbers[2]) == "overtaken"

    def test_who_asks_for_the_very_unit_is_told_though_another_is_free(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        with demo_app.app_context(), writing():
            laser = find_machine(LASER)
            assert laser is not None
            db.session.add(Unit(machine_id=laser.id, number=2))
        second = hours() | {"unit": 2}
        numbers = [asked(demo_app, code, second) for code in ("U15", "U17")]
        first = asked(demo_app, "U09", hours() | {"unit": 1})
        body(manager.post(f"/reservation-requests/{numbers[0]}/approve", {}))
        found = [status(demo_app, one) for one in (*numbers, first)]
        assert found == ["approved", "overtaken", "waiting"]

    def test_what_a_manager_reserves_directly_answers_requests_too(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        mine, theirs = asked(demo_app, "U15"), asked(demo_app, "U17")
        made = body(manager.post("/reservations", MORNING | {"member": "U15"}))
        found = body(manager.get(f"/reservation-requests/{mine}"))
        assert (found["status"], found["reservation"]) == ("approved", made["id"])
        assert status(demo_app, theirs) == "overtaken"

    def test_what_is_moved_there_overtakes(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        other = body(manager.post("/reservations", hours(start="14:00", end="16:00", member="U17")))
        times = {key: MORNING[key] for key in ("starts_at", "ends_at")}
        body(manager.post(f"/reservations/{other['id']}/move", times))
        assert status(demo_app, number) == "overtaken"

    def test_the_rules_are_asked_again(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        is_suspended(demo_app, "U15")
        answer = manager.post(f"/reservation-requests/{number}/approve", {})
        assert (answer.status_code, codes_of(answer)) == (422, ["ACCOUNT_SUSPENDED"])
        assert status(demo_app, number) == "waiting"

    def test_the_reason_of_a_refusal_is_told(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        path = f"/reservation-requests/{number}/refuse"
        assert manager.post(path, {}).status_code == 422
        refused = body(manager.post(path, {"reason": "La buse est réservée aux écoles"}))
        assert (refused["status"], refused["reason"]) == (
            "refused",
            "La buse est réservée aux écoles",
        )
        assert letters(demo_app, "request.refused") == [name_of(demo_app, "U15")]

    def test_members_decide_nothing(self, demo_app: Flask, machine: None) -> None:
        number = asked(demo_app, "U15")
        other = program_of(demo_app, "U17")
        assert other.get(f"/reservation-requests/{number}").status_code == 404
        assert other.post(f"/reservation-requests/{number}/approve", {}).status_code == 404
        assert other.get("/reservation-requests", scope="all").status_code == 403

    def test_two_managers_at_once_make_one_reservation(
        self, demo_app: Flask, machine: None
    ) -> None:
        becomes_manager(demo_app, "U22")
        numbers = [asked(demo_app, "U15"), asked(demo_app, "U17")]
        programs = [program_of(demo_app, code) for code in (MANAGER, "U22")]
        start = Barrier(2)

        def approve(program: Program, number: int) -> Any:
            start.wait()
            return program.post(f"/reservation-requests/{number}/approve", {})

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(approve, programs, numbers))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert sorted(status(demo_app, one) for one in numbers) == ["approved", "overtaken"]
        with demo_app.app_context():
            confirmed = Reservation.state == ReservationState.CONFIRMED
            at_that_time = Reservation.starts_at == datetime.fromisoformat(MORNING["starts_at"])
            made = db.session.scalars(select(Reservation).where(confirmed, at_that_time))
            assert [one.machine.code for one in made].count(LASER) == 1


class TestWhoIsGone:
    def test_what_a_suspended_member_asked_for_waits_no_more(
        self, demo_app: Flask, machine: None, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        with demo_app.app_context(), writing():
            member, actor = find_member("U15"), find_member(MANAGER)
            assert member is not None
            assert actor is not None
            suspend_member(member, actor, "Badge prêté")
        found = body(manager.get(f"/reservation-requests/{number}"))
        assert (found["status"], found["reason"]) == ("refused", "Badge prêté")
        assert manager.post(f"/reservation-requests/{number}/approve", {}).status_code == 409


class TestWithoutAnAnswer:
    def test_it_lapses_by_itself_with_the_notice_of_the_machine(
        self, demo_app: Flask, at: At, machine: None, manager: Program
    ) -> None:
        number = asked(demo_app, "U15")
        at(demo_app, "2026-11-24T08:29:00+01:00")
        assert status(demo_app, number) == "waiting"
        at(demo_app, "2026-11-24T08:30:00+01:00")
        assert status(demo_app, number) == "lapsed"
        assert manager.post(f"/reservation-requests/{number}/approve", {}).status_code == 409
        assert body(manager.get("/reservation-requests", scope="all"))["items"] == []

    def test_the_worker_tells_it_once(self, demo_app: Flask, at: At, machine: None) -> None:
        number = asked(demo_app, "U15")
        worker.close_unanswered_requests(demo_app)
        assert letters(demo_app, "request.lapsed") == []
        at(demo_app, "2026-11-24T08:30:00+01:00")
        for _ in range(2):
            worker.close_unanswered_requests(demo_app)
        assert letters(demo_app, "request.lapsed") == [name_of(demo_app, "U15")]
        with demo_app.app_context():
            written = db.session.get_one(ApprovalRequest, number)
            assert written.state == written.state_now


def is_suspended(app: Flask, code: str) -> None:
    with app.app_context(), writing():
        member = find_member(code)
        assert member is not None
        member.state, member.suspension_reason = AccountState.SUSPENDED, "Badge prêté"
