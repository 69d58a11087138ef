"""Giving time back: who may, until when, and what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from booking.occupancies.models import Occupancy
from booking.outbox.models import MessageState
from tests.digests import digests_of
from tests.web.checking import Browser, Page
from tests.web.reservations.asking import (
    all_of,
    journal_about,
    messages_about,
    reservations_made,
    reserved,
)

SetClock = Callable[[Flask, str], None]


def test_the_member_gives_the_time_back_and_another_takes_it(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    assert f"{url}/cancel" in browser.get("/reservations").links
    page = browser.send(browser.get(f"{url}/cancel").form(f"{url}/cancel"), reason="Panne")
    assert page.url == url
    assert "Annulée" in page.text
    assert "le temps est de nouveau libre" in page.text
    assert f"{url}/cancel" not in page.links
    reserved(Browser(demo_app, "U03"))


def test_the_confirmation_not_yet_sent_is_withdrawn(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    cancel(browser, url)
    confirmation, cancellation = messages_about(demo_app, url)
    assert confirmation.state is MessageState.WITHDRAWN
    assert cancellation.kind == "reservation.cancelled_by_member"
    assert cancellation.state is MessageState.WAITING
    assert [entry.act for entry in journal_about(demo_app, url)] == [
        "reservation.made",
        "reservation.cancelled",
    ]


def test_the_same_form_sent_twice_cancels_once(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    form = browser.get(f"{url}/cancel").form(f"{url}/cancel")
    browser.send(form)
    assert browser.send(form).url == url
    assert len(messages_about(demo_app, url)) == 2


def test_two_forms_cancel_once_and_the_second_is_told(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    first, second = (browser.get(f"{url}/cancel").form(f"{url}/cancel") for _ in range(2))
    browser.send(first)
    before = digests_of(demo_app, without=("login_session", "form_key"))
    page = browser.send(second)
    assert "déjà annulée ou terminée" in page.text
    assert digests_of(demo_app, without=("login_session", "form_key")) == before
    assert browser.get(f"{url}/cancel").forms[-1].action != f"{url}/cancel"


def test_the_admin_of_the_organisation_cancels_for_its_member(demo_app: Flask) -> None:
    url = reserved(Browser(demo_app, "U03"))
    admin = Browser(demo_app, "U02")
    assert "Jonas Weber" in admin.get("/reservations/organisation").text
    cancel(admin, url)
    message = messages_about(demo_app, url)[-1]
    assert (message.kind, message.recipient) == (
        "reservation.cancelled_by_member",
        "jonas.weber@example.org",
    )


def test_a_manager_cancels_in_the_name_of_the_place(demo_app: Flask) -> None:
    url = reserved(Browser(demo_app, "U03"))
    page = cancel(Browser(demo_app, "S1"), url, reason="Panne de l’aspiration")
    assert "Annulée par le lieu" in page.text
    message = messages_about(demo_app, url)[-1]
    assert message.kind == "reservation.cancelled_by_site"
    assert message.facts["reason"] == "Panne de l’aspiration"
    shown = Browser(demo_app, "U03").get(url)
    assert "Panne de l’aspiration" in shown.text


@pytest.mark.parametrize("who", ["U02", "U03"])
def test_after_the_start_only_a_manager_cancels(demo_app: Flask, at: SetClock, who: str) -> None:
    url = reserved(Browser(demo_app, "U03"))
    browser = Browser(demo_app, who)
    form = browser.get(f"{url}/cancel").form(f"{url}/cancel")
    at(demo_app, "2026-11-24T09:00:00+01:00")
    assert f"{url}/cancel" not in browser.get(url).links
    assert "déjà commencé" in browser.send(form).text
    assert active_occupancies(demo_app, url) == [True]
    cancel(Browser(demo_app, "S1"), url)
    assert active_occupancies(demo_app, url) == [False]


def test_what_is_over_stays_as_it_is(demo_app: Flask, at: SetClock) -> None:
    url = reserved(Browser(demo_app, "U03"))
    manager = Browser(demo_app, "S1")
    form = manager.get(f"{url}/cancel").form(f"{url}/cancel")
    at(demo_app, "2026-11-24T12:00:00+01:00")
    assert "terminée" in manager.send(form).text
    (reservation,) = reservations_made(demo_app)
    assert reservation.cancelled_at is None


def test_a_reason_too_long_is_refused(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    url = reserved(browser)
    form = browser.get(f"{url}/cancel").form(f"{url}/cancel")
    page = browser.send(form, 422, reason="x" * 501)
    assert "500" in page.text
    (reservation,) = reservations_made(demo_app)
    assert reservation.cancelled_at is None


def cancel(browser: Browser, url: str, **values: str) -> Page:
    return browser.send(browser.get(f"{url}/cancel").form(f"{url}/cancel"), **values)


def active_occupancies(app: Flask, url: str) -> list[bool]:
    number = int(url.rpartition("/")[2])
    taken = select(Occupancy.active).where(Occupancy.reservation_id == number)
    return list(all_of(app, taken))
