"""The nights on which the clock changes, 2026 to 2036, through the form and through the API.

In spring the clock of the workshop goes from 02:00 to 03:00, in autumn from 03:00 back to 02:00,
both at 01:00 UTC on the last Sunday of March and October (directive 2000/84/EC). What is stored is
looked at on both engines.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from booking.database import db, writing
from booking.machines.queries import find_machine
from booking.members.models import Paper
from booking.openings.models import Opening
from booking.openings.rules import Access
from booking.site.queries import get_site
from booking.trainings.models import Certification, Training
from tests.digests import digests_of
from tests.programs import codes_of, program_of
from tests.web.checking import Browser
from tests.web.reservations.asking import (
    NEW,
    ask_for,
    refusals_on,
    reservations_made,
    wish,
)

MEMBER = "U13"
"""May use the printers M17 and the kiln M16; made to stay so in these years."""


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


SPRING = [last_sunday(year, 3) for year in range(2027, 2037)]
AUTUMN = [last_sunday(year, 10) for year in range(2026, 2037)]
"""The demo begins after the spring of 2026, whose night is asked of a clock put back."""


def nights(*days: date) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("night", days, ids=str)


in_spring = nights(last_sunday(2026, 3), *SPRING)
in_autumn = nights(*AUTUMN)


@pytest.fixture
def night_app(demo_app: Flask, night: date) -> Flask:
    """The demo two days before the night, with printers open around the clock."""
    two_days_before = datetime.combine(night - timedelta(days=2), time(12), UTC)
    demo_app.config["BOOKING_NOW"] = two_days_before
    with demo_app.app_context(), writing():
        get_site().future_hours_per_machine = 100
        printers = find_machine("M17")
        assert printers is not None
        for weekday in range(7):
            db.session.add(
                Opening(
                    machine_id=printers.id,
                    weekday=weekday,
                    starts=time(0),
                    ends=time(0),
                    staffed=True,
                    access=Access.ALL,
                )
            )
        far = date(2040, 1, 1)
        db.session.execute(update(Paper).values(valid_until=far))
        db.session.execute(
            update(Certification)
            .where(Certification.valid_until.is_not(None))
            .values(valid_until=far, approved_on=date(2026, 1, 1))
        )
        db.session.execute(update(Training).values(lapse_months=None))
    return demo_app


@pytest.fixture
def browser(night_app: Flask) -> Browser:
    return Browser(night_app, MEMBER)


def at_night(night: date, start: str, end: str, machine: str = "M17") -> dict[str, Any]:
    return wish(machine, f"{night} {start}", f"{night} {end}")


def period_made(app: Flask) -> tuple[str, str]:
    """The only reservation's times in UTC: `28 00:30`."""
    (reservation,) = reservations_made(app)
    return f"{reservation.starts_at:%d %H:%M}", f"{reservation.ends_at:%d %H:%M}"


def in_utc(night: date, hours: str) -> str:
    return f"{night:%d} {hours}"


# --- spring: an hour that does not come


@pytest.mark.sqlite_only
@in_spring
def test_times_that_do_not_exist_are_refused_as_such_and_nothing_is_stored(
    night_app: Flask, browser: Browser, night: date
) -> None:
    before = digests_of(night_app)
    form = browser.get(NEW).form(NEW)
    for start, end, missing in (
        ("02:00", "04:00", "02:00"),
        ("02:30", "04:00", "02:30"),
        ("01:00", "02:30", "02:30"),
        ("01:00", "02:00", "02:00"),
    ):
        page = browser.send(form, 422, **at_night(night, start, end))
        assert f"les horloges avancent d’une heure : {missing} n’existe pas" in page.text
        assert page.form(NEW).value("start_time") == start
    assert digests_of(night_app) == before


@in_spring
def test_the_hours_around_the_missing_one_are_one_hour_apart(
    night_app: Flask, browser: Browser, night: date
) -> None:
    page = ask_for(browser, at_night(night, "01:30", "03:30"))
    assert period_made(night_app) == (in_utc(night, "00:30"), in_utc(night, "01:30"))
    assert "01:30 – 03:30" in page.text
    assert "Durée 1 h" in page.text


@pytest.mark.sqlite_only
@in_spring
def test_times_that_do_not_exist_are_not_offered(browser: Browser, night: date) -> None:
    slot = f"starts_at={night}T01:00%2B01:00&ends_at={night}T03:30%2B02:00"
    form = browser.get(f"{NEW}?machine=M17&{slot}").form(NEW)
    times = form.options("start_time")
    assert len(times) == 46
    assert not [shown for shown in times if shown.startswith("02:")]
    assert (form.value("start_time"), form.value("end_time")) == ("01:00", "03:30")


@pytest.mark.sqlite_only
@in_spring
def test_a_firing_of_24_hours_ends_an_hour_later_by_the_clock(
    night_app: Flask, browser: Browser, night: date
) -> None:
    saturday = night - timedelta(days=1)
    asked = wish("M16", f"{saturday} 10:00", f"{night} 10:00", firing_type="BISQUE")
    (reason,) = refusals_on(ask_for(browser, asked, 422))
    assert "inférieure au minimum de 24 h" in reason
    page = ask_for(browser, asked | {"end_time": "11:00"})
    assert "Durée 24 h" in page.text
    assert period_made(night_app)[1] == in_utc(night, "09:00")


# --- autumn: an hour that comes twice


