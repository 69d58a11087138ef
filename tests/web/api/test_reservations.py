"""Reserving, looking and giving back through the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from booking import database
from booking.database import db, writing
from booking.members.queries import find_member
from booking.reservations.service import suspend_member
from booking.site.models import Site
from tests.engines import Engine
from tests.programs import Program, codes_of, program_of
from tests.statements import statements_of

WISH = {
    "machine": "M17",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T10:00:00+01:00",
}
LONG_AGO = {"starts_at": "2025-11-24T09:00:00+01:00", "ends_at": "2025-11-24T10:00:00+01:00"}
LATER = {"starts_at": "2026-11-24T14:00:00+01:00", "ends_at": "2026-11-24T15:00:00+01:00"}

SetClock = Callable[[Flask, str], None]


def made(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return answer.json


def ids(answer: TestResponse) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]  # type: ignore[index]


def coming(program: Program, **query: Any) -> list[int]:
    """The ids of what is listed from the reference clock on."""
    return ids(program.get("/reservations", **{"from": "2026-11-23T08:00:00+01:00"} | query))


@pytest.fixture
def artisan(demo_app: Flask) -> Program:
    return program_of(demo_app, "U15")


@pytest.fixture
def manager(demo_app: Flask) -> Program:
    return program_of(demo_app, "S1")


def test_a_reservation_is_confirmed_and_found_again(artisan: Program) -> None:
    answer = artisan.post("/reservations", WISH | {"purpose": "Boîtier  d'essai\n"})
    reservation = made(answer)
    assert reservation | WISH == reservation
    assert reservation["status"] == "confirmed"
    assert reservation["member"] == "U15"
    assert reservation["organisation"] == "O15"
    assert reservation["purpose"] == "Boîtier d'essai"
    assert reservation["price"] == {"excl_cents": 200, "vat_cents": 40, "incl_cents": 240}
    path = f"/reservations/{reservation['id']}"
    assert answer.headers["Location"].endswith(path)
    assert artisan.get(path).json == reservation
    assert coming(artisan) == [reservation["id"]]


def test_a_dry_run_reserves_nothing(artisan: Program) -> None:
    answer = artisan.post("/reservations", WISH | {"dry_run": True})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["allowed"] is True
    assert answer.json["refusals"] == []
    assert answer.json["price"]["excl_cents"] == 200
    assert coming(artisan) == []


@pytest.mark.parametrize(
    ("status", "wish", "token"),
    [
        (401, WISH, "opens nothing"),
        (422, {"machine": "M17"}, None),
        (422, WISH | {"machine": "M99"}, None),
        (422, WISH | LONG_AGO, None),
        (403, WISH | {"waivers": [{"code": "TOO_SOON", "reason": "Pressé"}]}, None),
        (200, WISH | {"dry_run": True}, None),
        (201, WISH, None),
    ],
)
def test_whatever_becomes_of_a_wish_the_lock_is_given_back(
    demo_app: Flask, artisan: Program, status: int, wish: dict[str, Any], token: str | None
) -> None:
    """Who asks is read within the transaction of the act, which may come to nothing."""
    asking = replace(artisan, token=token) if token else artisan
    assert asking.post("/reservations", wish).status_code == status
    assert not database._writers.locked()
    with demo_app.app_context(), db.engine.begin() as others:
        others.execute(update(Site).values(description="Atelier"))


def test_who_asks_is_read_once(artisan: Program, demo_app: Flask, engine: Engine) -> None:
    """On PostgreSQL once more, when the person is locked."""
    made(artisan.post("/reservations", WISH))
    with statements_of(demo_app) as sent:
        made(artisan.post("/reservations", WISH | LATER))
    of_the_member = [one for one in sent if "member.email" in one]
    assert len(of_the_member) == (1 if engine.name == "sqlite" else 2)


def test_a_taken_slot_is_a_conflict_and_other_reasons_are_not(
    demo_app: Flask, artisan: Program
) -> None:
    slot = {"starts_at": "2026-11-25T14:00:00+01:00", "ends_at": "2026-11-25T16:00:00+01:00"}
    welder = program_of(demo_app, "U05")
    made(welder.post("/reservations", {"machine": "M09", **slot}))
    again = welder.post("/reservations", {"machine": "M09", **slot})
    assert again.status_code == 422
    assert codes_of(again) == ["SLOT_TAKEN", "MEMBER_OVERLAP"]
    taken = program_of(demo_app, "U06").post("/reservations", {"machine": "M09", **slot})
    assert taken.status_code == 422
    assert codes_of(taken) == ["CERT_MISSING", "SLOT_TAKEN"]


def test_the_last_unit_gone_is_a_conflict_that_names_the_period_and_nobody(
    demo_app: Flask,
) -> None:
    users = ["U15", "U24", "U25", "U26", "U16", "U17", "U11", "U10", "U05", "U06", "U02"]
    answers = [program_of(demo_app, code).post("/reservations", WISH) for code in users]
    assert [a.status_code for a in answers].count(201) == 6
    conflicts = [a for a in answers if a.status_code == 409]
    assert conflicts
    (refusal,) = conflicts[0].get_json(force=True)["refusals"]
    assert refusal["code"] == "SLOT_TAKEN"
    assert refusal["facts"]["taken"] == [
        {"starts_at": WISH["starts_at"], "ends_at": WISH["ends_at"]}
    ]


def test_the_same_key_sent_again_shows_the_first_result(artisan: Program) -> None:
    first = artisan.post("/reservations", WISH, **{"Idempotency-Key": "k-1"})
    second = artisan.post("/reservations", WISH, **{"Idempotency-Key": "k-1"})
    assert made(first) == made(second)
    assert len(coming(artisan)) == 1


def test_a_key_is_not_used_for_another_wish(artisan: Program) -> None:
    made(artisan.post("/reservations", WISH, **{"Idempotency-Key": "k-1"}))
    other = artisan.post("/reservations", WISH | LATER, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 422
    assert other.get_json(force=True)["errors"][0]["code"] == "key_used"


def test_keys_are_each_members_own(demo_app: Flask, artisan: Program) -> None:
    other = program_of(demo_app, "U24")
    keys = {"Idempotency-Key": "k-1"}
    first = made(artisan.post("/reservations", WISH, **keys))
    answer = other.post("/reservations", WISH, **keys)
    assert answer.json is not None
    assert answer.json.get("id") != first["id"]


def test_a_manager_reserves_for_others_and_members_do_not(
    artisan: Program, manager: Program
) -> None:
    reservation = made(manager.post("/reservations", WISH | {"member": "U15"}))
    assert reservation["member"] == "U15"
    assert coming(artisan) == [reservation["id"]]
    assert artisan.post("/reservations", WISH | {"member": "U02"}).status_code == 403
    assert artisan.post("/reservations", WISH | LATER | {"member": "U15"}).status_code == 201
    unknown = manager.post("/reservations", WISH | {"member": "U99"})
    assert unknown.get_json(force=True)["errors"][0]["code"] == "unknown_member"


def test_a_manager_sets_waivable_reasons_aside_with_a_reason(
    artisan: Program, manager: Program
) -> None:
    soon = {"starts_at": "2026-11-23T08:00:00+01:00", "ends_at": "2026-11-23T09:00:00+01:00"}
    wish = WISH | soon | {"member": "U15"}
    assert codes_of(manager.post("/reservations", wish)) == ["TOO_SOON"]
    waiver = {"code": "TOO_SOON", "reason": "Client sur place"}
    assert artisan.post("/reservations", WISH | soon | {"waivers": [waiver]}).status_code == 403
    reservation = made(manager.post("/reservations", wish | {"waivers": [waiver]}))
    assert reservation["waivers"] == [waiver]


def test_what_is_not_waivable_still_stands(manager: Program) -> None:
    waivers = [{"code": "CERT_MISSING", "reason": "Je le connais"}]
    wish = WISH | {"machine": "M09", "member": "U15", "waivers": waivers}
    assert "CERT_MISSING" in codes_of(manager.post("/reservations", wish))


def test_supervised_use_needs_somebody_named_and_known(artisan: Program) -> None:
    wish = WISH | {"mode": "supervised"}
    assert codes_of(artisan.post("/reservations", wish)) == ["SUPERVISOR_REQUIRED"]
    unknown = artisan.post("/reservations", wish | {"supervisor": "U99"})
    assert unknown.status_code == 422
    assert "supervisor" in unknown.text


def test_who_is_suspended_or_not_approved_yet_is_told_so(demo_app: Flask) -> None:
    waiting = program_of(demo_app, "U28").post("/reservations", WISH)
    assert waiting.status_code == 422
    assert codes_of(waiting)[0] == "ACCOUNT_NOT_APPROVED"
    program = program_of(demo_app, "U15")
    with demo_app.app_context(), writing():
        manager = find_member("S1")
        suspended = find_member("U15")
        assert manager is not None
        assert suspended is not None
        suspend_member(suspended, manager, "Machine laissée sale")
    answer = program.post("/reservations", WISH)
    assert codes_of(answer) == ["ACCOUNT_SUSPENDED"]
    assert "Machine laissée sale" in answer.get_json(force=True)["detail"]


def test_a_reservation_is_given_back_once(artisan: Program) -> None:
    number = made(artisan.post("/reservations", WISH))["id"]
    given_back = artisan.post(f"/reservations/{number}/cancel", {"reason": "Panne de camion"})
    assert given_back.json is not None
    assert given_back.json["status"] == "cancelled_by_member"
    assert given_back.json["cancel_reason"] == "Panne de camion"
    again = artisan.post(f"/reservations/{number}/cancel")
    assert again.status_code == 409
    made(artisan.post("/reservations", WISH))


def test_a_manager_cancels_in_the_name_of_the_site(artisan: Program, manager: Program) -> None:
    number = made(artisan.post("/reservations", WISH))["id"]
    cancelled = manager.post(f"/reservations/{number}/cancel", {"reason": "Panne"})
    assert cancelled.json is not None
    assert cancelled.json["status"] == "cancelled_by_site"


def test_what_has_begun_cannot_be_given_back_by_the_member(
    demo_app: Flask, artisan: Program, at: SetClock
) -> None:
    number = made(artisan.post("/reservations", WISH))["id"]
    at(demo_app, "2026-11-24T09:00:00+01:00")
    assert artisan.post(f"/reservations/{number}/cancel").status_code == 409


def test_reservations_of_others_are_not_there(demo_app: Flask, artisan: Program) -> None:
    number = made(artisan.post("/reservations", WISH))["id"]
    other = program_of(demo_app, "U24")
    assert other.get(f"/reservations/{number}").status_code == 404
    assert other.post(f"/reservations/{number}/cancel").status_code == 404
    assert other.get("/reservations", after=number).status_code == 422
    assert coming(other) == []


def test_scopes_show_what_one_answers_for(demo_app: Flask, manager: Program) -> None:
    colleague = made(program_of(demo_app, "U03").post("/reservations", WISH))["id"]
    stranger = made(program_of(demo_app, "U15").post("/reservations", WISH))["id"]
    head = program_of(demo_app, "U02")
    assert coming(head) == []
    assert coming(head, scope="organisation") == [colleague]
    assert head.get("/reservations", scope="all").status_code == 403
    assert coming(manager, scope="all") == [colleague, stranger]
    assert program_of(demo_app, "U15").get("/reservations", scope="organisation").status_code == 403


def test_pages_follow_one_another_without_gap_or_repeat(artisan: Program) -> None:
    days = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]
    for day in reversed(days):
        period = {"starts_at": f"{day}T09:00:00+01:00", "ends_at": f"{day}T10:00:00+01:00"}
        made(artisan.post("/reservations", WISH | period))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "from": "2026-11-23T08:00:00+01:00"}
    while True:
        page = artisan.get("/reservations", **query).json
        assert page is not None
        seen += [item["starts_at"][:10] for item in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == days


def test_a_period_narrows_the_list(artisan: Program) -> None:
    number = made(artisan.post("/reservations", WISH))["id"]
    start, end = WISH["starts_at"], WISH["ends_at"]
    assert ids(artisan.get("/reservations", **{"from": start, "to": end})) == [number]
    assert ids(artisan.get("/reservations", **{"from": end})) == []
    assert ids(artisan.get("/reservations", to=start, **{"from": start})) == []
