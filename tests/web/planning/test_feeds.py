"""Calendar feeds: made, read by another program, renewed, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from ical.event import Event
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import clock
from booking.database import db, writing
from booking.machines.models import Machine, Outage
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.openings.models import Closure
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from booking.trainings.models import TrainingSession
from tests.calendars import entries, instants, instants_by_its_own_zone, read
from tests.conftest import MakeApp
from tests.programs import program_of
from tests.statements import statements_of
from tests.web.checking import Browser
from tests.web.reservations.asking import MORNING, reserved, wish

At = Callable[[Flask, str], None]

PAGE = "/me/calendars"


def made(browser: Browser, subject: str = "own") -> str:
    """A new address, as its page shows it."""
    page = browser.send(browser.get(PAGE).form(PAGE), 200, subject=subject)
    return _address_on(page.answer.text)


def _address_on(answer: str) -> str:
    (address,) = re.findall(r'value="http://localhost(/calendars/[\w-]{40,}\.ics)"', answer)
    return str(address)


def fetch(app: Flask, address: str, **headers: str) -> TestResponse:
    return app.test_client().get(address, headers=headers)


def told(app: Flask, address: str) -> dict[str, Event]:
    answer = fetch(app, address)
    assert answer.status_code == 200
    return entries(answer.data)


@pytest.fixture
def browser(demo_app: Flask) -> Browser:
    return Browser(demo_app, "U02")


class TestOwnFeed:
    def test_holds_a_reservation_from_promise_to_cancellation(
        self, demo_app: Flask, browser: Browser, at: At
    ) -> None:
        address = made(browser)
        url = reserved(browser, MORNING)
        uid = f"reservation-{url.rpartition('/')[2]}"
        first = told(demo_app, address)[uid]
        assert instants(first) == (
            datetime(2026, 11, 24, 8, tzinfo=UTC),
            datetime(2026, 11, 24, 11, tzinfo=UTC),
        )
        assert (first.sequence, first.status) == (0, "CONFIRMED")
        assert first.url == f"http://localhost{url}"
        at(demo_app, "2026-11-23T09:00:00+01:00")
        browser.send(browser.get(f"{url}/cancel").form(f"{url}/cancel"))
        second = told(demo_app, address)[uid]
        assert second.uid == first.uid
        assert (second.sequence, second.status) == (1, "CANCELLED")
        assert second.dtstamp > first.dtstamp
        at(demo_app, "2026-12-22T09:00:00+01:00")
        assert uid not in told(demo_app, address)

    def test_says_what_a_lapse_has_done_before_it_is_written_down(
        self, demo_app: Flask, browser: Browser, at: At
    ) -> None:
        address = made(browser)
        url = reserved(browser, MORNING)
        at(demo_app, "2026-11-24T09:15:00+01:00")
        found = told(demo_app, address)[f"reservation-{url.rpartition('/')[2]}"]
        assert (found.sequence, found.status) == (1, "CANCELLED")

    def test_shows_what_waits_for_a_word_as_tentative(
        self, demo_app: Flask, browser: Browser
    ) -> None:
        address = made(browser)
        number = int(reserved(browser, MORNING).rpartition("/")[2])
        with demo_app.app_context(), writing():
            db.session.get_one(Reservation, number).state = ReservationState.HELD
        found = told(demo_app, address)[f"reservation-{number}"]
        assert (found.sequence, found.status) == (1, "TENTATIVE")
        assert str(found.summary).startswith("À confirmer : ")

    def test_holds_nobody_elses_and_reaches_thirty_days_back(
        self, demo_app: Flask, browser: Browser
    ) -> None:
        reserved(Browser(demo_app, "U03"), MORNING)
        with demo_app.app_context():
            member, since = find_member("U02"), clock.now() - timedelta(days=30)
            assert member is not None
            query = select(Reservation).where(
                Reservation.member_id == member.id, Reservation.ends_at > since
            )
            own = {f"reservation-{one.id}" for one in db.session.scalars(query)}
        found = told(demo_app, made(browser))
        assert {uid for uid in found if uid.startswith("reservation")} <= own

    def test_holds_the_sessions_one_has_a_place_in(self, demo_app: Flask, browser: Browser) -> None:
        with demo_app.app_context(), writing():
            session = db.session.scalars(select(TrainingSession).limit(1)).one()
            now, member = clock.now(), find_member("U02")
            assert member is not None
            session.half_days[0].starts_at = now + timedelta(days=1)
            session.half_days[0].ends_at = now + timedelta(days=1, hours=3)
            assert any(one.member_id == member.id for one in session.enrolled)
            uid = f"session-{session.half_days[0].id}"
        found = told(demo_app, made(browser))[uid]
        assert str(found.summary).startswith("Formation : ")
        assert instants(found)[0] == datetime(2026, 11, 24, 7, tzinfo=UTC)

    def test_speaks_the_language_of_its_member(self, demo_app: Flask) -> None:
        address = made(Browser(demo_app, "U03"))
        with demo_app.app_context(), writing():
            member = find_member("U03")
            assert member is not None
            member.language = "de"
        text = fetch(demo_app, address, **{"Accept-Language": "fr"}).text
        assert "X-WR-CALNAME:Meine Reservierungen" in text

    def test_is_the_same_hour_in_both_nights_of_the_clock_changes(
        self, demo_app: Flask, browser: Browser
    ) -> None:
        address = made(browser)
        number = int(reserved(browser, MORNING).rpartition("/")[2])
        for night in ("2027-03-28T00:30:00+00:00", "2027-10-31T00:30:00+00:00"):
            start = datetime.fromisoformat(night)
            with demo_app.app_context(), writing():
                moved = db.session.get_one(Reservation, number)
                moved.starts_at, moved.ends_at = start, start + timedelta(hours=2)
            answer = fetch(demo_app, address)
            found = entries(answer.data)[f"reservation-{number}"]
            assert instants(found) == (start, start + timedelta(hours=2))
            assert (start, start + timedelta(hours=2)) in instants_by_its_own_zone(answer.data)

    def test_holds_what_one_was_asked_to_be_there_for(self, demo_app: Flask) -> None:
        supervisor = program_of(demo_app, "U09")
        answer = program_of(demo_app, "U10").post(
            "/reservations",
            {
                "machine": "M12",
                "mode": "supervised",
                "supervisor": "U09",
                "starts_at": "2026-11-25T09:00:00+01:00",
                "ends_at": "2026-11-25T11:00:00+01:00",
            },
        )
        number = answer.json["id"]  # type: ignore[index]
        address = made(Browser(demo_app, "U09"))
        uid = f"reservation-{number}"
        assert told(demo_app, address)[uid].status == "TENTATIVE"
        supervisor.post(f"/reservations/{number}/accept")
        assert told(demo_app, address)[uid].status == "CONFIRMED"
        supervisor.post(f"/reservations/{number}/decline")
        assert uid not in told(demo_app, address)


class TestFeedOfAPlace:
    @pytest.mark.parametrize("subject", ["machine:M01", "area:BOIS"])
    def test_tells_what_is_taken_and_closed_and_names_nobody(
        self, demo_app: Flask, browser: Browser, subject: str
    ) -> None:
        owner = Browser(demo_app, "U03")
        url = reserved(owner, {**MORNING, "purpose": "Table de Jonas"})
        uid = f"taken-{url.rpartition('/')[2]}"
        address = made(browser, subject)
        answer = fetch(demo_app, address)
        found = entries(answer.data)
        assert (found[uid].summary, found[uid].status) == ("M01 : pris", "CONFIRMED")
        assert any(str(event.summary).startswith("Fermé : ") for event in found.values())
        for secret in ("Jonas", "Weber", "U03", "/reservations/"):
            assert secret not in answer.text
        owner.send(owner.get(f"{url}/cancel").form(f"{url}/cancel"))
        after = told(demo_app, address)[uid]
        assert (after.summary, after.status, after.sequence) == ("M01 : rendu", "CANCELLED", 1)

    def test_tells_of_a_machine_out_of_service_while_it_is(
        self, demo_app: Flask, browser: Browser
    ) -> None:
        with demo_app.app_context():
            down = select(Machine.code).join(Outage).where(Outage.ended_at.is_(None))
            code = db.session.scalars(down.limit(1)).one()
        found = told(demo_app, made(browser, f"machine:{code}"))
        assert f"{code} : hors service" in {str(event.summary) for event in found.values()}

    def test_of_another_area_is_silent(self, demo_app: Flask, browser: Browser) -> None:
        reserved(Browser(demo_app, "U03"), MORNING)
        found = told(demo_app, made(browser, "area:METAL"))
        assert "M01 : pris" not in {str(event.summary) for event in found.values()}


class TestAddress:
    def test_is_shown_once_and_kept_as_a_hash(self, demo_app: Flask, browser: Browser) -> None:
        address = made(browser)
        assert address not in browser.get(PAGE).answer.text
        assert fetch(demo_app, address).status_code == 200

    def test_opens_nothing_once_revoked_or_renewed(self, demo_app: Flask, browser: Browser) -> None:
        first = made(browser)
        page = browser.get(PAGE)
        (renew,) = [form for form in page.forms if form.action.endswith("/renew")]
        second = _address_on(browser.send(renew, 200).answer.text)
        assert second != first
        assert fetch(demo_app, first).status_code == 404
        assert fetch(demo_app, second).status_code == 200
        (revoke,) = [f for f in browser.get(PAGE).forms if f.action.endswith("/revoke")]
        browser.send(revoke)
        assert fetch(demo_app, second).status_code == 404
        assert not [f for f in browser.get(PAGE).forms if f.action.endswith("/revoke")]

    def test_opens_nothing_when_the_member_has_left(
        self, demo_app: Flask, browser: Browser
    ) -> None:
        address = made(browser)
        with demo_app.app_context(), writing():
            member = find_member("U02")
            assert member is not None
            member.state = AccountState.LEFT
        assert fetch(demo_app, address).status_code == 404

    def test_is_nobodys_but_its_members(self, demo_app: Flask, browser: Browser) -> None:
        made(browser)
        (renew,) = [f for f in browser.get(PAGE).forms if f.action.endswith("/renew")]
        other = Browser(demo_app, "U03")
        own = other.get(PAGE).form(PAGE)
        for act in ("renew", "revoke"):
            own.element.attributes["action"] = renew.action.replace("renew", act)
            other.send(own, 404)

    def test_answers_304_until_something_changes(self, demo_app: Flask, browser: Browser) -> None:
        address = made(browser)
        answer = fetch(demo_app, address)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        tag = answer.headers["ETag"]
        again = fetch(demo_app, address, **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        reserved(browser, wish("M01", "2026-11-26 09:00", "2026-11-26 12:00"))
        assert fetch(demo_app, address, **{"If-None-Match": tag}).status_code == 200

    def test_cannot_be_guessed_or_fetched_without_end(self, make_app: MakeApp) -> None:
        app = make_app("demo", rate_limits=True)
        client = app.test_client()
        wrong = [client.get(f"/calendars/{n}.ics").status_code for n in range(31)]
        assert (wrong[29], wrong[30]) == (404, 429)

    def test_costs_the_same_whatever_is_stored(self, demo_app: Flask, browser: Browser) -> None:
        address, place = made(browser), made(browser, "area:BOIS")
        costs = []
        for hour in (9, 14):
            reserved(browser, wish("M01", f"2026-11-24 {hour:02}:00", f"2026-11-24 {hour + 2}:00"))
            with demo_app.app_context(), writing():
                now = clock.now()
                db.session.add(Closure(starts_at=now, ends_at=now + timedelta(1), reason="x"))
            for one in (address, place):
                with statements_of(demo_app) as sent:
                    assert read(fetch(demo_app, one).data).events
                costs.append(len(sent))
        assert costs[:2] == costs[2:]
        assert max(costs) <= 7
