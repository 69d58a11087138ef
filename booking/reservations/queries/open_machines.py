"""The machines that somebody may use today."""

from __future__ import annotations

from booking import clock
from booking.members.models import Member
from booking.periods import local_day
from booking.reservations.queries.dossier import read_dossier
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.rules import Mode, freest_mode


def machines_open_to(member: Member) -> dict[Mode, list[OfferedMachine]]:
    """By the freest kind of use that is open, in the order of areas and codes; one statement."""
    workshop, now = get_workshop(), clock.now()
    today = clock.today(workshop.zone)
    day = local_day(today, workshop.zone)
    dossier = read_dossier(member.id, day, workshop.trainings, workshop.zone)
    person = dossier.member_facts(member, today, today)
    found: dict[Mode, list[OfferedMachine]] = {mode: [] for mode in Mode}
    for machine in workshop.machines:
        facts = workshop.facts(machine, person, None, dossier.certifications)
        mode = freest_mode(today, now, facts)
        if mode is not None:
            found[mode].append(machine)
    return found
