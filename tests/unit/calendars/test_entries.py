"""Calendars as other programs read them, also in the nights of the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.calendars import Entry, Method, Party, feed, invitation
from tests.calendars import entries, instants, instants_by_its_own_zone, read

PARIS = ZoneInfo("Europe/Paris")
SOME_HOURS = timedelta(hours=3)
PLACE = Party("La Manufacture; atelier, « bois »", "lieu@example.org")
MEMBER = Party('Zoé "Z" Müller-Lévêque', "zoe@example.org")


def entry(starts_at: datetime, length: timedelta = SOME_HOURS, **others: object) -> Entry:
    values = {
        "uid": "reservation-12@place.etabli",
        "sequence": 3,
        "status": "CONFIRMED",
        "changed_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "summary": "Scie à format (M01)",
    }
    return Entry(starts_at=starts_at, ends_at=starts_at + length, **(values | others))  # type: ignore[arg-type]


def every_half_hour(first: datetime, last: datetime) -> list[datetime]:
    return [
        first + n * timedelta(minutes=30) for n in range(int((last - first).seconds / 1800) + 1)
    ]


SPRING = every_half_hour(
    datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)
)
AUTUMN = every_half_hour(
    datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC)
)
FURTHER = [datetime(2027, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize("minutes", [30, 60, 180])
def test_every_hour_of_both_nights_reads_back_as_it_was(zone: str, minutes: int) -> None:
    length = timedelta(minutes=minutes)
    starts = [*SPRING, *AUTUMN, *FURTHER]
    told = feed(
        "Essai",
        [entry(start, length, uid=f"e-{n}@x") for n, start in enumerate(starts)],
        ZoneInfo(zone),
    )
    meant = [(start, start + length) for start in starts]
    found = entries(told)
    assert [instants(found[f"e-{n}"]) for n in range(len(starts))] == meant
    assert instants_by_its_own_zone(told) == meant


def test_the_clocks_of_other_zones_are_told_as_well() -> None:
    for zone in ("Australia/Sydney", "Africa/Casablanca", "America/Sao_Paulo"):
        told = feed("Essai", [entry(start) for start in FURTHER], ZoneInfo(zone))
        assert instants_by_its_own_zone(told) == [(start, start + SOME_HOURS) for start in FURTHER]


def test_wall_times_stand_with_the_zone_and_its_rule() -> None:
    told = feed("Essai", [entry(datetime(2026, 7, 1, 7, tzinfo=UTC))], PARIS).decode()
    assert "DTSTART;TZID=Europe/Paris:20260701T090000" in told
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in told


def test_a_time_shown_twice_is_told_in_utc_where_its_name_would_mean_the_first_showing() -> None:
    second = feed("Essai", [entry(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))], PARIS).decode()
    first = feed("Essai", [entry(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))], PARIS).decode()
    assert "DTSTART:20261025T013000Z" in second
    assert "DTSTART;TZID=Europe/Paris:20261025T023000" in first


def test_texts_survive_with_all_their_signs() -> None:
    text = "Perçage; « 3 trous », 5\\10 mm\nà plat 日本"
    told = feed("À l’atelier", [entry(FURTHER[0], summary=text, location=text)], PARIS)
    (found,) = read(told).events
    assert (found.summary, found.location) == (text, text)
    assert max(len(line) for line in told.split(b"\r\n")) <= 75


def test_an_empty_calendar_is_a_calendar() -> None:
    assert read(feed("Rien", [], PARIS)).events == []


def test_who_is_told_of_others_or_of_what_is_cancelled_stays_free() -> None:
    busy, told, gone = (
        feed("Essai", [entry(FURTHER[0], **others)], PARIS).decode()
        for others in ({}, {"is_busy": False}, {"status": "CANCELLED"})
    )
    assert "TRANSP:OPAQUE" in busy
    assert "TRANSP:TRANSPARENT" in told
    assert "TRANSP:TRANSPARENT" in gone


@pytest.mark.parametrize(
    ("status", "method"),
    [
        ("CONFIRMED", Method.REQUEST),
        ("TENTATIVE", Method.REQUEST),
        ("CANCELLED", Method.CANCEL),
    ],
)
def test_a_mail_enters_or_strikes_out_without_asking_for_an_answer(
    status: str, method: Method
) -> None:
    given, told = invitation(entry(FURTHER[0], status=status), PARIS, PLACE, MEMBER)
    calendar = read(told)
    (found,) = calendar.events
    assert (given, calendar.method) == (method, method.value)
    assert (found.uid, found.sequence, found.status) == ("reservation-12@place.etabli", 3, status)
    assert found.organizer is not None
    assert found.organizer.common_name == PLACE.name
    (attendee,) = found.attendees
    assert (attendee.common_name, attendee.rsvp) == (MEMBER.name, False)
    assert str(attendee.uri) == "mailto:zoe@example.org"
