"""Handing a reservation over, and exchanging two: nothing changes before it is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.members.queries import find_member
from booking.outbox.models import Message
from booking.pricing.models import CreditMovement
from booking.reservations.models import Reservation
from tests.programs import Program, codes_of, program_of

MATHIEU, JONAS = "mathieu.schwoerer@example.org", "jonas.weber@example.org"
GIVER, RECEIVER = "U02", "U03"


def hours(day: str, start: str, end: str, **others: Any) -> dict[str, Any]:
    return {
        "starts_at": f"2026-11-{day}T{start}:00+01:00",
        "ends_at": f"2026-11-{day}T{end}:00+01:00",
        **others,
    }


def made(program: Program, machine: str, times: dict[str, Any]) -> int:
    answer = program.post("/reservations", {"machine": machine, **times})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


@pytest.fixture
def giver(demo_app: Flask) -> Program:
    return program_of(demo_app, GIVER)


@pytest.fixture
def receiver(demo_app: Flask) -> Program:
    return program_of(demo_app, RECEIVER)


@pytest.fixture
def number(giver: Program) -> int:
    return made(giver, "M01", hours("25", "09:00", "11:00"))


def offered(giver: Program, number: int, **body: Any) -> int:
    answer = giver.post(f"/reservations/{number}/hand-over", {"to": JONAS, **body})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


def holder(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Reservation, number).member.code


def test_it_changes_hands_when_it_is_accepted_and_not_before(
    demo_app: Flask, giver: Program, receiver: Program, number: int
) -> None:
    offer = offered(giver, number)
    assert [one["id"] for one in receiver.get("/hand-overs").json["items"]] == [offer]  # type: ignore[index]
    assert holder(demo_app, number) == GIVER
    answer = receiver.post(f"/hand-overs/{offer}/accept", {})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert (answer.json["member"], answer.json["starts_at"]) == (
        RECEIVER,
        "2026-11-25T09:00:00+01:00",
    )
    assert receiver.post(f"/hand-overs/{offer}/accept", {}).status_code == 409
    with demo_app.app_context():
        told = select(Message).where(Message.topic == f"reservation:{number}").order_by(Message.id)
        letters = [(letter.kind, letter.state) for letter in db.session.scalars(told)]
    assert letters == [
        ("reservation.confirmed", "WITHDRAWN"),
        ("reservation.handed_over", "WAITING"),
        ("reservation.taken_over", "WAITING"),
    ]


def test_credit_hours_return_to_the_one_and_are_taken_from_the_other(demo_app: Flask) -> None:
    """A manager may offer it to anybody."""
    number = made(program_of(demo_app, "U09"), "M12", hours("25", "09:00", "11:00"))
    body = {"to": address_of(demo_app, "U16")}
    answer = program_of(demo_app, "S1").post(f"/reservations/{number}/hand-over", body)
    assert answer.json is not None
    accept = f"/hand-overs/{answer.json['id']}/accept"
    assert program_of(demo_app, "U15").post(accept, {}).status_code == 404
    assert program_of(demo_app, "U16").post(accept, {}).status_code == 200
    with demo_app.app_context():
        moved = (
            select(func.sum(CreditMovement.minutes))
            .where(CreditMovement.reservation_id == number)
            .group_by(CreditMovement.subscription_id)
        )
        assert sorted(db.session.scalars(moved)) == [-120, 0]


def address_of(app: Flask, code: str) -> str:
    with app.app_context():
        found = find_member(code)
        assert found is not None
        return found.email


def test_who_may_not_use_it_then_learns_why_and_nothing_changes(
    demo_app: Flask, giver: Program, receiver: Program, number: int
) -> None:
    made(receiver, "M02", hours("25", "10:00", "12:00"))
    offer = offered(giver, number)
    refused = receiver.post(f"/hand-overs/{offer}/accept", {})
    assert (refused.status_code, codes_of(refused)) == (422, ["MEMBER_OVERLAP"])
    assert holder(demo_app, number) == GIVER


def test_two_reservations_are_exchanged_all_or_nothing(
    demo_app: Flask, giver: Program, receiver: Program, number: int
) -> None:
    """They overlap: each person gives up what would stand in the way."""
    other = made(receiver, "M02", hours("25", "10:00", "12:00"))
    offer = offered(giver, number, in_exchange_for=other)
    answer = receiver.post(f"/hand-overs/{offer}/accept", {})
    assert answer.status_code == 200, answer.text
    assert (holder(demo_app, number), holder(demo_app, other)) == (RECEIVER, GIVER)


def test_an_offer_falls_when_what_is_offered_has_moved(
    demo_app: Flask, giver: Program, receiver: Program, number: int
) -> None:
    offer = offered(giver, number)
    giver.post(f"/reservations/{number}/move", hours("25", "10:00", "11:00"))
    assert receiver.get("/hand-overs").json == {"items": []}
    assert receiver.post(f"/hand-overs/{offer}/accept", {}).status_code == 409


def test_it_is_declined_and_offered_to_colleagues_alone(
    demo_app: Flask, giver: Program, receiver: Program, number: int
) -> None:
    offer = offered(giver, number)
    assert receiver.post(f"/hand-overs/{offer}/decline", {}).status_code == 200
    assert receiver.post(f"/hand-overs/{offer}/accept", {}).status_code == 409
    for address in (MATHIEU, address_of(demo_app, "U15"), "personne@example.org"):
        refused = giver.post(f"/reservations/{number}/hand-over", {"to": address})
        assert refused.status_code == 422
    assert holder(demo_app, number) == GIVER
