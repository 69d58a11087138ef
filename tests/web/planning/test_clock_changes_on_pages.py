"""Every night from 2026 to 2036 on which the clock changes, as the pages of the planning show it.

The printers are open around the clock there, so that the night is drawn.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

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
from tests.web.checking import Browser
from tests.web.planning.asking import reserved
from tests.web.planning.tables import headings, listed, rows

PRINTERS = "/planning/machines/M17"


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


SPRING = [last_sunday(year, 3) for year in range(2026, 2037)]
AUTUMN = [last_sunday(year, 10) for year in range(2026, 2037)]
in_spring = pytest.mark.parametrize("night", SPRING, ids=str)
in_autumn = pytest.mark.parametrize("night", AUTUMN, ids=str)
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def night_app(demo_app: Flask, night: date) -> Flask:
    """The demo some days before the night, where everybody still may use the printers."""
    demo_app.config["BOOKING_NOW"] = datetime.combine(night - timedelta(days=9), time(12), UTC)
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
    return Browser(night_app, "U13")


@in_spring
def test_the_day_of_23_hours_has_46_half_hours(browser: Browser, night: date) -> None:
    page = browser.get(f"/planning?on={night}&area=NUM")
    labels = [label for label, _ in headings(page)]
    assert labels[:4] == ["00:00", "01:00", "03:00", "04:00"]
    cells = [cell for cell in rows(page)["M17"] if cell.state == "free"]
    assert len(cells) == 46
    assert cells[3].starts == f"{night}T01:30+01:00"
    assert cells[4].starts == f"{night}T03:00+02:00"
    assert cells[3].asks["ends_at"] == f"{night}T03:30+02:00"


@in_autumn
def test_the_day_of_25_hours_shows_two_o_clock_twice(browser: Browser, night: date) -> None:
    page = browser.get(f"/planning?on={night}&area=NUM")
    labels = [label for label, _ in headings(page)]
    assert labels[1:5] == ["01:00", "02:00 (UTC+02)", "02:00 (UTC+01)", "03:00"]
    cells = [cell for cell in rows(page)["M17"] if cell.state == "free"]
    assert len(cells) == 50
    assert [cell.starts for cell in cells[4:8]] == [
        f"{night}T02:00+02:00",
        f"{night}T02:30+02:00",
        f"{night}T02:00+01:00",
        f"{night}T02:30+01:00",
    ]
    assert cells[6].text == "02:00 (UTC+01) 6/6"


@in_spring
def test_in_the_week_of_the_short_day_sunday_lacks_an_hour(browser: Browser, night: date) -> None:
    table = rows(browser.get(f"{PRINTERS}?from={night}"))
    assert [*table][-1] == str(night)
    *others, sunday = table.values()
    assert {len(cells) for cells in others if cells[0].state == "free"} == {48}
    missing = [cell for cell in sunday if cell.state == "no-such-time"]
    assert [(cell.first, cell.last, cell.text) for cell in missing] == [
        (4, 6, "Cette heure n’existe pas ce jour-là")
    ]


@in_autumn
def test_in_the_week_of_the_long_day_the_others_lack_the_second_two_o_clock(
    browser: Browser, night: date
) -> None:
    page = browser.get(f"{PRINTERS}?from={night}")
    *others, sunday = rows(page).values()
    assert len(sunday) == 50
    assert {cell.state for cell in sunday} == {"free"}
    for cells in (cells for cells in others if cells[0].state == "free"):
        missing = [(cell.first, cell.last) for cell in cells if cell.state == "no-such-time"]
        assert missing == [(6, 8)]


@in_autumn
def test_what_is_mine_in_the_second_hour_is_shown_there_with_its_offset(
    night_app: Flask, browser: Browser, night: date
) -> None:
    number = reserved(night_app, "U13", "M17", f"{night}T02:00+01:00", f"{night}T03:00+01:00")
    page = browser.get(f"{PRINTERS}?from={night}")
    (mine,) = (cell for cell in rows(page)[str(night)] if cell.state == "mine")
    assert (mine.first, mine.last, mine.href) == (6, 8, f"/reservations/{number}")
    (told,) = (line for line in listed(page, f"dimanche {night.day} ") if line.startswith("mine"))
    assert told.startswith("mine 02:00 (UTC+01) – 03:00 À vous")


@pytest.mark.parametrize("night", SPRING[:1] + AUTUMN[:1], ids=str)
def test_every_free_hour_of_the_night_can_be_reserved(browser: Browser, night: date) -> None:
    page = browser.get(f"/planning?on={night}&area=NUM")
    for cell in rows(page)["M17"][:10]:
        assert "Ce créneau est libre pour vous" in browser.get(cell.href.replace("&amp;", "&")).text
