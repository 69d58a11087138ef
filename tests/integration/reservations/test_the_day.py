"""The day itself: arriving, being there, leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock, worker
from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.machines.models import Outage
from booking.machines.rules import OutageKind
from booking.members.queries import find_member
from booking.occupancies.models import Occupancy
from booking.outbox.models import Message, MessageState
from booking.reservations.models import EndList, Reservation
from booking.reservations.queries import count_no_shows
from booking.reservations.rules import ReservationState
from booking.reservations.service import forgive_no_shows
from booking.trainings.models import Certification
from booking.trainings.rules import CertificationState
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]

TUESDAY = "2026-11-24T"
MORNING = {
    "machine": "M03",
    "starts_at": f"{TUESDAY}09:00:00+01:00",
    "ends_at": f"{TUESDAY}11:00:00+01:00",
}
"""M03 costs 30 € an hour and is cleaned for a quarter of an hour."""


def on(wall: str) -> str:
    return f"{TUESDAY}{wall}+01:00"


@pytest.fixture
def me(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.fixture
def number(me: Program) -> int:
    answer = me.post("/reservations", MORNING)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


@pytest.fixture
def there(demo_app: Flask, at: At, me: Program, number: int) -> int:
    """The same, with U15 at the machine since nine."""
    at(demo_app, on("09:00:00"))
    assert check_in(me, number)["status"] == "checked_in"
    return number


def check_in(program: Program, number: int) -> dict[str, Any]:
    return program.post(f"/reservations/{number}/check-in", {}).json  # type: ignore[return-value]


def check_out(program: Program, number: int, **answers: Any) -> dict[str, Any]:
    answer = program.post(f"/reservations/{number}/check-out", answers)
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def told(kind: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind)))


class TestArriving:
    @pytest.mark.parametrize(
        ("wall", "status"),
        [("08:44:59", 409), ("08:45:00", 200), ("09:14:59", 200), ("09:15:00", 409)],
    )
    def test_is_possible_around_the_start(
        self, demo_app: Flask, at: At, me: Program, number: int, wall: str, status: int
    ) -> None:
        at(demo_app, on(wall))
        assert me.post(f"/reservations/{number}/check-in", {}).status_code == status

    def test_keeps_the_time_and_has_a_letter_wait_for_its_end(
        self, demo_app: Flask, at: At, me: Program, there: int
    ) -> None:
        at(demo_app, on("10:30:00"))
        assert me.get(f"/reservations/{there}").json["status"] == "checked_in"  # type: ignore[index]
        other = program_of(demo_app, "U17").post("/reservations", MORNING)
        assert "SLOT_TAKEN" in codes_of(other)
        with demo_app.app_context():
            (letter,) = told("reservation.ends_soon")
            assert letter.send_after.isoformat() == f"{TUESDAY}09:50:00+00:00"

    def test_asks_the_certifications_again_and_changes_nothing(
        self, demo_app: Flask, at: At, me: Program, number: int
    ) -> None:
        with demo_app.app_context(), writing():
            member = find_member("U15")
            assert member is not None
            for held in db.session.scalars(select(Certification).filter_by(member_id=member.id)):
                held.state = CertificationState.SUSPENDED
        at(demo_app, on("09:00:00"))
        answer = me.post(f"/reservations/{number}/check-in", {})
        assert (answer.status_code, codes_of(answer)) == (422, ["CERT_SUSPENDED"])
        assert me.get(f"/reservations/{number}").json["status"] == "confirmed"  # type: ignore[index]

    def test_twice_is_refused_and_noted_once(
        self, demo_app: Flask, me: Program, there: int
    ) -> None:
        assert me.post(f"/reservations/{there}/check-in", {}).status_code == 409
        with demo_app.app_context():
            noted = select(JournalEntry).where(JournalEntry.act == "reservation.checked_in")
            assert len(db.session.scalars(noted).all()) == 1

    def test_is_nobody_elses_business(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, on("09:00:00"))
        answer = program_of(demo_app, "U17").post(f"/reservations/{number}/check-in", {})
        assert answer.status_code == 404
        assert check_in(program_of(demo_app, "S1"), number)["status"] == "checked_in"


class TestLeaving:
    def test_early_frees_the_rest_and_keeps_the_price(
        self, demo_app: Flask, at: At, me: Program, there: int
    ) -> None:
        at(demo_app, on("09:40:00"))
        answer = check_out(me, there, clean=True, tools_back=True, offcut_grams=400)
        assert (answer["status"], answer["overrun"]) == ("completed", None)
        assert answer["price"]["excl_cents"] > 0
        other = program_of(demo_app, "U17")
        rest = MORNING | {"starts_at": on("10:30:00")}
        assert other.post("/reservations", rest).status_code == 201
        with demo_app.app_context():
            held = db.session.scalars(select(Occupancy).filter_by(reservation_id=there)).one()
            assert held.busy_until - held.ends_at == timedelta(minutes=15)
            assert db.session.get_one(EndList, there).offcut_grams == 400
            assert [m.state for m in told("reservation.ends_soon")] == [MessageState.WITHDRAWN]

    def test_late_costs_every_quarter_that_has_begun(
        self, demo_app: Flask, at: At, me: Program, there: int
    ) -> None:
        at(demo_app, on("11:00:59"))
        assert me.get(f"/reservations/{there}").json["status"] == "checked_in"  # type: ignore[index]
        at(demo_app, on("11:16:00"))
        overrun = check_out(me, there)["overrun"]
        assert overrun["minutes"] == 30
        assert overrun["price"]["excl_cents"] == 1500
        assert overrun["price"]["incl_cents"] == 1800

    def test_tells_a_problem_to_the_referent_and_the_managers(
        self, demo_app: Flask, me: Program, there: int
    ) -> None:
        check_out(me, there, problem="La courroie siffle.")
        with demo_app.app_context():
            letters = told("machine.problem")
            assert {letter.facts["problem"] for letter in letters} == {"La courroie siffle."}
            assert len({letter.recipient for letter in letters}) == len(letters) >= 1

    def test_before_arriving_is_refused(self, me: Program, number: int) -> None:
        assert me.post(f"/reservations/{number}/check-out", {}).status_code == 409

    def test_without_a_word_is_over_with_the_day(
        self, demo_app: Flask, at: At, me: Program, there: int
    ) -> None:
        at(demo_app, on("23:00:00"))
        assert me.get(f"/reservations/{there}").json["status"] == "completed"  # type: ignore[index]
        worker.settle_due(demo_app)
        with demo_app.app_context():
            kept = db.session.get_one(Reservation, there)
            assert (kept.state, kept.checked_out_at) == (ReservationState.COMPLETED, None)
            assert kept.overrun is not None
            active = select(Occupancy.active).where(Occupancy.reservation_id == there)
            assert db.session.scalar(active) is True


def test_the_next_person_is_told_once_that_somebody_is_still_there(
    demo_app: Flask, at: At, there: int
) -> None:
    other = program_of(demo_app, "U17")
    noon = {"starts_at": on("11:30:00"), "ends_at": on("12:30:00")}
    assert other.post("/reservations", MORNING | noon).status_code == 201
    for wall, letters in (("11:14:00", 0), ("11:15:00", 1), ("11:20:00", 1)):
        at(demo_app, on(wall))
        worker.tell_of_delays(demo_app)
        with demo_app.app_context():
            assert len(told("reservation.delayed")) == letters, wall


class TestNotComing:
    """Three times within ninety days stops reserving, until a manager lifts it. U15 did not come
    twice in autumn.
    """

    LATER = MORNING | {
        "starts_at": "2026-11-27T09:00:00+01:00",
        "ends_at": "2026-11-27T11:00:00+01:00",
    }

    def test_stops_reserving_at_the_third_time_though_no_job_has_run(
        self, demo_app: Flask, at: At, me: Program, number: int
    ) -> None:
        kept = me.post("/reservations", self.LATER)
        assert kept.status_code == 201
        at(demo_app, on("09:15:00"))
        answer = me.post("/reservations", self.LATER | {"machine": "M04"})
        assert "ACCOUNT_SUSPENDED" in codes_of(answer)
        facts = answer.json["refusals"][0]["facts"]  # type: ignore[index]
        assert (facts["count"], facts["window_days"]) == (3, 90)
        at(demo_app, "2026-11-27T09:00:00+01:00")
        assert check_in(me, kept.json["id"])["status"] == "checked_in"  # type: ignore[index]

    def test_is_told_with_what_follows(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, on("09:15:00"))
        worker.settle_due(demo_app)
        with demo_app.app_context():
            (letter,) = told("reservation.no_show")
            assert (letter.facts["absences"], letter.facts["stop_at"]) == (3, 3)

    def test_counts_no_more_once_a_manager_has_set_it_aside(
        self, demo_app: Flask, at: At, me: Program, number: int
    ) -> None:
        at(demo_app, on("09:15:00"))
        with demo_app.app_context(), writing():
            member, manager = find_member("U15"), find_member("S1")
            assert member is not None
            assert manager is not None
            assert forgive_no_shows(member, manager, "Une grippe")
        assert me.post("/reservations", self.LATER).status_code == 201

    def test_of_long_ago_counts_no_more(self, demo_app: Flask, at: At) -> None:
        with demo_app.app_context():
            member = find_member("U15")
            assert member is not None
            assert count_no_shows(member) == 2
        at(demo_app, "2027-02-23T09:00:00+01:00")
        with demo_app.app_context():
            assert count_no_shows(member) == 0

    @pytest.mark.parametrize("is_back", [False, True])
    def test_costs_nothing_and_does_not_count_where_the_machine_was_out_of_service(
        self, demo_app: Flask, at: At, me: Program, number: int, is_back: bool
    ) -> None:
        with demo_app.app_context(), writing():
            outage = Outage(
                machine_id=db.session.get_one(Reservation, number).machine_id,
                kind=OutageKind.DOWN,
                starts_at=clock.now(),
                reason="Lentille fêlée",
            )
            db.session.add(outage)
        at(demo_app, on("09:00:00"))
        answer = me.post(f"/reservations/{number}/check-in", {})
        assert codes_of(answer) == ["MACHINE_NOT_BOOKABLE"]
        if is_back:
            at(demo_app, on("09:10:00"))
            with demo_app.app_context(), writing():
                open_one = select(Outage).where(Outage.reason == "Lentille fêlée")
                db.session.scalars(open_one).one().ended_at = clock.now()
        at(demo_app, on("09:15:00"))
        worker.settle_due(demo_app)
        kept: Any = me.get(f"/reservations/{number}").json
        assert (kept["status"], kept["fee"]) == ("no_show", None)
        with demo_app.app_context():
            member = find_member("U15")
            assert member is not None
            assert count_no_shows(member) == 2  # those of before alone

    def test_costs_the_price_where_nothing_stood_in_the_way(
        self, demo_app: Flask, at: At, me: Program, number: int
    ) -> None:
        at(demo_app, on("09:15:00"))
        worker.settle_due(demo_app)
        kept: Any = me.get(f"/reservations/{number}").json
        assert kept["fee"] == kept["price"]