@pytest.mark.sqlite_only
@in_autumn
def test_a_time_that_comes_twice_is_taken_at_its_first_showing_and_shown_with_its_offset(
    night_app: Flask, browser: Browser, night: date
) -> None:
    page = ask_for(browser, at_night(night, "02:00", "02:30"))
    assert period_made(night_app) == (in_utc(night, "00:00"), in_utc(night, "00:30"))
    assert "02:00 (UTC+02) – 02:30 (UTC+02)" in page.text


@in_autumn
def test_the_second_showing_is_asked_for_with_its_offset(
    night_app: Flask, browser: Browser, night: date
) -> None:
    page = ask_for(browser, at_night(night, "02:30+01:00", "03:00"))
    assert period_made(night_app) == (in_utc(night, "01:30"), in_utc(night, "02:00"))
    assert "02:30 (UTC+01) – 03:00" in page.text


@pytest.mark.sqlite_only
@in_autumn
def test_an_end_that_comes_twice_is_the_first_after_the_start(
    night_app: Flask, browser: Browser, night: date
) -> None:
    page = ask_for(browser, at_night(night, "02:30", "02:30"))
    assert period_made(night_app) == (in_utc(night, "00:30"), in_utc(night, "01:30"))
    assert "02:30 (UTC+02) – 02:30 (UTC+01)" in page.text
    assert "Durée 1 h" in page.text


@pytest.mark.sqlite_only
@in_autumn
def test_both_showings_are_offered_each_with_its_offset(browser: Browser, night: date) -> None:
    slot = f"starts_at={night}T02:30%2B01:00&ends_at={night}T03:30%2B01:00"
    page = browser.get(f"{NEW}?machine=M17&{slot}")
    form = page.form(NEW)
    times = form.options("start_time")
    assert len(times) == 50
    assert [shown for shown in times if shown.startswith("02:")] == [
        "02:00+02:00",
        "02:30+02:00",
        "02:00+01:00",
        "02:30+01:00",
    ]
    assert form.value("start_time") == "02:30+01:00"
    labels = {option.text for option in page.document.all("option")}
    assert {"02:30 (UTC+02)", "02:30 (UTC+01)"} <= labels


@pytest.mark.sqlite_only
@in_autumn
def test_an_offset_that_is_not_the_night_s_is_refused(
    night_app: Flask, browser: Browser, night: date
) -> None:
    before = digests_of(night_app)
    page = ask_for(browser, at_night(night, "02:30+03:00", "03:30"), 422)
    assert "Ce décalage horaire n’est pas celui de ce jour-là." in page.text
    assert digests_of(night_app) == before


@pytest.mark.sqlite_only
@in_autumn
def test_a_firing_of_24_hours_ends_an_hour_earlier_by_the_clock(
    night_app: Flask, browser: Browser, night: date
) -> None:
    saturday = night - timedelta(days=1)
    asked = wish("M16", f"{saturday} 10:00", f"{night} 10:00", firing_type="BISQUE")
    (reason,) = refusals_on(ask_for(browser, asked, 422))
    assert "supérieure au maximum de 24 h" in reason
    page = ask_for(browser, asked | {"end_time": "09:00"})
    assert "Durée 24 h" in page.text
    assert period_made(night_app)[1] == in_utc(night, "08:00")


# --- the API knows instants, so nothing is missing or ambiguous


@pytest.mark.sqlite_only
@nights(*SPRING, *AUTUMN)
def test_the_api_takes_instants_alone_and_tells_them_with_the_offset_of_the_workshop(
    night_app: Flask, night: date
) -> None:
    program = program_of(night_app, MEMBER)
    naive = {"machine": "M17", "starts_at": f"{night}T02:30:00", "ends_at": f"{night}T04:00:00"}
    before = digests_of(night_app)
    refused = program.post("/reservations", naive)
    assert refused.status_code == 422
    assert digests_of(night_app) == before
    made = [
        program.post("/reservations", {"machine": "M17", "starts_at": start, "ends_at": end})
        for start, end in (
            (f"{night}T00:30:00Z", f"{night}T01:00:00Z"),
            (f"{night}T01:00:00Z", f"{night}T01:30:00Z"),
        )
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    if night.month == 3:
        expected = ["01:30:00+01:00", "03:00:00+02:00", "03:30:00+02:00"]
    else:
        expected = ["02:30:00+02:00", "02:00:00+01:00", "02:30:00+01:00"]
    told = [made[0].json["starts_at"], made[1].json["starts_at"], made[1].json["ends_at"]]  # type: ignore[index]
    assert told == [f"{night}T{shown}" for shown in expected]


@pytest.mark.sqlite_only
@nights(*SPRING, *AUTUMN)
def test_the_api_counts_elapsed_time(night_app: Flask, night: date) -> None:
    saturday = night - timedelta(days=1)
    before, after = ("+01:00", "+02:00") if night.month == 3 else ("+02:00", "+01:00")
    asked = {
        "machine": "M16",
        "starts_at": f"{saturday}T10:00:00{before}",
        "ends_at": f"{night}T10:00:00{after}",
        "firing_type": "BISQUE",
        "dry_run": True,
    }
    answer = program_of(night_app, MEMBER).post("/reservations", asked)
    assert codes_of(answer) == ["TOO_SHORT" if night.month == 3 else "TOO_LONG"]
    message = answer.json["refusals"][0]["message"]  # type: ignore[index]
    assert re.search("24.h", message)
