"""Other hours for a series: every date, or none, each judged as if the others had left already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.outbox import wording
from booking.outbox.models import Message, MessageState
from booking.pricing.models import CreditMovement
from booking.reservations.models import Reservation, Waiver
from booking.site.queries import get_site
from tests.calendars import instants, read
from tests.digests import digests_of
from tests.programs import Program, program_of

At = Callable[[Flask, str], None]


def body(answer: Any) -> Any:
    assert answer.status_code < 400, answer.text
    return answer.json


def made(program: Program, machine: str, start: str, end: str, **others: Any) -> dict[str, Any]:
    """A series of U's, from a Tuesday on, four weeks by default."""
    wanted = {"machine": machine, "frequency": "week", "count": 4, **others}
    wanted |= {"starts_at": f"{start}:00+01:00", "ends_at": f"{end}:00+01:00"}
    told: dict[str, Any] = body(program.post("/series", wanted))
    return told


def hours(start: str, end: str, **others: Any) -> dict[str, Any]:
    return {"start_time": start, "end_time": end, **others}


def numbers(series: dict[str, Any]) -> list[int]:
    return [one["id"] for one in series["reservations"]]


def times(series: dict[str, Any]) -> list[str]:
    """Day and hours of each date, as the workshop's clock shows them."""
    return [f"{one['starts_at'][5:16]}-{one['ends_at'][11:16]}" for one in series["reservations"]]


def refused(answer: Any) -> dict[int, list[str]]:
    return {
        one["reservation"]: [refusal["code"] for refusal in one["refusals"]]
        for one in answer.json["refused"]
    }


def letters(app: Flask, kind: str) -> list[Message]:
    with app.app_context():
        found = select(Message).where(Message.kind == kind).order_by(Message.id)
        return list(db.session.scalars(found))


