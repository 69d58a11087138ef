"""The second person: held until the word comes, at risk when it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.members.queries import find_member
from booking.outbox.models import Message, MessageState
from booking.reservations import revocation
from booking.reservations.service import suspend_member
from booking.trainings.models import Certification, Training
from booking.trainings.service.certifying import Correction
from tests.programs import Program, codes_of, program_of

At = Callable[[Flask, str], None]

SUPERVISED = {
    "machine": "M12",
    "mode": "supervised",
    "supervisor": "U09",
    "starts_at": "2026-11-25T09:00:00+01:00",
    "ends_at": "2026-11-25T11:00:00+01:00",
}


HOURS = {"start": "09:00", "end": "11:00"}


@pytest.fixture
def asker(demo_app: Flask) -> Program:
    return program_of(demo_app, "U10")


@pytest.fixture
def supervisor(demo_app: Flask) -> Program:
    return program_of(demo_app, "U09")


@pytest.fixture
def held(asker: Program) -> int:
    answer = asker.post("/reservations", SUPERVISED)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["status"] == "held"
    assert answer.json["awaited_until"] == "2026-11-25T07:00:00+01:00"
    return int(answer.json["id"])


@pytest.fixture
def agreed(held: int, supervisor: Program) -> int:
    assert supervisor.post(f"/reservations/{held}/accept").status_code == 200
    return held


def told(program: Program, number: int) -> dict[str, Any]:
    found = program.get(f"/reservations/{number}").json
    assert found is not None
    return found


def letters(app: Flask, number: int) -> list[tuple[str, str]]:
    """Kind and recipient of what was written about a reservation, in order."""
    with app.app_context():
        query = select(Message.kind, Message.recipient).where(
            Message.topic == f"reservation:{number}"
        )
        return [(kind, to) for kind, to in db.session.execute(query.order_by(Message.id))]


def written(app: Flask, kind: str) -> list[Message]:
    """The letters of a kind, in order."""
    with app.app_context():
        found = select(Message).where(Message.kind == kind).order_by(Message.id)
        return list(db.session.scalars(found))


def address_of(app: Flask, code: str) -> str:
    with app.app_context():
        member = find_member(code)
        assert member is not None
        return member.email


def test_it_is_confirmed_once_the_supervisor_agrees(
    demo_app: Flask, asker: Program, supervisor: Program, held: int
) -> None:
    answer = supervisor.post(f"/reservations/{held}/accept")
    assert answer.json is not None
    assert answer.json["status"] == "confirmed"
    assert answer.json["companions"] == [
        {"role": "supervisor", "member": "U09", "answer": "accepted"}
    ]
    assert supervisor.post(f"/reservations/{held}/accept").status_code == 200
    kinds = [kind for kind, _to in letters(demo_app, held)]
    assert kinds.count("companion.asked") == kinds.count("reservation.confirmed") == 1


def test_nobody_else_answers_for_the_supervisor(demo_app: Flask, asker: Program, held: int) -> None:
    assert asker.post(f"/reservations/{held}/accept").status_code == 404
    assert program_of(demo_app, "S1").post(f"/reservations/{held}/accept").status_code == 404


@pytest.mark.parametrize("named", [None, "U10", "U05"])
def test_without_somebody_fit_for_it_nothing_is_held(asker: Program, named: str | None) -> None:
    refused = asker.post("/reservations", SUPERVISED | {"supervisor": named})
    assert codes_of(refused) == ["SUPERVISOR_REQUIRED"]


def test_a_refusal_puts_it_at_risk_until_somebody_else_is_named(
    demo_app: Flask, asker: Program, supervisor: Program, held: int
) -> None:
    assert supervisor.post(f"/reservations/{held}/decline").status_code == 200
    assert (told(asker, held)["status"], told(asker, held)["at_risk"]) == ("held", True)
    assert supervisor.post(f"/reservations/{held}/accept").status_code == 409


def test_a_word_taken_back_is_told_to_both_and_falls_at_the_deadline(
    demo_app: Flask, at: At, asker: Program, supervisor: Program, agreed: int
) -> None:
    before = len(letters(demo_app, agreed))
    supervisor.post(f"/reservations/{agreed}/decline")
    assert told(asker, agreed)["at_risk"]
    assert [kind for kind, _to in letters(demo_app, agreed)[before:]] == [
        "companion.not_coming",
        "companion.withdrawn",
    ]
    at(demo_app, "2026-11-25T07:00:00+01:00")
    assert told(asker, agreed)["status"] == "cancelled_by_site"
    worker.settle_due(demo_app)
    assert told(asker, agreed)["status"] == "cancelled_by_site"
    assert told(asker, agreed)["fee"] is None


def test_a_word_taken_back_after_the_deadline_ends_it_at_once(
    demo_app: Flask, at: At, asker: Program, supervisor: Program, agreed: int
) -> None:
    at(demo_app, "2026-11-25T08:00:00+01:00")
    assert supervisor.post(f"/reservations/{agreed}/decline").status_code == 200
    assert told(asker, agreed)["status"] == "cancelled_by_site"


def test_losing_the_certification_is_losing_the_supervisor(
    demo_app: Flask, asker: Program, agreed: int
) -> None:
    with demo_app.app_context(), writing():
        held = db.session.scalars(
            select(Certification)
            .join(Certification.member)
            .join(Training, Training.id == Certification.training_id)
            .where(Training.code == "TEXTILE-1", Certification.member.has(code="U09"))
        ).one()
        manager = db.session.scalars(select(type(held.member)).filter_by(code="S1")).one()
        revocation.suspend(held.id, manager, "Capot retiré")
    assert told(asker, agreed)["at_risk"]


def test_a_correction_that_lowers_the_level_is_losing_the_supervisor(
    demo_app: Flask, asker: Program, agreed: int
) -> None:
    with demo_app.app_context(), writing():
        held = db.session.scalars(
            select(Certification)
            .join(Training, Training.id == Certification.training_id)
            .where(Training.code == "TEXTILE-1", Certification.member.has(code="U09"))
        ).one()
        manager = db.session.scalars(select(type(held.member)).filter_by(code="S1")).one()
        assert held.approved_on is not None
        assert held.valid_until is not None
        lower = Correction(1, held.approved_on, held.valid_until, "Niveau mal noté")
        assert isinstance(revocation.correct(held.id, manager, lower), revocation.Ended)
    assert told(asker, agreed)["at_risk"]


def test_the_supervisor_is_told_when_it_is_cancelled(
    demo_app: Flask, asker: Program, agreed: int
) -> None:
    assert asker.post(f"/reservations/{agreed}/cancel", {}).status_code == 200
    assert "companion.released" in [kind for kind, _to in letters(demo_app, agreed)]


def test_a_restricted_machine_is_used_with_a_supervisor(demo_app: Flask) -> None:
    body = {
        "machine": "M04",
        "starts_at": "2026-11-27T14:00:00+01:00",
        "ends_at": "2026-11-27T15:00:00+01:00",
    }
    program = program_of(demo_app, "U22")
    assert codes_of(program.post("/reservations", body)) == ["SUPERVISOR_REQUIRED"]
    named = body | {"mode": "supervised", "supervisor": "S2", "dry_run": True}
    judged = program.post("/reservations", named)
    assert judged.json is not None
    assert judged.json["allowed"], judged.json


class TestOfASeries:
    """Each person is told once of all dates that are his."""

    @pytest.fixture
    def series(self, asker: Program) -> dict[str, Any]:
        wanted = SUPERVISED | {"frequency": "week", "count": 3}
        wanted |= {f"{end}s_at": f"2026-11-26T{time}:00+01:00" for end, time in HOURS.items()}
        answer = asker.post("/series", wanted)
        assert answer.status_code == 201, answer.text
        assert answer.json is not None
        return dict(answer.json)

    def test_one_letter_asks_for_every_date(self, demo_app: Flask, series: dict[str, Any]) -> None:
        (asked,) = written(demo_app, "companions.asked")
        assert asked.recipient == address_of(demo_app, "U09")
        assert [date["starts_at"] for date in asked.facts["dates"]] == [
            f"{day}T08:00:00+00:00" for day in ("2026-11-26", "2026-12-03", "2026-12-10")
        ]
        assert not written(demo_app, "companion.asked")
        assert len(series["reservations"]) == 3
        (made,) = written(demo_app, "reservations.made")
        assert made.state is MessageState.WAITING

    def test_one_letter_releases_from_every_date_and_takes_them_out_of_the_calendar(
        self, demo_app: Flask, asker: Program, series: dict[str, Any]
    ) -> None:
        assert asker.post(f"/series/{series['id']}/cancel", {}).status_code == 200
        (released,) = written(demo_app, "companions.released")
        assert len(released.facts["dates"]) == 3
        assert {one["calendar"]["status"] for one in released.facts["dates"]} == {"CANCELLED"}
        (asked,) = written(demo_app, "companions.asked")
        assert asked.state is MessageState.WITHDRAWN
        assert not written(demo_app, "companion.released")

    def test_one_letter_asks_again_for_the_new_hours(
        self, demo_app: Flask, asker: Program, series: dict[str, Any]
    ) -> None:
        wanted = {"start_time": "14:00", "end_time": "16:00"}
        assert asker.post(f"/series/{series['id']}/move", wanted).status_code == 200
        before, after = written(demo_app, "companions.asked")
        assert (before.state, after.state) == (MessageState.WITHDRAWN, MessageState.WAITING)
        assert {one["starts_at"][11:16] for one in after.facts["dates"]} == {"13:00"}

    def test_who_leaves_the_workshop_is_told_once_and_so_is_each_who_counted_on_him(
        self, demo_app: Flask, supervisor: Program, series: dict[str, Any]
    ) -> None:
        for one in series["reservations"]:
            assert supervisor.post(f"/reservations/{one['id']}/accept").status_code == 200
        with demo_app.app_context(), writing():
            person, manager = find_member("U09"), find_member("S1")
            assert person is not None
            assert manager is not None
            suspend_member(person, manager, "Badge prêté")
        (withdrawn,) = written(demo_app, "companions.withdrawn")
        (missing,) = written(demo_app, "companions.not_coming")
        assert withdrawn.recipient == address_of(demo_app, "U09")
        assert missing.recipient == address_of(demo_app, "U10")
        assert len(withdrawn.facts["dates"]) == len(missing.facts["dates"]) == 3
