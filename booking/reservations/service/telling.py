"""What is written to members and to the journal about a reservation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from booking import clock
from booking.database import db
from booking.machines.models import Machine
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.reservations.models import Companion, Reservation
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.rules import CalendarStatus
from booking.site.queries import get_site

REMINDER = "reservation.reminder"
COMPANION_REMINDER = "companion.reminder"


def topic_of(reservation: Reservation) -> str:
    return f"reservation:{reservation.id}"


LEAVES_CALENDARS_ALONE = frozenset(
    {"reservation.at_risk", "reservation.rules_changed", "companion.accepted"}
)
"""What is written of a reservation while it stands as it stood."""

TAKES_OUT_OF_CALENDARS = frozenset(
    {"companion.released", "companion.withdrawn", "reservation.handed_over"}
)
"""What tells a person that it is no longer his: nobody waits for him, or another has it."""


def tell(
    kind: str,
    reservation: Reservation,
    member: Member,
    machine: Machine,
    reason: str = "",
    **more: Any,
) -> None:
    """Write to a member what has become of a reservation, with the entry for his calendar; `more`
    are further plain facts of the letter.

    Reminders need nobody's care: they are found when due (`reminding.py`).
    """
    facts = _facts_of(kind, reservation, machine, {"reason": reason, **more})
    outbox.record(kind, member, facts, topic=topic_of(reservation))


IN_ONE_LETTER = {
    "reservation.confirmed": "reservations.made",
    "reservation.held": "reservations.made",
    "reservation.moved": "reservations.moved",
    "reservation.cancelled_by_member": "reservations.cancelled_by_member",
    "reservation.cancelled_by_site": "reservations.cancelled_by_site",
    "reservation.at_risk": "reservations.at_risk",
    "reservation.rules_changed": "reservations.rules_changed",
    "reservation.released": "reservations.released",
    "reservation.not_confirmed": "reservations.not_confirmed",
    "companion.asked": "companions.asked",
    "companion.released": "companions.released",
    "companion.withdrawn": "companions.withdrawn",
    "companion.not_coming": "companions.not_coming",
}
"""What a letter is called that tells the same of several reservations."""


class News(NamedTuple):
    """What has become of one reservation: the kind of its letter, and further plain facts of it.
    `companion` is the second person to whom it is written, None where it is who reserved.
    """

    kind: str
    reservation: Reservation
    more: Mapping[str, Any] = MappingProxyType({})
    companion: Companion | None = None

    @property
    def recipient(self) -> Member:
        return self.companion.member if self.companion else self.reservation.member

    @property
    def letter(self) -> tuple[int, int, str]:
        """What all that is told in one letter shares: to whom, of whose reservations, and what."""
        return self.recipient.id, self.reservation.member_id, IN_ONE_LETTER[self.kind]


def news_for(kind: str, companion: Companion) -> News:
    """What a second person is told, who learns for whom and as what it is."""
    reservation = companion.reservation
    more = {"role": companion.role, "asker": reservation.member.name}
    return News(kind, reservation, more, companion)


def tell_together(news: Iterable[News], reason: str = "") -> None:
    """Write to each person what one act has made of reservations: to the member of all that are
    his in one letter, to a second person of all at which one member counts on him; of a single one
    as `tell` does.
    """
    letters: dict[tuple[Any, ...], list[News]] = {}
    for one in sorted(news, key=lambda one: one.reservation.starts_at):
        letters.setdefault((one.companion is not None, *one.letter), []).append(one)
    for _letter, told_together in sorted(letters.items()):
        if len(told_together) > 1:
            _tell_all(told_together, reason)
            continue
        (single,) = told_together
        kind, reservation, more, _companion = single
        tell(kind, reservation, single.recipient, reservation.machine, reason, **more)


def _tell_all(news: Sequence[News], reason: str) -> None:
    reservations = [one.reservation for one in news]
    topic = _topic_of_all(reservations, news[0].companion)
    outbox.withdraw(topic)
    dates = [
        _facts_of(kind, one, one.machine, {"kind": kind, **more}) for kind, one, more, _ in news
    ]
    facts = {"dates": dates, "series": _series_of(reservations), "reason": reason}
    if asker := news[0].more.get("asker"):
        facts["asker"] = asker
    _, _, kind = news[0].letter
    outbox.record(kind, news[0].recipient, facts, topic=topic)


def _topic_of_all(reservations: Iterable[Reservation], companion: Companion | None) -> str:
    """What a letter about exactly these is about, to who reserved or to one second person."""
    numbers = ",".join(str(number) for number in sorted(one.id for one in reservations))
    if companion is not None:
        numbers += f";{companion.member_id}"
    return f"reservations:{sha256(numbers.encode()).hexdigest()[:32]}"


def _series_of(reservations: Sequence[Reservation]) -> int | None:
    """The one series to which all of them belong."""
    numbers = {one.series_id for one in reservations}
    return numbers.pop() if len(numbers) == 1 else None


def _facts_of(
    kind: str, reservation: Reservation, machine: Machine, more: Mapping[str, Any]
) -> dict[str, Any]:
    """What a letter says of one reservation, and its entry for a calendar."""
    facts = letter_about(reservation, machine) | dict(more)
    if kind not in LEAVES_CALENDARS_ALONE:
        facts["calendar"] = _for_calendar(reservation, machine, facts.get("asker"))
    if kind in TAKES_OUT_OF_CALENDARS:
        facts["calendar"] |= _taken_out(reservation)
    return facts


def remind(reservation: Reservation) -> None:
    """Write to the member that it is coming."""
    facts = letter_about(reservation, reservation.machine)
    outbox.record(REMINDER, reservation.member, facts, topic=topic_of(reservation))


def remind_companion(companion: Companion) -> None:
    """Write to the second person that it is coming."""
    reservation = companion.reservation
    asker = db.session.get_one(Member, reservation.member_id)
    facts = letter_about(reservation, reservation.machine)
    facts |= {"role": companion.role, "asker": asker.name}
    outbox.record(COMPANION_REMINDER, companion.member, facts, topic=topic_of(reservation))


def letter_about(reservation: Reservation, machine: Machine) -> dict[str, Any]:
    """What every letter about a reservation names."""
    return as_facts(reservation, machine) | {
        "reservation": reservation.id,
        "machine_name": machine.name,
        "ppe": [name for code, name in get_workshop().ppe.items() if code in machine.ppe_codes],
    }


def _for_calendar(reservation: Reservation, machine: Machine, asker: str | None) -> dict[str, Any]:
    """What the mail's calendar file is made of when it leaves (`outbox/wording.py`); a second
    person reads in it for whom it is.
    """
    db.session.flush()  # what has changed is counted by now
    site = get_site()
    sequence, changed_at = reservation.revision
    return {
        "uid": site.calendar_uid("reservation", reservation.id),
        "sequence": sequence,
        "status": reservation.calendar_status,
        "changed_at": changed_at.isoformat(),
        "zone": site.timezone,
        "title": {lang: title(name, machine.code, asker) for lang, name in machine.name.items()},
        "location": site.address,
        "page": ["reservations.show", {"number": reservation.id}],
    }


def title(machine_name: str, machine_code: str, asker: str | None = None) -> str:
    """What an entry is called; `asker` is for whom a second person is there."""
    return ", ".join(filter(None, (f"{machine_name} ({machine_code})", asker)))


def _taken_out(reservation: Reservation) -> dict[str, Any]:
    """Later than whatever this person has been told, though the reservation may stand."""
    return {
        "sequence": reservation.revision[0] + 1,
        "status": CalendarStatus.CANCELLED,
        "changed_at": clock.now().isoformat(),
    }


def as_facts(reservation: Reservation, machine: Machine) -> dict[str, Any]:
    """Plain values for the journal and for mails."""
    return {
        "machine": machine.code,
        "starts_at": reservation.starts_at.isoformat(),
        "ends_at": reservation.ends_at.isoformat(),
        "mode": reservation.mode,
    }
