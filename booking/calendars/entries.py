"""Entries of a calendar, and the two files made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from booking.calendars.zones import describe
from booking.periods import is_ambiguous

PRODUCT = "-//Etabli//Etabli//FR"
CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)
CANCELLED = "CANCELLED"
END = b"END:VCALENDAR\r\n"

ENTRIES_KEPT = 8192
"""Some 5 MB: the entries of a busy workshop around now."""

YEAR_OF_NOTHING = 2026
"""A calendar holds at least one component: one without entries tells the zone all the same."""


class Method(StrEnum):
    """What a mail's calendar asks the recipient's program to do with the entry."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Entry:
    """What stands in a calendar from `starts_at` to `ends_at`, both aware; texts as one reads them.

    `uid` never changes, `sequence` rises with every change of what is shown, `changed_at` is when
    that was. `status` is TENTATIVE, CONFIRMED or CANCELLED. Who is not `busy` may do something else
    meanwhile.
    """

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    is_busy: bool = True


@dataclass(frozen=True)
class Party:
    """Who writes a mail, or receives it."""

    name: str
    email: str


def feed(name: str, entries: Sequence[Entry], zone: ZoneInfo) -> bytes:
    """The file a program subscribes to: a state to show, which asks nothing."""
    calendar = _calendar(entries, zone)
    calendar.add("x-wr-calname", name)
    calendar.add("name", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    frame = calendar.to_ical().removesuffix(END)
    return b"".join((frame, *(_event_text(entry, zone) for entry in entries), END))


@lru_cache(ENTRIES_KEPT)
def _event_text(entry: Entry, zone: ZoneInfo) -> bytes:
    """One entry of a feed, kept: writing it takes a millisecond, and programs ask again."""
    return _event(entry, zone).to_ical()


def invitation(
    entry: Entry, zone: ZoneInfo, sender: Party, recipient: Party
) -> tuple[Method, bytes]:
    """The file that goes with a mail: it enters, changes or strikes out this one entry."""
    method = Method.CANCEL if entry.status == CANCELLED else Method.REQUEST
    calendar = _calendar([entry], zone)
    calendar.add("method", method.value)
    event = _event(entry, zone)
    event.add("organizer", _address(sender))
    attendee = _address(recipient)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee)
    calendar.add_component(event)
    return method, calendar.to_ical()


def announcement(entries: Sequence[Entry], zone: ZoneInfo, sender: Party) -> tuple[Method, bytes]:
    """The file that goes with a mail about several entries, which it enters, changes or strikes
    out. An invitation holds one entry alone, but what is published any number (RFC 5546, 3.2).
    """
    calendar = _calendar(entries, zone)
    calendar.add("method", Method.PUBLISH.value)
    for entry in entries:
        event = _event(entry, zone)
        event.add("organizer", _address(sender))
        calendar.add_component(event)
    return Method.PUBLISH, calendar.to_ical()


def _calendar(entries: Iterable[Entry], zone: ZoneInfo) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    years = (entry.starts_at.astimezone(zone).year for entry in entries)
    calendar.add_component(describe(zone, min(years, default=YEAR_OF_NOTHING)))
    return calendar


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    starts_at, ends_at = _as_shown(entry, zone)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("status", entry.status)
    event.add("summary", entry.summary)
    event.add("transp", "OPAQUE" if entry.is_busy and entry.status != CANCELLED else "TRANSPARENT")
    for name in ("location", "description", "url"):
        if text := getattr(entry, name):
            event.add(name, text)
    return event


def _as_shown(entry: Entry, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both ends in the wall time of the zone; in UTC where that would name another hour.

    A time that the clock shows twice means its first showing (RFC 5545, 3.3.5).
    """
    local = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    if any(_is_second_showing(end, zone) for end in local):
        return entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)
    return local


def _is_second_showing(local: datetime, zone: ZoneInfo) -> bool:
    return local.fold == 1 and is_ambiguous(local.date(), local.timetz().replace(tzinfo=None), zone)


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["cn"] = vText(party.name)
    return address
