"""Reserving with the form: granted, refused with every reason, set aside, for another."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import writing
from booking.machines.models import Unit
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.occupancies.models import Occupancy
from booking.outbox.models import MessageState
from booking.reservations.models import Reservation, Waiver
from tests.digests import digests_of
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.reservations.asking import (
    MORNING,
    NEW,
    all_of,
    ask_for,
    journal_about,
    messages_about,
    refusals_on,
    reservations_made,
    reserved,
    wish,
)

At = Callable[[Flask, str], None]

EARLY = wish("M17", "2026-11-24 04:00", "2026-11-24 05:00")
"""Outside the hours: the one reason against it is one that a manager may set aside."""

# --- granted


def test_a_member_reserves_and_sees_machine_day_hours_and_what_to_bring(demo_app: Flask) -> None:
    page = ask_for(Browser(demo_app, "U02"), MORNING | {"purpose": "Façades de placard"})
    assert re.fullmatch(r"/reservations/\d+", page.url)
    assert page.h1 == "M01 est à vous"
    for told in (
        "mardi 24 novembre 2026, 09:00 – 12:00",
        "Fraiseuse numérique grand format",
        "Façades de placard",
        "Lunettes de protection",
        "Matériaux interdits : métaux",
    ):
        assert told in page.text
    (reservation,) = reservations_made(demo_app)
    assert reservation.starts_at == datetime.fromisoformat("2026-11-24T08:00:00+00:00")
    assert reservation.ends_at == datetime.fromisoformat("2026-11-24T11:00:00+00:00")


def test_the_way_from_a_free_slot_shows_it_free_and_filled_in(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    slot = "machine=M01&starts_at=2026-11-24T09:00%2B01:00&ends_at=2026-11-24T12:00%2B01:00"
    page = browser.get(f"{NEW}?{slot}")
    assert "Ce créneau est libre pour vous" in page.text
    assert "mardi 24 novembre 2026, 09:00 – 12:00" in browser.send(page.form(NEW)).text


@pytest.mark.parametrize(
    "slot",
    [
        "machine=M01",
        "machine=M01&starts_at=hier&ends_at=demain",
        "machine=M01&starts_at=2026-11-24T12:00:00&ends_at=2026-11-24T13:00:00",
        "machine=M01&starts_at=2026-11-24T12:00%2B01:00&ends_at=2026-11-24T09:00%2B01:00",
        "machine=M01&starts_at=0001-01-01T00:00%2B01:00&ends_at=9999-12-31T23:59-12:00",
        "",
    ],
)
def test_a_slot_that_cannot_be_read_leaves_a_form_to_fill_in(demo_app: Flask, slot: str) -> None:
    page = Browser(demo_app, "U02").get(f"{NEW}?{slot}")
    assert page.form(NEW).value("machine") == ("M01" if slot else "")


def test_a_machine_that_does_not_exist_is_not_found(demo_app: Flask) -> None:
    Browser(demo_app, "U02").get(f"{NEW}?machine=M99", 404)


def test_the_same_form_sent_twice_reserves_once_and_shows_the_first_result(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    form = browser.get(NEW).form(NEW)
    first = browser.send(form, **MORNING)
    second = browser.send(form, **MORNING)
    changed = browser.send(form, **MORNING | {"start_time": "10:00"})
    assert first.url == second.url == changed.url
    assert len(reservations_made(demo_app)) == 1
    assert len(messages_about(demo_app, first.url)) == 1


def test_a_form_corrected_after_a_refusal_reserves(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    refused = ask_for(browser, MORNING | {"end_time": "09:15"}, 422)
    page = browser.send(refused.form(NEW), end_time="12:00")
    assert page.h1 == "M01 est à vous"


def test_the_member_is_written_to_with_the_facts(demo_app: Flask) -> None:
    url = reserved(Browser(demo_app, "U02"))
    (message,) = messages_about(demo_app, url)
    assert (message.kind, message.recipient) == (
        "reservation.confirmed",
        "mathieu.schwoerer@example.org",
    )
    assert message.state is MessageState.WAITING
    assert message.facts["machine"] == "M01"
    assert message.facts["starts_at"] == "2026-11-24T08:00:00+00:00"
    assert message.facts["ends_at"] == "2026-11-24T11:00:00+00:00"
    assert len(message.facts["ppe"]) == 4
    assert all(name["fr"] for name in message.facts["ppe"])


def proposed_at_night(app: Flask, at: At, member: str, query: str) -> Page:
    """The form as it is filled late in the evening, when the workshop is closed."""
    at(app, "2026-11-23T22:40:00+01:00")
    return Browser(app, member).get(f"{NEW}?{query}")


def test_without_times_the_first_one_that_can_be_had_is_proposed(demo_app: Flask, at: At) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-11-24 08:00", "2026-11-24 09:00"))
    page = proposed_at_night(demo_app, at, "U02", "machine=M01")
    assert refusals_on(page) == []
    form = page.form(NEW)
    assert (form.value("starts_on"), form.value("start_time")) >= ("2026-11-24", "09:15")


def test_who_lacks_a_certification_is_proposed_a_time_at_which_nothing_else_is_in_the_way(
    demo_app: Flask, at: At
) -> None:
    (reason,) = refusals_on(proposed_at_night(demo_app, at, "U06", "machine=M09"))
    assert "CNC-1" in reason


def test_for_somebody_else_it_is_a_time_that_this_person_can_have(demo_app: Flask, at: At) -> None:
    page = proposed_at_night(demo_app, at, "S1", "machine=M01&member=U02")
    assert page.form(NEW).value("member") == "U02"
    assert refusals_on(page) == []
    Browser(demo_app, "U02").get(f"{NEW}?machine=M01&member=U10", 403)


def test_proposing_a_time_asks_as_much_whatever_is_reserved(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    browser.get(f"{NEW}?machine=M01")
    with statements_of(demo_app) as few:
        browser.get(f"{NEW}?machine=M01")
    for day in range(24, 28):
        reserved(browser, wish("M01", f"2026-11-{day} 09:00", f"2026-11-{day} 11:00"))
    browser.get(f"{NEW}?machine=M01")
    with statements_of(demo_app) as many:
        browser.get(f"{NEW}?machine=M01")
    assert len(few) == len(many)


# --- refused


def test_a_refusal_tells_all_reasons_with_their_cures_and_keeps_what_was_typed(
    demo_app: Flask,
) -> None:
    asked = wish("M09", "2026-11-28 15:00", "2026-11-29 03:00", purpose="Essai de fraisage")
    before = digests_of(demo_app)
    page = ask_for(Browser(demo_app, "U06"), asked, 422)
    reasons = refusals_on(page)
    assert [
        words for words in ("CNC-1", "Hors des horaires", "maximum") if words in " ".join(reasons)
    ]
    assert "CNC-1" in reasons[0]
    assert "Prochaine session CNC-1 (T-04)" in reasons[0]
    assert "METAL-1" not in page.text
    assert "/machines/M09/path" in page.links
    assert "Rien n’a été réservé" in page.text
    form = page.form(NEW)
    assert {name: form.value(name) for name in asked} == asked
    assert digests_of(demo_app) == before


@pytest.mark.parametrize(
    ("member", "asked", "to", "not_to"),
    [
        (
            "U08",
            wish("M15", "2026-11-26 10:00", "2026-11-26 12:00"),
            "/certifications?member=U08",
            "/trainings/TEXTILE-1/refresher",
        ),
        (
            "U10",
            wish("M12", "2026-11-25 09:00", "2026-11-25 11:00"),
            "/certifications?member=U10",
            "/machines/M12/path",
        ),
        (
            "U20",
            wish("M15", "2026-11-26 10:00", "2026-11-26 12:00"),
            "/members/U20",
            "/me#papers",
        ),
    ],
)
def test_a_cure_leads_who_reserves_for_another_to_what_is_his(
    demo_app: Flask, member: str, asked: dict[str, str], to: str, not_to: str
) -> None:
    page = ask_for(Browser(demo_app, "S1"), asked | {"member": member}, 422)
    assert to in page.links
    assert not_to not in page.links
    Browser(demo_app, "S1").get(to)


def test_who_answers_for_a_firm_is_led_to_no_page_that_is_not_hers(demo_app: Flask) -> None:
    head = Browser(demo_app, "U02")
    url = reserved(head, MORNING | {"member": "U03"})
    page = ask_for(head, wish("M09", "2026-11-24 09:00", "2026-11-24 12:00", member="U03"), 422)
    assert url not in page.links
    assert "/machines/M09/path" not in page.links
    assert "/reservations/organisation" in page.links


@pytest.mark.parametrize(
    ("member", "asked", "told"),
    [
        ("U10", wish("M12", "2026-11-25 09:00", "2026-11-25 11:00"), "niveau 2 requis"),
        ("U08", wish("M15", "2026-11-26 10:00", "2026-11-26 12:00"), "expirée"),
        ("U20", wish("M15", "2026-11-26 10:00", "2026-11-26 12:00"), "Assurance connue"),
        ("U23", wish("M08", "2026-11-26 10:00", "2026-11-26 12:00"), "suspendue"),
        ("U22", wish("M04", "2026-11-27 14:00", "2026-11-27 15:00"), "référent"),
        ("U01", wish("M06", "2026-12-07 13:30", "2026-12-07 15:00"), "poussières"),
    ],
)
def test_each_reason_is_told_with_its_fact(
    demo_app: Flask, member: str, asked: dict[str, str], told: str
) -> None:
    page = ask_for(Browser(demo_app, member), asked, 422)
    (reason,) = refusals_on(page)
    assert told in reason


def test_the_reasons_are_known_before_the_form_is_sent(demo_app: Flask) -> None:
    slot = "machine=M09&starts_at=2026-11-25T14:00%2B01:00&ends_at=2026-11-25T16:00%2B01:00"
    page = Browser(demo_app, "U06").get(f"{NEW}?{slot}")
    assert "Ce créneau serait refusé" in page.text
    assert "CNC-1" in refusals_on(page)[0]


def test_a_taken_slot_answers_409_without_naming_who_took_it(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U02"))
    other = Browser(demo_app, "U03")
    page = ask_for(other, MORNING, 409)
    assert refusals_on(page)[0].startswith("Créneau déjà pris : mar. 24 nov., 09:00 – 12:00")
    assert "Schwoerer" not in page.main.text
    within_buffer = wish("M01", "2026-11-24 07:30", "2026-11-24 09:00")
    reasons = refusals_on(ask_for(other, within_buffer, 422))
    assert any("Battement de nettoyage" in reason for reason in reasons)


def test_a_taken_slot_with_another_reason_answers_422(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    reserved(browser)
    page = ask_for(browser, MORNING, 422)
    assert len(refusals_on(page)) == 2


def test_nobody_is_in_two_places_at_once(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    reserved(browser)
    page = ask_for(browser, wish("M06", "2026-11-24 11:00", "2026-11-24 12:00"), 422)
    (reason,) = refusals_on(page)
    assert reason.startswith("Une autre réservation tient déjà à cette heure : M01")
    assert "/reservations" in page.links


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (AccountState.SUSPENDED, "Compte suspendu."),
        (AccountState.REQUESTED, "Compte en attente de validation."),
    ],
)
def test_an_account_that_is_not_in_order_reserves_nothing(
    demo_app: Flask, state: AccountState, told: str
) -> None:
    browser = Browser(demo_app, "U02")
    with demo_app.app_context(), writing():
        member = find_member("U02")
        assert member is not None
        member.state = state
    assert told in refusals_on(ask_for(browser, MORNING, 422))
    assert reservations_made(demo_app) == []
    browser.get("/reservations")
    browser.get("/me")


# --- what is not a wish


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"starts_on": ""}, "Jour"),
        ({"starts_on": "2027-02-29", "ends_on": "2027-03-01"}, "Jour"),
        ({"starts_on": "0001-01-01"}, "Choisissez une date entre 2000 et 2100."),
        ({"ends_on": "9999-12-31"}, "Choisissez une date entre 2000 et 2100."),
        ({"end_time": "09:00"}, "La fin vient après le début."),
        ({"ends_on": "2026-11-23"}, "La fin vient après le début."),
        ({"start_time": "25:00"}, "Indiquez une heure comme 14:30."),
        ({"start_time": "09:00:30"}, "Indiquez une heure comme 14:30."),
        ({"start_time": "midi"}, "Indiquez une heure comme 14:30."),
        ({"start_time": "09:00+05:00"}, "Ce décalage horaire n’est pas celui de ce jour-là."),
        ({"machine": "M99"}, "Machine"),
        ({"machine": ""}, "Machine"),
        ({"purpose": "x" * 201}, "Travail prévu"),
    ],
)
def test_a_form_that_cannot_be_understood_says_where(
    demo_app: Flask, change: dict[str, str], told: str
) -> None:
    before = digests_of(demo_app)
    page = ask_for(Browser(demo_app, "U02"), MORNING | change, 422)
    summaries = [e for e in page.document.walk() if "error-summary" in e["class"].split()]
    assert told in summaries[0].text
    assert digests_of(demo_app) == before


# --- firing


def test_the_kiln_asks_what_is_fired(demo_app: Flask) -> None:
    asked = wish("M16", "2026-11-24 10:00", "2026-11-25 10:00")
    browser = Browser(demo_app, "U13")
    page = ask_for(browser, asked, 422)
    assert "Choisissez le type de cuisson." in page.text
    confirmed = browser.send(page.form(NEW), firing_type="STONEWARE")
    assert "grès" in confirmed.text
    assert "du mardi 24 novembre 2026 à 10:00 au mercredi 25 novembre 2026 à 10:00" in (
        confirmed.text
    )
    (reservation,) = reservations_made(demo_app)
    assert reservation.firing_type == "STONEWARE"


def test_other_machines_keep_no_firing_type(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U02"), MORNING | {"firing_type": "BISQUE"})
    (reservation,) = reservations_made(demo_app)
    assert reservation.firing_type is None


# --- set aside


def test_a_manager_sets_a_reason_aside_in_writing_and_the_journal_keeps_it(demo_app: Flask) -> None:
    browser = Browser(demo_app, "S1")
    refused = ask_for(browser, EARLY | {"member": "U03"}, 422)
    form = refused.form(NEW)
    assert form.options("waive") == ["OUTSIDE_OPENING"]
    page = browser.send(form, waive=["OUTSIDE_OPENING"], waiver_reason="Chantier urgent")
    assert "Chantier urgent" in page.text
    (waiver,) = all_of(demo_app, select(Waiver))
    assert (waiver.code, waiver.reason) == ("OUTSIDE_OPENING", "Chantier urgent")
    (entry,) = journal_about(demo_app, page.url)
    assert (entry.act, entry.reason) == ("reservation.made", "Chantier urgent")
    assert entry.after["waived"] == ["OUTSIDE_OPENING"]
    assert _code_of(demo_app, entry.actor_id) == "S1"


@pytest.mark.parametrize("reason", ["", "  ", "ok"])
def test_setting_aside_needs_a_reason(demo_app: Flask, reason: str) -> None:
    asked = EARLY | {"member": "U03", "waive": ["OUTSIDE_OPENING"], "waiver_reason": reason}
    page = ask_for(Browser(demo_app, "S1"), asked, 422)
    assert "Une dérogation demande une raison écrite." in page.text
    assert reservations_made(demo_app) == []
    assert page.form(NEW).options("waive") == ["OUTSIDE_OPENING"]


def test_only_what_may_be_set_aside_gives_way(demo_app: Flask) -> None:
    asked = wish("M03", "2026-11-24 06:00", "2026-11-24 07:00", member="U25")
    waived = {"waive": ["OUTSIDE_OPENING", "CERT_MISSING", "NONSENSE"], "waiver_reason": "Essai"}
    page = ask_for(Browser(demo_app, "S1"), asked | waived, 422)
    (reason,) = refusals_on(page)
    assert "Habilitation requise" in reason
    assert reservations_made(demo_app) == []


def test_a_manager_cannot_set_the_length_of_a_promise_free_of_all_bounds(demo_app: Flask) -> None:
    asked = wish("M17", "2026-11-24 09:00", "2027-03-24 09:00", member="U03")
    waived = {
        "waive": ["TOO_LONG", "CLOSED_DAY", "OUTSIDE_OPENING"],
        "waiver_reason": "Prêt de longue durée",
    }
    page = ask_for(Browser(demo_app, "S1"), asked | waived, 422)
    assert "30 jours" in page.text
    assert reservations_made(demo_app) == []


def test_a_member_is_offered_no_waiver_and_who_sends_one_is_sent_away(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U03")
    page = ask_for(browser, EARLY, 422)
    assert len(refusals_on(page)) == 1
    assert page.form(NEW).options("waive") == []
    waived = {"waive": ["OUTSIDE_OPENING"], "waiver_reason": "Chantier urgent"}
    assert "votre rôle" in browser.send(page.form(NEW), 403, **waived).text.lower()
    assert reservations_made(demo_app) == []
    assert all_of(demo_app, select(Waiver)) == []


# --- for another


def test_a_manager_reserves_for_a_member_who_is_told(demo_app: Flask) -> None:
    page = ask_for(Browser(demo_app, "S1"), MORNING | {"member": "U03"})
    assert page.h1 == "Réservation de M01"
    assert "Jonas Weber" in page.text
    (message,) = messages_about(demo_app, page.url)
    assert message.recipient == "jonas.weber@example.org"
    assert "M01" in Browser(demo_app, "U03").get("/reservations").text


def test_a_member_reserves_for_nobody_else(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U03")
    assert browser.get(NEW).form(NEW).options("member") == []
    ask_for(browser, MORNING | {"member": "U02"}, 403)
    assert reservations_made(demo_app) == []


def test_who_answers_for_a_firm_reserves_for_its_people_alone(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    assert sorted(browser.get(NEW).form(NEW).options("member")) == ["", "U03", "U04"]
    ask_for(browser, MORNING | {"member": "U05"}, 403)
    page = ask_for(browser, MORNING | {"member": "U03"})
    assert "Jonas Weber" in page.text


def test_a_colleagues_certification_never_counts(demo_app: Flask) -> None:
    page = ask_for(Browser(demo_app, "U02"), MORNING | {"member": "U04"}, 422)
    assert any("CNC" in reason for reason in refusals_on(page))


def test_one_unit_of_a_pool_can_be_named(demo_app: Flask) -> None:
    night = wish("M17", "2026-11-24 09:00", "2026-11-24 12:00", unit="3", purpose="Gabarits")
    browser = Browser(demo_app, "U02")
    filled = browser.get(f"{NEW}?machine=M17&unit=3").form(NEW)
    assert filled.options("unit") == ["", "1", "2", "3", "4", "5", "6"]
    assert filled.value("unit") == "3"
    browser.send(filled, 303, **night)
    browser.send(browser.get(f"{NEW}?machine=M17").form(NEW), 409, **night)
    browser.send(browser.get(f"{NEW}?machine=M17").form(NEW), 422, **night | {"unit": "7"})
    browser.send(browser.get(f"{NEW}?machine=M17").form(NEW), 303, **night | {"unit": ""})
    taken = all_of(
        demo_app,
        select(Unit.number)
        .join(Occupancy)
        .join(Reservation)
        .where(Reservation.purpose == "Gabarits")
        .order_by(Reservation.id),
    )
    assert taken == [3, 1]


def test_an_unknown_member_is_refused_to_a_manager(demo_app: Flask) -> None:
    before = digests_of(demo_app)
    ask_for(Browser(demo_app, "S1"), MORNING | {"member": "U99"}, 422)
    assert digests_of(demo_app) == before


@pytest.mark.parametrize("code", ["S4", "S5", "S7"])
def test_who_uses_no_machine_finds_no_form(demo_app: Flask, code: str) -> None:
    browser = Browser(demo_app, code)
    browser.get(NEW, 403)


def _code_of(app: Flask, member_id: int | None) -> str:
    (code,) = all_of(app, select(Member.code).where(Member.id == member_id))
    return str(code)
