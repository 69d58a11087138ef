"""Machines and their free time, as programs see them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.machines.models import Machine
from booking.machines.queries import get_machine
from booking.members.models import Member
from tests.programs import Program, program_of, visitor

MONDAY = {"from": "2026-11-30T00:00:00+01:00", "to": "2026-12-01T00:00:00+01:00"}


def machines(program: Program, **query: str) -> list[dict[str, Any]]:
    answer = program.get("/machines", **query)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def free_time(program: Program, machine: str, **query: str) -> dict[str, Any]:
    answer = program.get(f"/machines/{machine}/availability", **query)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return answer.json


def hours(periods: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(p["starts_at"][11:16], p["ends_at"][11:16], p["units"]) for p in periods]


def reserve(program: Program, machine: str, starts: str, ends: str) -> None:
    body = {"machine": machine, "starts_at": starts, "ends_at": ends}
    answer = program.post("/reservations", body)
    assert answer.status_code == 201, answer.text


def test_visitors_see_the_catalogue(demo_app: Flask) -> None:
    found = machines(visitor(demo_app))
    assert {"M01", "M17", "R1"} <= {machine["code"] for machine in found}
    assert {machine["usable"] for machine in found} == {None}


def test_machines_can_be_narrowed_down(demo_app: Flask) -> None:
    wood = machines(visitor(demo_app), area="BOIS")
    assert {machine["area"]["code"] for machine in wood} == {"BOIS"}
    routers = machines(visitor(demo_app), category="CNC_ROUTER")
    assert {machine["category"] for machine in routers} == {"CNC_ROUTER"}


def test_usable_is_about_who_asks(demo_app: Flask) -> None:
    mine = {machine["code"] for machine in machines(program_of(demo_app, "U05"), usable="true")}
    assert "M09" in mine
    beginner = machines(program_of(demo_app, "U10"), usable="true")
    assert "M09" not in {machine["code"] for machine in beginner}
    assert visitor(demo_app).get("/machines", usable="true").status_code == 401


def test_texts_come_in_the_readers_language(demo_app: Flask) -> None:
    german = {"headers": {"Accept-Language": "de"}}
    of_visitor = demo_app.test_client().get("/api/v1/machines/M01", **german)
    of_member = program_of(demo_app, "U03").get("/machines/M01")
    for answer in (of_visitor, of_member):
        assert answer.json is not None
        assert answer.json["name"].startswith("Große CNC-Fräse")


def test_a_free_day_is_free_within_its_hours_and_closed_outside(demo_app: Flask) -> None:
    told = free_time(program_of(demo_app, "U02"), "M17", **MONDAY)
    assert told["units"] == 6
    assert told["taken"] == []
    assert {free["units"] for free in told["free"]} == {6}
    assert {closed["why"] for closed in told["closed"]} == {"outside_hours"}


def test_a_taken_unit_is_told_without_a_name(demo_app: Flask) -> None:
    reserve(
        program_of(demo_app, "U15"), "M17",
        "2026-11-30T10:00:00+01:00", "2026-11-30T12:00:00+01:00",
    )  # fmt: skip
    told = free_time(program_of(demo_app, "U02"), "M17", **MONDAY)
    assert hours(told["taken"]) == [("10:00", "12:00", 1)]
    assert ("10:00", "12:00", 5) in hours(told["free"])
    with demo_app.app_context():
        names = list(db.session.scalars(select(Member.name)))
    assert not [name for name in names if name in str(told)]


def test_free_time_keeps_the_buffer_on_both_sides(demo_app: Flask) -> None:
    reserve(
        program_of(demo_app, "U02"), "M01",
        "2026-11-30T09:30:00+01:00", "2026-11-30T10:30:00+01:00",
    )  # fmt: skip
    told = free_time(program_of(demo_app, "U05"), "M01", **MONDAY)
    assert told["buffer_minutes"] == 30
    assert hours(told["taken"]) == [("09:30", "10:30", 1)]
    around = hours(told["free"])
    assert any(end == "09:00" for _, end, _ in around)
    assert any(start == "11:00" for start, _, _ in around)


def test_what_is_told_free_can_be_reserved(demo_app: Flask) -> None:
    program = program_of(demo_app, "U02")
    reserve(program, "M01", "2026-11-30T10:00:00+01:00", "2026-11-30T12:00:00+01:00")
    for free in free_time(program, "M01", **MONDAY)["free"]:
        body = {"machine": "M01", "starts_at": free["starts_at"], "ends_at": free["ends_at"]}
        judged = program.post("/reservations", body | {"dry_run": True}).json
        assert judged is not None
        codes = {refusal["code"] for refusal in judged["refusals"]}
        assert not codes & {"SLOT_TAKEN", "BUFFER_CONFLICT", "OUTSIDE_OPENING", "CLOSED_DAY"}


def test_holidays_closures_and_outages_are_closed(demo_app: Flask) -> None:
    christmas = {"from": "2026-12-24T00:00:00+01:00", "to": "2026-12-28T00:00:00+01:00"}
    told = free_time(program_of(demo_app, "U02"), "M17", **christmas)
    why = {closed["why"]: closed["reason"] for closed in told["closed"]}
    assert {"public_holiday", "closure", "outside_hours"} <= set(why)


def test_a_day_of_25_hours_is_told_whole(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        machine: Machine = get_machine("M16")
        machine.horizon_days = 700
    night = {"from": "2027-10-31T00:00:00+02:00", "to": "2027-11-01T00:00:00+01:00"}
    told = free_time(program_of(demo_app, "U13"), "M16", **night)
    assert told["free"][0]["starts_at"] == "2027-10-31T00:00:00+02:00"
    assert told["free"][-1]["ends_at"] == "2027-11-01T00:00:00+01:00"


def test_visitors_are_told_the_whole_path_to_a_machine(demo_app: Flask) -> None:
    path = visitor(demo_app).get("/machines/M05/path").json
    assert path is not None
    assert [step["training"] for step in path["steps"]] == ["ACC", "BOIS-1", "BOIS-2"]
    assert {step["state"] for step in path["steps"]} == {"missing"}
    assert (path["half_days"], path["price_cents"], path["reached_on"]) == (5, 40000, None)
    assert path["steps"][0]["session"]["code"] == "T-01"
    last = path["steps"][-1]
    assert (last["session"], last["early_session"]["code"], last["ready_on"]) == (
        None,
        "T-07",
        None,
    )


def test_a_member_is_told_what_he_lacks_for_each_kind_of_use(demo_app: Flask) -> None:
    program = program_of(demo_app, "U06")
    alone = program.get("/machines/M09/path").json
    assert alone is not None
    assert alone["reached_on"] == "2026-12-09"
    states = {step["training"]: (step["state"], step["next"]) for step in alone["steps"]}
    assert states == {
        "ACC": ("held", "nothing"),
        "CNC-1": ("missing", "attend"),
        "METAL-1": ("held", "nothing"),
    }
    supervised = program.get("/machines/M09/path", mode="supervised").json
    assert supervised is not None
    assert supervised["mode"] == "supervised"
    assert program.get("/machines/M09/path", mode="both").status_code == 422
    assert program.get("/machines/M99/path").status_code == 404
