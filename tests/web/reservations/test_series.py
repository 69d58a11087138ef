"""Reserving the same hours again and again, and giving some of them back."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from tests.digests import digests_of
from tests.web.checking import Browser, Page
from tests.web.reservations.asking import MORNING, all_of, ask_for, refusals_on, reserved, wish

SERIES = "/reservations/series/new"
EVERY_TUESDAY = {"frequency": "WEEK", "times": "4"}


def dates_made(app: Flask, state: ReservationState = ReservationState.CONFIRMED) -> list[str]:
    query = select(Reservation).where(
        Reservation.series_id.is_not(None), Reservation.state == state
    )
    found = all_of(app, query.order_by(Reservation.starts_at))
    return [one.starts_at.strftime("%m-%d %H:%M") for one in found]


def to_repeat(browser: Browser, values: dict[str, str] = MORNING) -> Page:
    """From the one reservation's form to that of the series, filled with the same hours."""
    return ask_for(browser, values | {"repeat": "1"})


def test_a_series_is_shown_with_its_price_then_reserved_whole(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    page = to_repeat(browser)
    assert page.form(SERIES).value("start_time") == "09:00"
    shown = browser.send(page.form(SERIES), 200, **EVERY_TUESDAY, judge="1")
    assert "4 dates sont libres pour vous" in shown.text
    assert dates_made(demo_app) == []
    done = browser.send(shown.form(SERIES), 303)
    assert done.h1 == "Série M01"
    assert dates_made(demo_app) == ["11-24 08:00", "12-01 08:00", "12-08 08:00", "12-15 08:00"]


def test_conflicts_are_listed_by_date_and_the_others_are_a_second_request(
    demo_app: Flask,
) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-12-01 11:00", "2026-12-01 12:00"))
    browser = Browser(demo_app, "U02")
    page = to_repeat(browser)
    before = digests_of(demo_app)
    refused = browser.send(page.form(SERIES), 409, **EVERY_TUESDAY)
    assert "1 date ne peut pas être réservée" in refused.text
    assert len(refusals_on(refused)) == 1
    assert digests_of(demo_app) == before
    assert refused.form(SERIES).values["leave_out"] == ["2026-12-01"]
    browser.send(refused.form(SERIES), 303)
    assert dates_made(demo_app) == ["11-24 08:00", "12-08 08:00", "12-15 08:00"]


def test_quota_counts_over_the_dates_of_the_series(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    page = to_repeat(browser)
    refused = browser.send(page.form(SERIES), 422, frequency="WORKING_DAY", times="9")
    assert "1 date ne peut pas être réservée" in refused.text


def test_an_end_must_be_said_once(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    form = to_repeat(browser).form(SERIES)
    browser.send(form, 422, times="", until="")
    browser.send(form, 422, times="3", until="2026-12-24")
    browser.send(form, 422, times="", until="2026-11-23")
    browser.send(form, 422, times="", until="2028-11-23", frequency="DAY")
    browser.send(form, 422, times="61")
    assert dates_made(demo_app) == []


def test_this_one_and_the_following_are_given_back_with_the_fee_of_each(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    second = done.document.all("tr")[2].first("a")["href"]
    page = browser.get(f"{second}/cancel")
    assert "Gratuit" in page.text
    browser.send(page.form(f"{second}/cancel"), 303, scope="FOLLOWING")
    assert dates_made(demo_app) == ["11-24 08:00"]
    assert len(dates_made(demo_app, ReservationState.CANCELLED_BY_MEMBER)) == 3
    assert browser.get(done.url).status == 200


def test_the_series_of_another_is_not_there(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    Browser(demo_app, "U05").get(done.url, 404)
    Browser(demo_app, "S1").get(done.url)


def test_only_the_firms_people_can_be_named(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    form = to_repeat(browser).form(SERIES)
    browser.send(form, 403, member="U05", **EVERY_TUESDAY)
    browser.send(form, 303, member="U03", **EVERY_TUESDAY)
    assert len(dates_made(demo_app)) == 4


def test_its_hours_are_shown_date_by_date_and_then_moved(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-12-01 14:00", "2026-12-01 15:00"))
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    page = browser.get(f"{done.url}/move")
    form = page.form(f"{done.url}/move")
    assert (form.value("start_time"), form.value("end_time")) == ("09:00", "12:00")
    before = digests_of(demo_app)
    later = {"start_time": "14:00", "end_time": "16:00"}
    shown = browser.send(form, 200, **later, judge="1")
    assert "1 date ne peut pas être déplacée" in shown.text
    assert "hors taxes de moins que maintenant" in shown.text
    assert len(refusals_on(shown)) == 1
    refused = browser.send(form, 409, **later)
    assert "Rien n’a changé." in refused.text
    assert digests_of(demo_app) == before
    told = browser.send(refused.form(f"{done.url}/move"), 303)
    assert "3 dates sont déplacées." in told.text
    assert dates_made(demo_app) == ["11-24 13:00", "12-01 08:00", "12-08 13:00", "12-15 13:00"]


def test_what_was_in_the_way_of_other_hours_is_judged_again(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-12-01 14:00", "2026-12-01 15:00"))
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    move = f"{done.url}/move"
    taken = {"start_time": "14:00", "end_time": "16:00"}
    shown = browser.send(browser.get(move).form(move), 200, **taken, judge="1")
    own_choice = shown.form(move).options("leave_out")[3]
    ticked = [*shown.form(move).values["leave_out"], own_choice]
    free = {"start_time": "10:00", "end_time": "12:00", "leave_out": ticked}
    again = browser.send(shown.form(move), 200, **free, judge="1")
    assert "3 dates peuvent être déplacées" in again.text
    assert again.form(move).values["leave_out"] == [own_choice]
    browser.send(again.form(move), 303)
    assert dates_made(demo_app) == ["11-24 09:00", "12-01 09:00", "12-08 09:00", "12-15 08:00"]


def test_hours_that_were_not_shown_are_shown_before_anything_moves(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    move = f"{done.url}/move"
    before = digests_of(demo_app)
    later = {"start_time": "14:00", "end_time": "16:00"}
    shown = browser.send(browser.get(move).form(move), 200, **later, judge="1")
    for other in ({"start_time": "15:00"}, {"shift_days": "1"}, {"scope": "ONE"}):
        page = browser.send(shown.form(move), 200, **other)
        assert "déplacée" in page.text
        assert "Rien n’a changé" not in page.text
    assert digests_of(demo_app) == before
    browser.send(page.form(move), 303)
    assert dates_made(demo_app)[0] == "11-24 13:00"
    assert dates_made(demo_app)[1:] == ["12-01 08:00", "12-08 08:00", "12-15 08:00"]


def test_other_dates_to_reserve_are_judged_again_and_shown_first(demo_app: Flask) -> None:
    reserved(Browser(demo_app, "U03"), wish("M01", "2026-12-01 11:00", "2026-12-01 12:00"))
    browser = Browser(demo_app, "U02")
    shown = browser.send(to_repeat(browser).form(SERIES), 200, **EVERY_TUESDAY, judge="1")
    assert shown.form(SERIES).values["leave_out"] == ["2026-12-01"]
    again = browser.send(shown.form(SERIES), 200, end_time="10:30")
    assert "4 dates sont libres pour vous" in again.text
    assert dates_made(demo_app) == []
    browser.send(again.form(SERIES), 303)
    assert len(dates_made(demo_app)) == 4


def test_hours_are_not_moved_once_a_date_is_no_longer_as_it_was_shown(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    move = f"{done.url}/move"
    later = {"start_time": "14:00", "end_time": "16:00"}
    shown = browser.send(browser.get(move).form(move), 200, **later, judge="1")
    first = done.document.all("tr")[1].first("a")["href"]
    browser.send(browser.get(f"{first}/cancel").form(f"{first}/cancel"), 303)
    told = browser.send(shown.form(move), 303)
    assert "Cette série a changé entre-temps" in told.text
    assert dates_made(demo_app) == ["12-01 08:00", "12-08 08:00", "12-15 08:00"]


def test_a_manager_sets_aside_what_is_against_the_hours(demo_app: Flask) -> None:
    browser, manager = Browser(demo_app, "U15"), Browser(demo_app, "S1")
    page = to_repeat(browser, wish("M03", "2026-11-24 09:00", "2026-11-24 11:00"))
    done = browser.send(page.form(SERIES), 303, **EVERY_TUESDAY)
    move = f"{done.url}/move"
    early = {"start_time": "05:00", "end_time": "07:00"}
    assert "Déroger" not in browser.send(browser.get(move).form(move), 200, **early, judge="1").text
    shown = manager.send(manager.get(move).form(move), 200, **early, judge="1")
    assert "Déplacer ces 4 dates" in shown.text
    assert "leave_out" not in shown.form(move).values
    assert shown.form(move).options("waive") == ["OUTSIDE_OPENING"]
    manager.send(shown.form(move), 422)
    refused = manager.send(shown.form(move), 422, waive="OUTSIDE_OPENING")
    assert "Une dérogation demande une raison écrite." in refused.text
    assert refused.form(move).values["waive"] == ["OUTSIDE_OPENING"]
    browser.send(browser.get(move).form(move), 403, **early, waive="OUTSIDE_OPENING")
    reason = {"waiver_reason": "Commande de la ville"}
    priced = manager.send(refused.form(move), 200, **reason, judge="1")
    assert "4 dates peuvent être déplacées" in priced.text
    told = manager.send(priced.form(move), 303)
    assert "4 dates sont déplacées." in told.text
    assert dates_made(demo_app) == ["11-24 04:00", "12-01 04:00", "12-08 04:00", "12-15 04:00"]


def test_a_series_without_a_date_to_come_has_no_hours_to_move(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    move = f"{done.url}/move"
    form = browser.get(move).form(move)
    first = done.document.all("tr")[1].first("a")["href"]
    cancel = browser.get(f"{first}/cancel").form(f"{first}/cancel")
    browser.send(cancel, 303, scope="ALL")
    assert "n’a plus de date dont les heures puissent changer" in browser.get(move).text
    browser.send(form, 409)


def test_a_date_leads_to_the_hours_of_those_after_it(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    done = browser.send(to_repeat(browser).form(SERIES), 303, **EVERY_TUESDAY)
    second = done.document.all("tr")[2].first("a")["href"]
    move_from = f"{done.url}/move?from={second.rpartition('/')[2]}"
    assert move_from in browser.get(f"{second}/move").links
    page = browser.get(move_from)
    browser.send(page.form(f"{done.url}/move"), 303, start_time="10:00", end_time="12:00")
    assert dates_made(demo_app)[0] == "11-24 08:00"
    assert dates_made(demo_app)[1:] == ["12-01 09:00", "12-08 09:00", "12-15 09:00"]


def test_without_hours_the_next_ones_are_filled_in(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U02")
    hours = ("starts_on", "start_time", "end_time")
    form = browser.get(f"{SERIES}?machine=M01").form(SERIES)
    single = browser.get("/reservations/new?machine=M01").form("/reservations/new")
    assert [form.value(name) for name in hours] == [single.value(name) for name in hours]
    empty = browser.get(SERIES).form(SERIES)
    assert [empty.value(name) for name in hours] == ["2026-11-23", "10:00", "11:00"]
