"""Freed time goes to those who wait for it: in their order, held for an answer, never twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.machines.models import Outage
from booking.machines.queries import get_machine
from booking.machines.rules import OutageKind
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.occupancies.models import Occupancy
from booking.openings.models import Closure, Level
from booking.openings.service.closures import ClosureDraft
from booking.outbox.models import Message
from booking.periods import Period
from booking.reservations.models import Reservation
from booking.upkeep.rules import Choice
from booking.upkeep.service import closures, outages
from booking.upkeep.service.concerned import Answer, Done
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]

MORNING = {
    "machine": "M03",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T12:00:00+01:00",
}
WATCH = {
    "machine": "M03",
    "watched_from": "2026-11-24T09:00:00+01:00",
    "watched_until": "2026-11-24T12:00:00+01:00",
    "minutes": 180,
}
HELD_UNTIL = "2026-11-23T09:00:00+01:00"
"""An hour after the offer, which falls in opening hours."""


def body(answer: Any) -> Any:
    assert answer.status_code < 400, answer.text
    return answer.json


def wait(app: Flask, who: str, **others: Any) -> int:
    return int(body(program_of(app, who).post("/waitlist", WATCH | others))["id"])


def entry(app: Flask, who: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = body(program_of(app, who).get(f"/waitlist/{number}"))
    return found


def status(app: Flask, who: str, number: int) -> str:
    return str(entry(app, who, number)["status"])


def letters(app: Flask, kind: str) -> list[str]:
    with app.app_context():
        told = select(Message.recipient_name).where(Message.kind == kind).order_by(Message.id)
        return list(db.session.scalars(told))


@pytest.fixture
def holder(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.fixture
def taken(demo_app: Flask, holder: Program) -> int:
    """The morning that U15 has and others want."""
    return int(body(holder.post("/reservations", MORNING))["id"])


def test_freed_time_is_held_for_the_first_in_line(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first, second = wait(demo_app, "U17"), wait(demo_app, "U09")
    assert entry(demo_app, "U17", first)["place"] == 1
    assert entry(demo_app, "U09", second)["place"] == 2
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    offered = entry(demo_app, "U17", first)
    assert offered["status"] == "offered"
    assert offered["offer"]["starts_at"] == MORNING["starts_at"]
    assert offered["offer"]["answer_until"] == HELD_UNTIL
    waiting = entry(demo_app, "U09", second)
    assert (waiting["status"], waiting["place"]) == ("waiting", 1)
    assert letters(demo_app, "waitlist.offered") == [member_name(demo_app, "U17")]
    others = program_of(demo_app, "U15").post("/reservations", MORNING)
    assert codes_of(others) == ["SLOT_TAKEN"]


def test_an_accepted_offer_is_a_reservation_like_any_other(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first = wait(demo_app, "U17")
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    program = program_of(demo_app, "U17")
    made = body(program.post(f"/waitlist/{first}/accept", {}))
    assert made["status"] == "confirmed"
    assert made["price"]["excl_cents"] is not None
    assert status(demo_app, "U17", first) == "taken"
    assert program.post(f"/waitlist/{first}/accept", {}).status_code == 409
    assert body(program.post(f"/reservations/{made['id']}/cancel", {}))


def test_declined_or_unanswered_it_goes_on_to_the_next(
    demo_app: Flask, at: At, holder: Program, taken: int
) -> None:
    first, second, third = (wait(demo_app, who) for who in ("U17", "U09", "U22"))
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    body(program_of(demo_app, "U17").post(f"/waitlist/{first}/decline", {}))
    assert status(demo_app, "U17", first) == "declined"
    assert status(demo_app, "U09", second) == "offered"
    at(demo_app, HELD_UNTIL)
    assert status(demo_app, "U09", second) == "lapsed"
    worker.settle_due(demo_app)
    assert status(demo_app, "U22", third) == "offered"
    answer = program_of(demo_app, "U09").post(f"/waitlist/{second}/accept", {})
    assert answer.status_code == 409


def test_without_a_worker_unanswered_time_is_simply_free(
    demo_app: Flask, at: At, holder: Program, taken: int
) -> None:
    first = wait(demo_app, "U17")
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    at(demo_app, HELD_UNTIL)
    body(program_of(demo_app, "U09").post("/reservations", MORNING))
    assert program_of(demo_app, "U17").post(f"/waitlist/{first}/accept", {}).status_code == 409


def test_who_is_no_longer_eligible_is_skipped_and_told(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first, second = wait(demo_app, "U17"), wait(demo_app, "U09")
    with demo_app.app_context(), writing():
        member = find_member("U17")
        assert member is not None
        member.state, member.suspension_reason = AccountState.SUSPENDED, "Badge prêté"
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    assert status(demo_app, "U17", first) == "skipped"
    assert status(demo_app, "U09", second) == "offered"
    assert letters(demo_app, "waitlist.skipped") == [member_name(demo_app, "U17")]


def test_who_has_something_else_at_that_hour_keeps_the_place(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first, second = wait(demo_app, "U17"), wait(demo_app, "U09")
    body(program_of(demo_app, "U17").post("/reservations", MORNING | {"machine": "M18"}))
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    assert status(demo_app, "U17", first) == "waiting"
    assert status(demo_app, "U09", second) == "offered"


def test_a_notice_is_a_mail_and_holds_nothing(demo_app: Flask, holder: Program, taken: int) -> None:
    number = wait(demo_app, "U17", waits="for_notice")
    assert entry(demo_app, "U17", number)["place"] is None
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    assert status(demo_app, "U17", number) == "told"
    assert letters(demo_app, "waitlist.free") == [member_name(demo_app, "U17")]
    body(program_of(demo_app, "U09").post("/reservations", MORNING))


def test_time_that_is_moved_away_from_is_offered(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first = wait(demo_app, "U17", minutes=60)
    shorter = {"starts_at": "2026-11-24T10:30:00+01:00", "ends_at": MORNING["ends_at"]}
    body(holder.post(f"/reservations/{taken}/move", shorter))
    offer = entry(demo_app, "U17", first)["offer"]
    assert offer["starts_at"] < shorter["starts_at"]


def test_the_rest_of_who_did_not_come_is_offered(demo_app: Flask, at: At, taken: int) -> None:
    first = wait(demo_app, "U17", minutes=60)
    at(demo_app, "2026-11-24T09:15:00+01:00")
    worker.settle_due(demo_app)
    offer = entry(demo_app, "U17", first)["offer"]
    assert offer["starts_at"] == offer["answer_until"] == "2026-11-24T09:30:00+01:00"


def test_an_offer_is_judged_again_when_it_is_accepted(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    first = wait(demo_app, "U17")
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    with demo_app.app_context(), writing():
        member = find_member("U17")
        assert member is not None
        for row in list(member.papers):
            db.session.delete(row)
    answer = program_of(demo_app, "U17").post(f"/waitlist/{first}/accept", {})
    assert "DOCUMENT_MISSING" in codes_of(answer)
    assert status(demo_app, "U17", first) == "offered"


@pytest.mark.parametrize(
    ("who", "others", "expected"),
    [
        (
            "U17",
            {
                "watched_from": "2026-11-24T13:00:00+01:00",
                "watched_until": "2026-11-24T18:00:00+01:00",
            },
            409,
        ),
        ("U17", {"minutes": 7}, 422),
        (
            "U17",
            {
                "watched_from": "2026-11-20T08:00:00+01:00",
                "watched_until": "2026-11-20T18:00:00+01:00",
            },
            422,
        ),
        ("U10", {}, 422),
    ],
)
def test_waiting_in_vain_is_refused(
    demo_app: Flask, taken: int, who: str, others: dict[str, Any], expected: int
) -> None:
    answer = program_of(demo_app, who).post("/waitlist", WATCH | others)
    assert answer.status_code == expected, answer.text


def test_nobody_waits_twice_for_the_same_time(demo_app: Flask, taken: int) -> None:
    wait(demo_app, "U17")
    assert program_of(demo_app, "U17").post("/waitlist", WATCH).status_code == 409


def test_who_leaves_is_offered_nothing(demo_app: Flask, holder: Program, taken: int) -> None:
    number = wait(demo_app, "U17")
    body(program_of(demo_app, "U17").post(f"/waitlist/{number}/leave", {}))
    body(holder.post(f"/reservations/{taken}/cancel", {}))
    assert status(demo_app, "U17", number) == "withdrawn"


def member_name(app: Flask, code: str) -> str:
    with app.app_context():
        member = find_member(code)
        assert member is not None
        return member.name


def test_nobody_slips_in_between_the_freeing_and_the_offer(
    demo_app: Flask, holder: Program, taken: int
) -> None:
    """One gives the time back, three wait for it, twenty others want it at the same instant."""
    numbers = [wait(demo_app, who) for who in ("U17", "U09", "U22")]
    rivals = [program_of(demo_app, "S2") for _ in range(20)]
    start = Barrier(len(rivals) + 1)

    def ask(program: Program, path: str, asked: Any) -> Any:
        start.wait()
        return program.post(path, asked)

    with ThreadPoolExecutor(len(rivals) + 1) as threads:
        freeing = threads.submit(ask, holder, f"/reservations/{taken}/cancel", {})
        answers = [threads.submit(ask, rival, "/reservations", MORNING) for rival in rivals]
    assert freeing.result().status_code == 200
    assert {answer.result().status_code for answer in answers} == {409}
    told = [
        status(demo_app, who, number)
        for who, number in zip(("U17", "U09", "U22"), numbers, strict=True)
    ]
    assert told == ["offered", "waiting", "waiting"]
    with demo_app.app_context():
        on_the_laser = (
            select(Occupancy)
            .join(Reservation)
            .where(
                Reservation.machine_id == db.session.get_one(Reservation, taken).machine_id,
                Occupancy.starts_at == datetime.fromisoformat(MORNING["starts_at"]),
                Occupancy.active,
            )
        )
        assert len(db.session.scalars(on_the_laser).all()) == 1


class TestAMachineThatIsBackEarlier:
    """Its hours could not be reserved; now they can, and somebody waits for them."""

    def test_from_an_outage_is_offered_at_once(self, demo_app: Flask) -> None:
        stopped = stop(demo_app, "2026-11-26T18:00:00+01:00")
        number = wait(demo_app, "U17")
        assert status(demo_app, "U17", number) == "waiting"
        with demo_app.app_context(), writing():
            outage = db.session.get_one(Outage, stopped)
            assert outages.release(outage, "Courroie changée, essayée", manager()) == ()
        assert status(demo_app, "U17", number) == "offered"

    def test_whose_return_is_moved_forward_is_offered_for_what_that_gains(
        self, demo_app: Flask
    ) -> None:
        stopped = stop(demo_app, None)
        number = wait(demo_app, "U17")
        for expected, then in (("24T18:00", "waiting"), ("24T08:00", "offered")):
            with demo_app.app_context(), writing():
                outage = db.session.get_one(Outage, stopped)
                expected_end_at = datetime.fromisoformat(f"2026-11-{expected}:00+01:00")
                done = outages.reschedule(outage, expected_end_at, NOBODY, manager())
                assert isinstance(done, Done)
            assert status(demo_app, "U17", number) == then

    @pytest.mark.parametrize("is_cancelled", [True, False])
    def test_from_a_closure_is_offered_at_once(self, demo_app: Flask, is_cancelled: bool) -> None:
        morning = Period(
            datetime.fromisoformat("2026-11-24T00:00:00+01:00"),
            datetime.fromisoformat("2026-11-25T00:00:00+01:00"),
        )
        with demo_app.app_context(), writing():
            level = Level(machine=get_machine("M03"))
            closures.close(ClosureDraft(level, morning, "Essais"), NOBODY, manager())
        number = wait(demo_app, "U17")
        with demo_app.app_context(), writing():
            closure = db.session.scalars(select(Closure).where(Closure.reason == "Essais")).one()
            if is_cancelled:
                closures.cancel(closure, manager())
            else:
                later = Period(morning.ends_at, morning.ends_at + timedelta(days=1))
                level = Level(machine=get_machine("M03"))
                closures.change(closure, ClosureDraft(level, later, "Essais"), NOBODY, manager())
        assert status(demo_app, "U17", number) == "offered"


NOBODY = Answer(Choice.CANCEL, seen=())


def manager() -> Member:
    found = find_member("S1")
    assert found is not None
    return found


def stop(app: Flask, until: str | None) -> int:
    """Stop M03 from now on; the number of the outage."""
    end = datetime.fromisoformat(until) if until else None
    with app.app_context(), writing():
        machine = get_machine("M03")
        wanted = outages.Stop(OutageKind.DOWN, "Courroie usée", end)
        done = outages.stop(machine, wanted, NOBODY, manager())
        assert isinstance(done, Done), done
        made = select(Outage.id).where(Outage.machine_id == machine.id, Outage.ended_at.is_(None))
        return db.session.scalars(made).one()
