"""Writing to members before a certification ends: 60, 30 and 7 days, each once."""

from __future__ import annotations

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.decisions.queries import Ending, list_ending
from booking.outbox import service as outbox
from booking.site.queries import site_zone
from booking.trainings.models import CertificationReminder
from booking.trainings.rules import reminder_due


def remind_of_ends() -> int:
    """Write the letters that are due; returns how many.

    Nothing is written ahead, so what was renewed, used, suspended or corrected meanwhile needs no
    care: it is not among what ends.
    """
    today = clock.today(site_zone())
    endings = list_ending()
    written = _written([ending.certification.id for ending in endings])
    count = 0
    for ending in endings:
        days = reminder_due(ending.ends_on, today)
        key = (ending.certification.id, ending.ends_on, days)
        if days is None or key in written:
            continue
        db.session.add(
            CertificationReminder(
                certification_id=ending.certification.id,
                ends_on=ending.ends_on,
                days=days,
                written_at=clock.now(),
            )
        )
        _tell(ending)
        count += 1
    return count


def _written(numbers: list[int]) -> set[tuple[int, object, int | None]]:
    rows = db.session.execute(
        select(
            CertificationReminder.certification_id,
            CertificationReminder.ends_on,
            CertificationReminder.days,
        ).where(CertificationReminder.certification_id.in_(numbers))
    )
    return {(number, ends_on, days) for number, ends_on, days in rows}


def _tell(ending: Ending) -> None:
    certification = ending.certification
    outbox.record(
        "certification.ends_soon",
        certification.member,
        {
            "certification": certification.id,
            "training": certification.training.code,
            "title": certification.training.title,
            "level": certification.level,
            "ends_on": ending.ends_on.isoformat(),
            "lapses_first": ending.lapses_first,
            "reason": "",
            "beyond": [
                {
                    "machine": one.machine.code,
                    "machine_name": one.machine.name,
                    "starts_at": one.starts_at.isoformat(),
                    "ends_at": one.ends_at.isoformat(),
                }
                for one in ending.beyond
            ],
            "sessions": [one.facts for one in ending.sessions],
        },
        topic=f"certification:{certification.id}",
    )
