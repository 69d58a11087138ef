"""What is written to members and to the journal about a reservation."""

from __future__ import annotations

from typing import Any

from booking.machines.models import Machine
from booking.members.models import Member
from booking.outbox import service as outbox
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import get_workshop


def topic_of(reservation: Reservation) -> str:
    return f"reservation:{reservation.id}"


def tell(
    kind: str, reservation: Reservation, member: Member, machine: Machine, reason: str = ""
) -> None:
    facts = as_facts(reservation, machine) | {
        "reservation": reservation.id,
        "machine_name": machine.name,
        "ppe": [name for code, name in get_workshop().ppe.items() if code in machine.ppe_codes],
        "reason": reason,
    }
    outbox.record(kind, member, facts, topic=topic_of(reservation))


def as_facts(reservation: Reservation, machine: Machine) -> dict[str, Any]:
    """Plain values for the journal and for mails."""
    return {
        "machine": machine.code,
        "starts_at": reservation.starts_at.isoformat(),
        "ends_at": reservation.ends_at.isoformat(),
        "mode": reservation.mode,
    }
