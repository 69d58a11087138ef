"""Reading calendars back with programs that did not write them: `ical`, and dateutil for zones."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from dateutil import tz
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event


def read(text: str | bytes) -> Calendar:
    """The calendar in a file; raises what is wrong with it."""
    return IcsCalendarStream.calendar_from_ics(text if isinstance(text, str) else text.decode())


def entries(text: str | bytes) -> dict[str, Event]:
    """Its entries by the beginning of their UID."""
    return {str(event.uid).partition("@")[0]: event for event in read(text).events}


def instants(event: Event) -> tuple[datetime, datetime]:
    """Start and end in UTC."""
    start, end = event.dtstart, event.dtend
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return start.astimezone(UTC), end.astimezone(UTC)


def instants_by_its_own_zone(text: bytes) -> list[tuple[datetime, datetime]]:
    """Start and end in UTC as a program reads them that knows no zones but the one in the file."""
    content = text.decode().replace("\r\n ", "")
    zones = tz.tzical(io.StringIO(content))
    found: list[datetime] = []
    for line in content.splitlines():
        name, _, value = line.partition(":")
        if name.startswith(("DTSTART;TZID=", "DTEND;TZID=")):
            zone = zones.get(name.partition("TZID=")[2])
            wall = datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
            found.append(wall.astimezone(UTC))
        elif name in ("DTSTART", "DTEND") and value.endswith("Z"):
            found.append(datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    return list(zip(found[::2], found[1::2], strict=True))
