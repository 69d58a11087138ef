"""Several reservations in one act: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.outbox.models import Message
from booking.periods import Period
from booking.pricing.models import CreditMovement
from booking.reservations import service
from booking.reservations.models import Reservation
from booking.reservations.service import RefusedSome, Rehearsal, Wish
from booking.site.queries import get_site
from tests.programs import program_of

TUESDAY = datetime.fromisoformat("2026-11-24T08:00:00+01:00")
WRITTEN = (Reservation, JournalEntry, Message, CreditMovement)


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def a_wish(who: str, machine: str, start: int, hours: int, **others: object) -> Wish:
    """`start` and `hours` in whole hours after Tuesday 08:00."""
    begins = TUESDAY + timedelta(hours=start)
    period = Period(begins, begins + timedelta(hours=hours))
    return Wish(member(who), get_machine(machine), period, **others)  # type: ignore[arg-type]


def reserve_all(wishes: Sequence[Wish], by: str = "U02") -> list[Reservation] | RefusedSome:
    with writing():
        return service.reserve_all(wishes, member(by))


def rehearse(wishes: Sequence[Wish]) -> Rehearsal:
    with writing():
        return service.rehearse(wishes, member("U02"))


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(row)) or 0 for row in WRITTEN]


def codes(refused: RefusedSome | Rehearsal) -> dict[int, list[str]]:
    return {n: [str(r.code) for r in one.refusals] for n, one in refused.refused.items()}


def test_several_machines_for_several_people_come_at_once(demo_app: Flask) -> None:
    with demo_app.app_context():
        made = reserve_all([a_wish("U02", "M01", 1, 2), a_wish("U03", "M17", 1, 2, unit=4)])
        assert isinstance(made, list)
        assert [one.member.code for one in made] == ["U02", "U03"]


def test_one_refusal_leaves_nothing_and_is_told_with_its_place(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = counts()
        refused = reserve_all([a_wish("U02", "M17", 1, 2), a_wish("U04", "M01", 1, 2)])
        assert isinstance(refused, RefusedSome)
        assert "CERT_MISSING" in codes(refused)[1]
        assert list(refused.refused) == [1]
        assert counts() == before


def test_those_before_count_for_quota_overlap_and_unit(demo_app: Flask) -> None:
    with demo_app.app_context():
        with writing():
            get_site().future_hours_per_machine = 3
        assert codes(
            rehearse([a_wish("U02", "M17", 1, 2), a_wish("U02", "M17", 5, 2)]),
        ) == {1: ["QUOTA_REACHED"]}
        assert codes(
            rehearse([a_wish("U02", "M17", 1, 2, unit=2), a_wish("U03", "M17", 2, 2, unit=2)]),
        ) == {1: ["SLOT_TAKEN"]}
        told = codes(rehearse([a_wish("U02", "M01", 1, 2), a_wish("U02", "M03", 2, 1)]))
        assert "MEMBER_OVERLAP" in told[1]


def test_credit_hours_are_spent_once_and_a_rehearsal_spends_none(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = counts()
        wishes = [a_wish("U02", "M17", 1 + 3 * n, 3) for n in range(3)]
        told = rehearse(wishes)
        left = [price.credit_left_minutes for price in told.prices.values()]
        assert left == [300, 120, 0]
        assert counts() == before
        made = reserve_all(wishes)
        assert isinstance(made, list)
        assert [one.price for one in made] == list(told.prices.values())


def test_a_program_reserves_several_and_the_same_key_only_once(demo_app: Flask) -> None:
    program = program_of(demo_app, "U02")
    wanted = [
        {
            "machine": machine,
            "starts_at": f"2026-11-24T{starts}:00+01:00",
            "ends_at": f"2026-11-24T{ends}:00+01:00",
        }
        for machine, starts, ends in (("M01", "09:00", "11:00"), ("M17", "09:00", "12:00"))
    ]
    body = {"reservations": wanted}
    dry = program.post("/reservations/batch", body | {"dry_run": True})
    assert dry.status_code == 200
    assert dry.json is not None
    assert dry.json["allowed"] is True
    first = program.post("/reservations/batch", body, **{"Idempotency-Key": "one"})
    again = program.post("/reservations/batch", body, **{"Idempotency-Key": "one"})
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    part = program.post(
        "/reservations/batch", {"reservations": wanted[:1]}, **{"Idempotency-Key": "one"}
    )
    assert part.status_code == 422
    refused = program.post("/reservations/batch", body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert [one["index"] for one in refused.json["refused"]] == [0]
    assert {r["code"] for r in refused.json["refused"][0]["refusals"]} == {
        "SLOT_TAKEN",
        "MEMBER_OVERLAP",
    }


FIRST = {
    "machine": "M17",
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T11:00:00+01:00",
}


def test_a_program_reserves_a_series_without_the_dates_it_skips(demo_app: Flask) -> None:
    program = program_of(demo_app, "U02")
    body = FIRST | {"frequency": "week", "count": 5}
    dry = program.post("/series", body | {"dry_run": True})
    assert dry.json is not None
    assert [item["allowed"] for item in dry.json["items"]] == [True] * 5
    body |= {"skip": ["2026-12-08"]}
    made = program.post("/series", body, **{"Idempotency-Key": "s"})
    assert made.status_code == 201, made.text
    assert made.json is not None
    starts = [one["starts_at"][:16] for one in made.json["reservations"]]
    assert starts == [f"2026-{day}T09:00" for day in ("11-24", "12-01", "12-15", "12-22")]
    again = program.post("/series", body, **{"Idempotency-Key": "s"})
    assert again.json == made.json
    path = f"/series/{made.json['id']}/cancel"
    some = program.post(path, {"following": made.json["reservations"][1]["id"]})
    assert some.json is not None
    states = [one["status"] for one in some.json["reservations"]]
    assert states == ["confirmed"] + ["cancelled_by_member"] * 3
    assert program.post(path, {}).status_code == 200
    assert program.post(path, {}).status_code == 409


CHAIN: dict[str, Any] = {
    "uses": [{"machine": "M01", "minutes": 180}, {"machine": "M17", "minutes": 60}],
    "not_before": "2026-11-24T09:00:00+01:00",
}


def test_a_chain_sent_again_with_its_key_shows_what_it_made(demo_app: Flask) -> None:
    program, key = program_of(demo_app, "U02"), {"Idempotency-Key": "chain"}
    first = program.post("/reservations/chain", CHAIN, **key)
    again = program.post("/reservations/chain", CHAIN, **key)
    assert [answer.status_code for answer in (first, again)] == [201, 201]
    assert again.json == first.json
    shorter = program.post("/reservations/chain", CHAIN | {"uses": CHAIN["uses"][:1]}, **key)
    assert shorter.status_code == 422
    longer = CHAIN | {"uses": [CHAIN["uses"][0] | {"minutes": 90}, CHAIN["uses"][1]]}
    other = program.post("/reservations/chain", longer, **key)
    assert other.status_code == 422
    assert "key_used" in other.text


def test_a_program_is_proposed_a_chain_and_reserves_it(demo_app: Flask) -> None:
    program = program_of(demo_app, "U02")
    dry = program.post("/reservations/chain", CHAIN | {"dry_run": True})
    assert dry.json is not None
    assert dry.json["allowed"] is True
    made = program.post("/reservations/chain", CHAIN)
    assert made.json is not None
    assert [one["starts_at"] for one in made.json["items"]] == [
        one["starts_at"] for one in dry.json["items"]
    ]
    hopeless = program_of(demo_app, "U14").post("/reservations/chain", CHAIN)
    assert hopeless.status_code == 409
