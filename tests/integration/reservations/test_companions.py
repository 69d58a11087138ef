"""The second person: held until the word comes, at risk when it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.outbox.models import Message
from booking.reservations import revocation
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
