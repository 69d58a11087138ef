"""Machines that are asked for, on the pages: asked, side by side before a manager, answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.machines.models import Unit
from booking.machines.queries import find_machine
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.rules.approving import ApprovalState
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.planning.asking import reserved
from tests.web.reservations.asking import NEW, ask_for, refusals_on, wish

At = Callable[[Flask, str], None]

MORNING = wish("M03", "2026-11-24 09:00", "2026-11-24 11:00")
LATER = wish("M03", "2026-11-24 10:00", "2026-11-24 12:00")
SLOT = "starts_at=2026-11-24T09:00%2B01:00&ends_at=2026-11-24T11:00%2B01:00"
FORM = f"/reservations/new?machine=M03&{SLOT}"


@pytest.fixture(autouse=True)
def _to_be_approved(demo_app: Flask) -> None:
    """The laser is asked for."""
    is_asked_for(demo_app, "M03")


def is_asked_for(app: Flask, code: str) -> None:
    with app.app_context(), writing():
        machine = find_machine(code)
        assert machine is not None
        machine.needs_approval = True


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def asked(app: Flask, who: str, values: dict[str, Any] = MORNING) -> int:
    ask_for(Browser(app, who), values)
    with app.app_context():
        numbers = select(ApprovalRequest.id).order_by(ApprovalRequest.id.desc())
        return db.session.scalars(numbers).first() or 0


def state(app: Flask, number: int) -> ApprovalState:
    with app.app_context():
        return db.session.get_one(ApprovalRequest, number).state_now


def answer(manager: Browser, act: str, number: int, status: int = 303, **fill: Any) -> Page:
    form = manager.get("/decisions").form(f"/reservation-requests/{number}/{act}")
    return manager.send(form, status, **fill)


class TestAsking:
    def test_the_form_says_that_nothing_is_held_and_until_when_the_answer_comes(
        self, demo_app: Flask
    ) -> None:
        page = Browser(demo_app, "U15").get(FORM)
        assert page.h1 == "Demander la machine M03"
        for told in (
            "Ce créneau peut être demandé",
            "Un gestionnaire répond jusqu’au mardi 24 novembre 2026 à 08:30",
            "hors taxes",
            "Demander ce créneau",
        ):
            assert told in page.text, told
        assert "Répéter" not in page.text
        assert refusals_on(page) == []

    def test_it_stands_among_ones_own_and_is_withdrawn(self, demo_app: Flask) -> None:
        member = Browser(demo_app, "U15")
        page = ask_for(member, MORNING)
        assert page.url.startswith("/reservations")
        for told in ("C’est demandé", "À décider", "réponse jusqu’au mar. 24 nov. à 08:30"):
            assert told in page.text, told
        number = asked(demo_app, "U17")
        form = page.form(f"/reservation-requests/{number - 1}/withdraw")
        assert "La demande est retirée." in member.send(form).text
        assert state(demo_app, number - 1) is ApprovalState.WITHDRAWN
        assert "n’attend plus" in member.send(form).text

    def test_what_the_rules_refuse_is_refused_at_once(self, demo_app: Flask) -> None:
        page = ask_for(Browser(demo_app, "U10"), MORNING, status=422)
        assert any("Habilitation" in reason for reason in refusals_on(page))
        assert not any("se demande" in reason for reason in refusals_on(page))

    def test_nobody_asks_twice(self, demo_app: Flask) -> None:
        asked(demo_app, "U15")
        page = ask_for(Browser(demo_app, "U15"), LATER, status=409)
        assert "Vous demandez déjà cette machine" in page.text

    def test_a_form_sent_twice_asks_once(self, demo_app: Flask) -> None:
        member = Browser(demo_app, "U15")
        form = member.get(NEW).form(NEW)
        first, second = (member.send(form, **MORNING) for _ in range(2))
        assert first.url == second.url
        with demo_app.app_context():
            assert len(db.session.scalars(select(ApprovalRequest)).all()) == 1

    def test_it_is_found_like_any_other_machine(self, demo_app: Flask) -> None:
        found = "/reservations/find?on=2026-11-24&at=09:00&minutes=120&place="
        assert "M03" in Browser(demo_app, "U15").get(found).text.split("que vous ne pouvez pas")[0]

    def test_a_manager_reserves_for_somebody_at_once(self, manager: Browser) -> None:
        page = ask_for(manager, MORNING | {"member": "U15"})
        assert "C’est réservé." in page.text

    def test_the_sheet_of_the_machine_says_so(self, demo_app: Flask) -> None:
        page = Browser(demo_app, "U15").get("/machines/M03")
        assert "Sur demande, approuvées une à une" in page.text

    def test_the_week_shows_ones_own_request_to_nobody_else(self, demo_app: Flask) -> None:
        asked(demo_app, "U15")
        week = "/planning/machines/M03?from=2026-11-24"
        mine = Browser(demo_app, "U15").get(week)
        assert "Vous demandez, et rien n’est encore tenu" in mine.text
        assert "mardi 24 novembre 2026, 09:00 – 11:00" in mine.text
        others = Browser(demo_app, "U17").get(week)
        assert "Cette machine se demande" in others.text
        assert "Vous demandez" not in others.text

    def test_the_week_of_a_unit_shows_what_is_asked_of_it(self, demo_app: Flask) -> None:
        with demo_app.app_context(), writing():
            laser = find_machine("M03")
            assert laser is not None
            db.session.add(Unit(machine_id=laser.id, number=2))
        asked(demo_app, "U15", MORNING | {"unit": "2"})
        member = Browser(demo_app, "U15")
        week = "/planning/machines/M03?from=2026-11-24"
        assert "Vous demandez" in member.get(week).text
        assert "Vous demandez" in member.get(f"{week}&unit=2").text
        assert "Vous demandez" not in member.get(f"{week}&unit=1").text

    def test_what_was_approved_for_one_person_is_not_handed_over(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        shown = ask_for(manager, MORNING | {"member": "U15"}).url
        assert "Transmettre" not in Browser(demo_app, "U15").get(shown).text

    def test_hours_that_meet_ones_own_are_not_asked_for_but_changed_by_a_manager(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        shown = ask_for(manager, MORNING | {"member": "U15"}).url
        member = Browser(demo_app, "U15")
        form = member.get(f"{shown}/move").form(f"{shown}/move")
        page = member.send(form, 422, end_time="11:30")
        assert "un gestionnaire peut faire ce changement" in page.text
        assert "Demander ce créneau" not in page.text
        apart = member.send(form, 422, start_time="14:00", end_time="15:00")
        assert "Demander ce créneau" in apart.text

    def test_it_is_no_place_to_move_to(self, demo_app: Flask) -> None:
        ask_for(Browser(demo_app, "U03"), wish("M01", "2026-11-25 09:00", "2026-11-25 11:00"))
        member = Browser(demo_app, "U02")
        shown = ask_for(member, wish("M01", "2026-11-24 09:00", "2026-11-24 11:00")).url

        def proposed() -> set[str]:
            form = member.get(f"{shown}/move").form(f"{shown}/move")
            page = member.send(form, 409, starts_on="2026-11-25", ends_on="2026-11-25")
            links = [link for link in page.links if f"{shown}/move?machine=" in link]
            return {link.partition("machine=")[2][:3] for link in links}

        assert proposed() == {"M01", "M02"}
        is_asked_for(demo_app, "M02")
        assert proposed() == {"M01"}

    def test_a_notice_is_all_that_the_waiting_list_gives(self, demo_app: Flask) -> None:
        member = Browser(demo_app, "U17")
        page = member.get(f"/machines/M03/wait?{SLOT}")
        assert "le tenir pour moi" not in page.text
        assert "vous pourrez le demander" in page.text


class TestDeciding:
    def test_who_competes_stands_side_by_side_with_what_the_choice_rests_on(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        asked(demo_app, "U15", MORNING | {"purpose": "Gabarits de perçage"})
        asked(demo_app, "U17", LATER)
        page = manager.get("/decisions")
        for told in (
            "Réservations demandées",
            "Demandes concurrentes",
            "Gabarits de perçage",
            "Baptiste Lang perd sa demande",
            "Dimitri Koch perd sa demande",
            "Déjà à venir ici",
            "jeudi 19 novembre 2026",
            "6 décisions attendent",
        ):
            assert told in page.text, told

    def test_one_click_approves_and_tells_the_others(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        mine, theirs = asked(demo_app, "U15"), asked(demo_app, "U17", LATER)
        page = answer(manager, "approve", mine)
        assert "Demande accordée : Baptiste Lang reçoit la confirmation." in page.text
        assert (state(demo_app, mine), state(demo_app, theirs)) == (
            ApprovalState.APPROVED,
            ApprovalState.OVERTAKEN,
        )
        assert "Accordée à quelqu’un d’autre" in Browser(demo_app, "U17").get("/reservations").text
        with demo_app.app_context():
            made = db.session.get_one(ApprovalRequest, mine).reservation_id
            assert made is not None
            assert db.session.get_one(Reservation, made).member.code == "U15"

    def test_a_refusal_needs_its_reason_which_the_person_reads(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        number = asked(demo_app, "U15")
        answer(manager, "refuse", number, 422, reason="")
        assert state(demo_app, number) is ApprovalState.WAITING
        answer(manager, "refuse", number, reason="La buse est en commande")
        page = Browser(demo_app, "U15").get("/reservations")
        assert "La buse est en commande" in page.text
        assert "Refusée" in page.text

    def test_what_has_come_in_the_way_is_shown_and_the_request_stays(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        number = asked(demo_app, "U15")
        with demo_app.app_context(), writing():
            laser = find_machine("M03")
            assert laser is not None
            laser.max_minutes = 60
        page = answer(manager, "approve", number, 422)
        assert "Elle ne peut pas être accordée" in page.text
        assert any("maximum de 1 h" in reason for reason in refusals_on(page))
        assert state(demo_app, number) is ApprovalState.WAITING

    def test_time_that_has_gone_otherwise_is_said_to_be_gone(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        asked(demo_app, "U15")
        asked(demo_app, "U17", LATER)
        reserved(demo_app, "U09", "M03", "2026-11-24T09:00+01:00", "2026-11-24T10:00+01:00")
        page = manager.get("/decisions")
        assert page.text.count("Ce créneau n’est plus libre") == 1
        assert "perd sa demande" not in page.text

    def test_ones_own_waits_for_another(self, demo_app: Flask, manager: Browser) -> None:
        with demo_app.app_context(), writing():
            room = find_machine("R1")
            assert room is not None
            room.needs_approval = True
        number = asked(demo_app, "S1", wish("R1", "2026-11-24 09:00", "2026-11-24 10:00"))
        page = manager.get("/decisions")
        assert "C’est votre demande : un autre gestionnaire décide." in page.text
        sent_to = {form["action"] for form in page.document.all("form")}
        assert f"/reservation-requests/{number}/approve" not in sent_to

    def test_the_page_takes_as_many_statements_for_many_as_for_two(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        asked(demo_app, "U15")
        asked(demo_app, "U17", LATER)
        manager.get("/decisions")
        with statements_of(demo_app) as few:
            manager.get("/decisions")
        for who, day in (("U09", 24), ("U22", 25), ("U15", 26), ("U17", 27)):
            asked(demo_app, who, wish("M03", f"2026-11-{day} 14:00", f"2026-11-{day} 15:00"))
        with statements_of(demo_app) as many:
            manager.get("/decisions")
        assert len(few) == len(many)

    def test_what_nobody_answered_in_time_waits_no_more(
        self, demo_app: Flask, manager: Browser, at: At
    ) -> None:
        asked(demo_app, "U15")
        at(demo_app, "2026-11-24T08:30:00+01:00")
        assert "Réservations demandées" not in manager.get("/decisions").text
        assert "Sans réponse à temps" in Browser(demo_app, "U15").get("/reservations").text