@pytest.fixture
def program(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.fixture
def series(program: Program) -> dict[str, Any]:
    """M03 on four Tuesdays from 09:00 to 11:00."""
    return made(program, "M03", "2026-11-24T09:00", "2026-11-24T11:00")


def path(series: dict[str, Any]) -> str:
    return f"/series/{series['id']}/move"


class TestAllThatIsToCome:
    def test_moves_each_date_on_its_own_day(self, program: Program, series: dict[str, Any]) -> None:
        told = body(program.post(path(series), hours("10:00", "12:30")))
        assert times(told) == [f"{day}T10:00-12:30" for day in ("11-24", "12-01", "12-08", "12-15")]
        assert [one["version"] for one in told["reservations"]] == [2, 2, 2, 2]

    def test_may_go_to_another_day_of_the_week(
        self, program: Program, series: dict[str, Any]
    ) -> None:
        told = body(program.post(path(series), hours("09:00", "11:00", shift_days=1)))
        assert [one[:5] for one in times(told)] == ["11-25", "12-02", "12-09", "12-16"]

    def test_a_date_may_take_the_hours_that_another_leaves(
        self, demo_app: Flask, program: Program
    ) -> None:
        daily = made(program, "M03", "2026-11-24T09:00", "2026-11-24T11:00", frequency="day")
        for shift_days in (1, -1):
            before = body(program.get(f"/series/{daily['id']}"))
            told = body(program.post(path(daily), hours("09:00", "11:00", shift_days=shift_days)))
            assert times(told) != times(before)
        assert times(told) == times(daily)

    def test_two_dates_never_take_the_same_hours(
        self, program: Program, series: dict[str, Any]
    ) -> None:
        first, second = numbers(series)[:2]
        same_day = {
            "starts_at": "2026-11-24T14:00:00+01:00",
            "ends_at": "2026-11-24T16:00:00+01:00",
        }
        body(program.post(f"/reservations/{second}/move", same_day))
        answer = program.post(path(series), hours("10:00", "12:00"))
        assert (answer.status_code, refused(answer)) == (
            422,
            {second: ["SLOT_TAKEN", "MEMBER_OVERLAP"]},
        )
        told = body(program.post(path(series), hours("10:00", "12:00", skip=[second])))
        assert times(told)[:2] == ["11-24T10:00-12:00", "11-24T14:00-16:00"]
        assert first == told["reservations"][0]["id"]


class TestSetAside:
    EARLY = hours("05:00", "07:00")
    WAIVER: ClassVar = {"code": "OUTSIDE_OPENING", "reason": "Commande de la ville"}

    def test_a_manager_sets_aside_what_is_against_every_date(
        self, demo_app: Flask, series: dict[str, Any]
    ) -> None:
        manager = program_of(demo_app, "S1")
        answer = manager.post(path(series), self.EARLY)
        assert refused(answer) == {number: ["OUTSIDE_OPENING"] for number in numbers(series)}
        told = body(manager.post(path(series), self.EARLY | {"waivers": [self.WAIVER]}))
        assert {one["starts_at"][11:16] for one in told["reservations"]} == {"05:00"}
        with demo_app.app_context():
            kept = db.session.scalars(select(Waiver)).all()
            assert {one.reservation_id for one in kept} == set(numbers(series))
            assert {one.reason for one in kept} == {"Commande de la ville"}

    def test_nobody_else_does(self, program: Program, series: dict[str, Any]) -> None:
        answer = program.post(path(series), self.EARLY | {"waivers": [self.WAIVER]})
        assert answer.status_code == 403


class TestRefused:
    def test_leaves_everything_and_names_the_date(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        other = {
            "machine": "M03",
            "starts_at": "2026-12-08T14:00:00+01:00",
            "ends_at": "2026-12-08T15:00:00+01:00",
        }
        body(program_of(demo_app, "U09").post("/reservations", other))
        before = digests_of(demo_app)
        answer = program.post(path(series), hours("14:00", "16:00"))
        assert (answer.status_code, refused(answer)) == (
            409,
            {numbers(series)[2]: ["SLOT_TAKEN"]},
        )
        assert digests_of(demo_app) == before
        others = body(
            program.post(path(series), hours("14:00", "16:00", skip=[numbers(series)[2]]))
        )
        assert [one[6:11] for one in times(others)] == ["14:00", "14:00", "09:00", "14:00"]

    def test_a_dry_run_says_it_beforehand_and_changes_nothing(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        before = digests_of(demo_app)
        told = body(program.post(path(series), hours("03:00", "05:00", dry_run=True)))
        assert not told["allowed"]
        assert {r["code"] for item in told["items"] for r in item["refusals"]} == {
            "OUTSIDE_OPENING"
        }
        longer = body(program.post(path(series), hours("09:00", "12:00", dry_run=True)))
        assert longer["allowed"]
        assert digests_of(demo_app) == before
        prices = [item["price"] for item in longer["items"]]
        done = body(program.post(path(series), hours("09:00", "12:00")))
        assert [one["price"] for one in done["reservations"]] == prices

    def test_knows_what_was_read(self, program: Program, series: dict[str, Any]) -> None:
        told = body(program.post(path(series), hours("10:00", "12:00", dry_run=True)))
        versions = {item["reservation"]: item["version"] for item in told["items"]}
        body(program.post(f"/reservations/{numbers(series)[0]}/cancel", {}))
        late = program.post(path(series), hours("10:00", "12:00", versions=versions))
        assert late.status_code == 409
        assert times(body(program.get(f"/series/{series['id']}"))) == times(series)

    def test_needs_the_date_from_which_it_counts(
        self, program: Program, series: dict[str, Any]
    ) -> None:
        wanted = hours("10:00", "12:00", scope="following")
        for sent, code in (
            (wanted, "missing"),
            (wanted | {"reservation": 1}, "unknown_reservation"),
        ):
            answer: Any = program.post(path(series), sent).json
            assert answer["errors"][0]["code"] == code


class TestScope:
    def test_is_one_date_or_it_and_the_following(
        self, program: Program, series: dict[str, Any]
    ) -> None:
        chosen = {"reservation": numbers(series)[1]}
        one = body(program.post(path(series), hours("10:00", "12:00", scope="one", **chosen)))
        assert [date[6:11] for date in times(one)] == ["09:00", "10:00", "09:00", "09:00"]
        some = body(
            program.post(path(series), hours("14:00", "16:00", scope="following", **chosen))
        )
        assert [date[6:11] for date in times(some)] == ["09:00", "14:00", "14:00", "14:00"]

    def test_leaves_out_what_has_begun_or_was_given_back(
        self, demo_app: Flask, at: At, program: Program, series: dict[str, Any]
    ) -> None:
        body(program.post(f"/reservations/{numbers(series)[1]}/cancel", {}))
        at(demo_app, "2026-11-24T09:05:00+01:00")
        told = body(program.post(path(series), hours("14:00", "16:00")))
        assert [date[6:11] for date in times(told)] == ["09:00", "09:00", "14:00", "14:00"]
        at(demo_app, "2026-12-20T09:00:00+01:00")
        assert program.post(path(series), hours("10:00", "12:00")).status_code == 409


class TestJudgedAsIfAllHadLeft:
    def test_a_quota_counts_only_what_is_already_moved(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        with demo_app.app_context(), writing():
            get_site().future_hours_per_machine = 6
        longer = program.post(path(series), hours("09:00", "11:30"))
        assert refused(longer) == {
            numbers(series)[2]: ["QUOTA_REACHED"],
            numbers(series)[3]: ["QUOTA_REACHED"],
        }
        told = body(program.post(path(series), hours("09:00", "10:30")))
        assert [date[6:17] for date in times(told)] == ["09:00-10:30"] * 4

    def test_credit_hours_go_with_the_dates(self, demo_app: Flask) -> None:
        program = program_of(demo_app, "U02")
        series = made(
            program, "M17", "2026-11-24T09:00", "2026-11-24T11:00", count=3, frequency="day"
        )
        longer = body(program.post(path(series), hours("09:00", "13:00")))
        shorter = body(program.post(path(series), hours("14:00", "16:00")))
        prices = [one["price"] for one in series["reservations"]]
        assert [one["price"] for one in shorter["reservations"]] == prices
        assert [one["price"] for one in longer["reservations"]] != prices
        with demo_app.app_context():
            for one in numbers(series):
                kept = db.session.get_one(Reservation, one).price
                assert kept is not None
                moved = select(CreditMovement.minutes).where(CreditMovement.reservation_id == one)
                assert -sum(db.session.scalars(moved)) == kept.credit_minutes


def test_the_wall_time_stays_over_a_clock_change(demo_app: Flask, at: At) -> None:
    at(demo_app, "2026-10-12T08:00:00+02:00")
    program = program_of(demo_app, "U15")
    wanted = {
        "machine": "M03",
        "frequency": "week",
        "count": 3,
        "starts_at": "2026-10-20T09:00:00+02:00",
        "ends_at": "2026-10-20T11:00:00+02:00",
    }
    series = body(program.post("/series", wanted))
    told = body(program.post(path(series), hours("10:00", "12:00")))
    assert [one["starts_at"] for one in told["reservations"]] == [
        "2026-10-20T10:00:00+02:00",
        "2026-10-27T10:00:00+01:00",
        "2026-11-03T10:00:00+01:00",
    ]


class TestWaitingList:
    def test_gets_what_is_left_in_the_end_and_nothing_that_a_date_takes(
        self, demo_app: Flask, program: Program
    ) -> None:
        daily = made(program, "M03", "2026-11-24T09:00", "2026-11-24T11:00", frequency="day")
        waits = [
            body(
                program_of(demo_app, who).post(
                    "/waitlist",
                    {
                        "machine": "M03",
                        "watched_from": f"2026-11-{day}T09:00:00+01:00",
                        "watched_until": f"2026-11-{day}T11:00:00+01:00",
                        "minutes": 120,
                    },
                )
            )["id"]
            for who, day in (("U17", "24"), ("U09", "25"))
        ]
        told = body(program.post(path(daily), hours("09:00", "11:00", shift_days=1)))
        assert times(told)[0] == "11-25T09:00-11:00"
        states = [
            body(program_of(demo_app, who).get(f"/waitlist/{number}"))["status"]
            for who, number in zip(("U17", "U09"), waits, strict=True)
        ]
        assert states == ["offered", "waiting"]


SUPERVISED = {"mode": "supervised", "supervisor": "U09"}


def test_what_waits_for_somebody_waits_again_for_the_new_hours(demo_app: Flask) -> None:
    program, supervisor = program_of(demo_app, "U10"), program_of(demo_app, "U09")
    series = made(program, "M12", "2026-11-26T09:00", "2026-11-26T11:00", count=2, **SUPERVISED)
    first, second = numbers(series)
    body(supervisor.post(f"/reservations/{first}/accept"))
    told = body(program.post(path(series), hours("14:00", "16:00")))
    assert [one["status"] for one in told["reservations"]] == ["held", "held"]
    asked = letters(demo_app, "companions.asked")
    (waiting,) = [one.facts["dates"] for one in asked if one.state is MessageState.WAITING]
    assert [date["starts_at"] for date in waiting] == [
        "2026-11-26T13:00:00+00:00",
        "2026-12-03T13:00:00+00:00",
    ]
    body(supervisor.post(f"/reservations/{second}/accept"))
    body(supervisor.post(f"/reservations/{second}/decline"))
    at_risk = body(program.get(f"/reservations/{second}"))
    assert at_risk["at_risk"]
    answer = program.post(path(series), hours("15:00", "17:00"))
    assert refused(answer) == {second: ["SUPERVISOR_REQUIRED"]}


class TestLetters:
    def test_one_tells_of_all_dates_with_one_calendar_file(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        body(program.post(path(series), hours("14:00", "16:00")))
        body(program.post(f"/series/{series['id']}/cancel", {}))
        kinds = ("reservations.made", "reservations.moved", "reservations.cancelled_by_member")
        files = []
        for kind in kinds:
            (letter,) = letters(demo_app, kind)
            assert [date["reservation"] for date in letter.facts["dates"]] == numbers(series)
            with demo_app.app_context():
                calendar = wording.render(letter).calendar
            assert calendar is not None
            assert calendar.method == "PUBLISH"
            files.append(read(calendar.text).events)
        assert [[(e.sequence, e.status) for e in events] for events in files] == [
            [(n, status)] * 4 for n, status in enumerate(["CONFIRMED", "CONFIRMED", "CANCELLED"])
        ]
        assert len({event.uid for events in files for event in events}) == 4
        assert [instants(event)[0].hour for event in files[1]] == [13] * 4

    def test_what_a_later_one_tells_anew_is_not_sent(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        body(program.post(path(series), hours("14:00", "16:00")))
        (first,) = letters(demo_app, "reservations.made")
        assert first.state is MessageState.WITHDRAWN
        chosen = {"reservation": numbers(series)[2], "scope": "following"}
        body(program.post(path(series), hours("15:00", "17:00", **chosen)))
        states = [one.state for one in letters(demo_app, "reservations.moved")]
        assert states == [MessageState.WAITING, MessageState.WAITING]

    def test_a_single_date_keeps_its_own_letter(
        self, demo_app: Flask, program: Program, series: dict[str, Any]
    ) -> None:
        last = {"reservation": numbers(series)[-1], "scope": "following"}
        body(program.post(path(series), hours("14:00", "16:00", **last)))
        assert len(letters(demo_app, "reservation.moved")) == 1
        assert letters(demo_app, "reservations.moved") == []
