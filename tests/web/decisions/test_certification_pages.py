"""Who holds what, a record with its history and proof, proposing, and ending it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.trainings.rules import CertificationState
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.decisions.people import journal_of, newest, propose

State = CertificationState


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


@pytest.fixture
def trainer(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S2")


# The list


@pytest.mark.parametrize(
    ("query", "told", "untold"),
    [
        ("", ["Élodie Kessler", "En cours"], []),
        ("?q=u05", ["Karim Ziani", "3 habilitations"], ["12/09/2025"]),
        ("?q=kessler", ["Élodie Kessler", "4 habilitations"], ["Rosa Almeida"]),
        ("?q=u14&state=lapsed", ["1 habilitation", "Caduque, sans pratique"], []),
        ("?training=TEXTILE-1&state=expired", ["1 habilitation", "03/11/2026"], []),
        ("?state=suspended", ["Olivier Nicolay"], ["Élodie Kessler"]),
        ("?state=proposed", ["Milena Petrova"], ["Élodie Kessler"]),
        ("?state=replaced&q=u05", ["12/09/2025"], []),
        ("?member=U02", ["Mathieu Schwoerer"], ["Élodie Kessler"]),
        ("?q=zzz", ["Aucune habilitation ne correspond"], []),
        ("?state=nonsense&training=NOPE&page=-4", ["Aucune habilitation"], []),
        ("?page=999999999999999999999", ["Page"], []),
        ("?page=2", ["Page 2"], []),
    ],
)
def test_the_list_is_narrowed_by_the_address(
    manager: Browser, query: str, told: list[str], untold: list[str]
) -> None:
    page = manager.get(f"/certifications{query}")
    for text in told:
        assert text in page.text, text
    for text in untold:
        assert text not in page.text, text


def test_the_list_takes_a_bounded_number_of_statements(demo_app: Flask, manager: Browser) -> None:
    with statements_of(demo_app) as few:
        manager.ask("/certifications?q=u14")
    with statements_of(demo_app) as many:
        manager.ask("/certifications")
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("who", ["U10", "S4", "S5", "S7"])
def test_the_list_is_for_trainers_and_managers(demo_app: Flask, who: str) -> None:
    browser = Browser(demo_app, who)
    browser.get("/certifications", 403)
    browser.get("/certifications/new", 403)


# One record


def test_a_record_shows_its_history_and_its_acts(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    certification = newest(demo_app, "U25", "LASER")
    page = manager.get(f"/certifications/{certification.id}")
    for told in ("Proposée", "Rémi Jung", "20 novembre 2026", "Réglages faits seul."):
        assert told in page.text, told
    assert "/decisions" in page.links
    page = Browser(demo_app, "U25").get(f"/certifications/{certification.id}")
    assert "Réglages faits seul." not in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("U23", 200), ("S1", 200), ("S2", 200), ("U10", 404), ("S4", 404), ("S7", 404)],
)
def test_a_record_is_seen_by_its_owner_trainers_and_managers(
    demo_app: Flask, who: str, status: int
) -> None:
    number = newest(demo_app, "U23", "BOIS-1").id
    Browser(demo_app, who).get(f"/certifications/{number}", status)


def test_the_owner_reads_why_and_whom_to_ask(demo_app: Flask) -> None:
    number = newest(demo_app, "U23", "BOIS-1").id
    page = Browser(demo_app, "U23").get(f"/certifications/{number}")
    assert "Utilisation de M08 sans protecteur (I-03)" in page.text
    assert "Remise à niveau BOIS-1" in page.text
    assert "mailto:" in page.answer.text


@pytest.mark.parametrize(
    ("on", "level", "answer"),
    [
        ("2026-11-14", "2", "Oui, le samedi 14 novembre 2026"),
        ("2026-11-15", "2", "Non, le dimanche 15 novembre 2026"),
        ("2026-11-14", "3", "Non"),
        ("2025-06-16", "2", "Non"),
        ("2025-06-17", "2", "Oui"),
    ],
)
def test_the_proof_answers_for_any_day(
    demo_app: Flask, manager: Browser, on: str, level: str, answer: str
) -> None:
    number = newest(demo_app, "U23", "BOIS-1").id
    page = manager.get(f"/certifications/{number}?on={on}&level={level}")
    assert answer in page.text


@pytest.mark.parametrize(
    "query",
    ["on=", "on=2027-02-29", "on=0001-01-01", "on=9999-12-31", "on=hier", "on=2026-11-14&level=9",
     "on=2026-11-14&level=x", "on=2026-11-14"],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_told(
    demo_app: Flask, manager: Browser, query: str
) -> None:
    number = newest(demo_app, "U23", "BOIS-1").id
    page = manager.get(f"/certifications/{number}?{query}")
    assert "habilitation valable." not in page.text


def test_one_s_own_certifications_say_until_when_and_what_to_do(demo_app: Flask) -> None:
    page = Browser(demo_app, "U18").get("/certifications/mine")
    assert "03/12/2026, faute de pratique" in page.text
    assert "Utilisez une machine de cette formation" in page.text
    page = Browser(demo_app, "U08").get("/certifications/mine")
    assert "Expirée" in page.text
    assert "jeu. 17 déc." in page.text
    assert "ancienne fiche" in page.text
    assert "Pas encore d’habilitation" in Browser(demo_app, "U28").get("/certifications/mine").text


# Proposing


def test_a_trainer_finds_the_trainee_without_scripts(demo_app: Flask, trainer: Browser) -> None:
    page = trainer.get("/certifications/new?q=fritsch&training=LASER")
    (choice,) = [link for link in page.links if "member=U25" in link]
    page = trainer.get(choice)
    assert page.h1 == "Proposer Guillaume Fritsch pour LASER"


def test_open_requests_lead_to_the_proposal(demo_app: Flask, trainer: Browser) -> None:
    page = trainer.get("/certifications/new")
    for member, training in (("U30", "BOIS-1"), ("U26", "LASER"), ("U06", "CNC-1")):
        assert [x for x in page.links if f"member={member}" in x and f"training={training}" in x]


def test_a_request_goes_on_to_training_and_proposal(demo_app: Flask, trainer: Browser) -> None:
    asked = newest(demo_app, "U26", "LASER")
    page = trainer.get(f"/certifications/{asked.id}")
    page = trainer.send(page.form(f"/certifications/{asked.id}/start-training"))
    assert "Formation commencée" in page.text
    propose(demo_app, "U26", "LASER")
    proposed = newest(demo_app, "U26", "LASER")
    assert proposed.id == asked.id
    assert [entry.act for entry in journal_of(demo_app, proposed)] == [
        "certification.training_started",
        "certification.proposed",
    ]


def test_level_two_without_the_whole_checklist_is_refused(demo_app: Flask) -> None:
    page = propose(demo_app, "U25", "LASER", status=422, done=None)
    assert "Ce niveau demande toute l’épreuve pratique" in page.text
    assert propose(demo_app, "U25", "LASER", level="1", done=None).status == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", None),
        ("level", "3"),
        ("level", "x"),
        ("assessed_on", ""),
        ("assessed_on", "2027-02-29"),
        ("assessed_on", "0001-01-01"),
        ("assessed_on", "9999-12-31"),
        ("assessed_on", "2026-11-24"),
        ("done", ["Autre chose"]),
        ("note", "x" * 1001),
        ("evidence", "x" * 1001),
    ],
)
def test_a_proposal_that_makes_no_sense_is_told(demo_app: Flask, field: str, value: Any) -> None:
    propose(demo_app, "U25", "LASER", status=422, **{field: value})
    with pytest.raises(AssertionError, match="no such"):
        newest(demo_app, "U25", "LASER")


def test_nobody_proposes_himself(demo_app: Flask, trainer: Browser) -> None:
    page = trainer.get("/certifications/new?member=S2&training=CERAM-1")
    assert "Personne ne propose sa propre habilitation." in page.text
    token = trainer.get("/me").forms[0].value("csrf_token")
    answer = trainer.post(
        "/certifications/new?member=S2&training=CERAM-1",
        {"csrf_token": token, "level": "1", "assessed_on": "2026-11-20"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("query", ["member=U99", "training=NOPE", "member=U25&training=NOPE"])
def test_unknown_people_and_trainings_are_not_found(trainer: Browser, query: str) -> None:
    trainer.get(f"/certifications/new?{query}", 404)


# Ending


def reserve_cnc(app: Flask) -> int:
    """U02 reserves the CNC router; the number of the reservation."""
    member = Browser(app, "U02")
    form = member.get(
        "/reservations/new?machine=M01&starts_at=2026-11-24T09:00%2B01:00"
        "&ends_at=2026-11-24T11:00%2B01:00"
    ).form("/reservations/new")
    return int(member.send(form).url.rpartition("/")[2])


def state_of(app: Flask, number: int) -> ReservationState:
    with app.app_context():
        return db.session.scalars(select(Reservation.state).where(Reservation.id == number)).one()


@pytest.mark.parametrize(
    ("act", "state"), [("suspend", State.SUSPENDED), ("revoke", State.REVOKED)]
)
def test_ending_shows_what_falls_before_and_cancels_it_after(
    demo_app: Flask, manager: Browser, act: str, state: State
) -> None:
    reservation = reserve_cnc(demo_app)
    certification = newest(demo_app, "U02", "CNC-1")
    page = manager.get(f"/certifications/{certification.id}/{act}")
    assert "mar. 24 nov., 09:00 – 11:00" in page.text
    assert state_of(demo_app, reservation) is ReservationState.CONFIRMED
    page = manager.send(page.form(), reason="Tir laissé sans surveillance")
    assert "Une réservation annulée" in page.text
    assert state_of(demo_app, reservation) is ReservationState.CANCELLED_BY_SITE
    ended = newest(demo_app, "U02", "CNC-1")
    assert ended.state is state
    told = Browser(demo_app, "U02").get(f"/reservations/{reservation}")
    assert "Tir laissé sans surveillance" in told.text


def test_a_suspension_is_lifted_with_a_reason(demo_app: Flask, manager: Browser) -> None:
    certification = newest(demo_app, "U23", "BOIS-1")
    page = manager.get(f"/certifications/{certification.id}/reinstate")
    assert "Utilisation de M08 sans protecteur" in page.text
    page = manager.send(page.form(), reason="Remise à niveau faite")
    assert "Rétablie" in page.text
    assert newest(demo_app, "U23", "BOIS-1").state is State.APPROVED


@pytest.mark.parametrize("act", ["suspend", "revoke"])
@pytest.mark.parametrize("reason", ["", "  ", "x", "x" * 501])
def test_ending_without_a_real_reason_changes_nothing(
    demo_app: Flask, manager: Browser, act: str, reason: str
) -> None:
    reservation = reserve_cnc(demo_app)
    certification = newest(demo_app, "U02", "CNC-1")
    form = manager.get(f"/certifications/{certification.id}/{act}").form()
    manager.send(form, 422, reason=reason)
    assert newest(demo_app, "U02", "CNC-1").state is State.APPROVED
    assert state_of(demo_app, reservation) is ReservationState.CONFIRMED


def test_what_is_already_ended_cannot_be_ended_again(demo_app: Flask, manager: Browser) -> None:
    certification = newest(demo_app, "U02", "CNC-1")
    stale = manager.get(f"/certifications/{certification.id}/suspend").form()
    revoked = manager.get(f"/certifications/{certification.id}/revoke").form()
    manager.send(revoked, reason="Récidive")
    page = manager.send(stale, 422, reason="Feu")
    assert "a changé entre-temps" in page.text
    page = manager.get(f"/certifications/{certification.id}/suspend")
    assert "ne peut pas l’être" in page.text


@pytest.mark.parametrize("who", ["U02", "U10", "S2", "S4", "S7"])
@pytest.mark.parametrize("act", ["suspend", "revoke", "reinstate"])
def test_only_managers_end_or_lift(demo_app: Flask, who: str, act: str) -> None:
    certification = newest(demo_app, "U02", "CNC-1")
    browser = Browser(demo_app, who)
    browser.get(f"/certifications/{certification.id}/{act}", 404)
    token = browser.get("/me").forms[0].value("csrf_token")
    answer = browser.post(
        f"/certifications/{certification.id}/{act}", {"csrf_token": token, "reason": "Parce que"}
    )
    assert answer.status_code == 404
    assert newest(demo_app, "U02", "CNC-1").state is State.APPROVED


# The command


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["U23", "BOIS-1", "2", "2026-11-14"], 0, "yes"),
        (["U23", "BOIS-1", "2", "2026-11-15"], 1, "SUSPENDED"),
        (["U14", "CERAM-1", "2", "2026-11-23"], 1, "LAPSED"),
        (["U10", "LASER", "1", "2026-11-23"], 1, "LASER level 1: MISSING"),
        (["U99", "LASER", "1", "2026-11-23"], 2, "no member U99"),
        (["U10", "NOPE", "1", "2026-11-23"], 2, "no training NOPE"),
        (["U10", "LASER", "4", "2026-11-23"], 2, "LEVEL"),
        (["U10", "LASER", "1", "2027-02-29"], 2, "2027-02-29"),
        (["U10", "LASER", "1", "0001-01-01"], 2, "between 2000 and 2100"),
    ],
)
def test_the_command_answers_for_any_day(
    demo_app: Flask, arguments: list[str], exit_code: int, told: str
) -> None:
    result = demo_app.test_cli_runner().invoke(args=["certifications", "was", *arguments])
    assert result.exit_code == exit_code, result.output
    assert told in result.output
