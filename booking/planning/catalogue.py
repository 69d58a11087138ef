"""The catalogue of machines and the sheet of each: read models over several slices.

The pages belong to the blueprint of machines, which may not know what stands to its right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, render_template, request

from booking import clock
from booking.machines.models import Machine
from booking.machines.queries import find_machine, list_areas, list_machines, list_ppe
from booking.machines.rules import MachineState, RiskClass, is_match
from booking.machines.views import machines
from booking.machines.wording import RISKS, category_word, use_lines
from booking.members.models import Member
from booking.openings.models import Level
from booking.openings.queries import hours_that_count, list_closures
from booking.reservations.queries import last_uses, machines_usable_by
from booking.site.queries import get_site, list_sectors
from booking.trainings.models import Training, TrainingSession
from booking.trainings.queries import (
    certification_facts,
    list_trainings,
    next_sessions,
    training_facts,
)
from booking.trainings.rules import TrainingFact, Verdict, judge, required_levels
from booking.web.access import acting_member, may, public
from booking.web.filters import localized, zone

LONGEST_SEARCH = 80
CLOSURES_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Filters:
    """What the reader is looking for; an empty text asks for nothing."""

    search: str
    area: str
    category: str
    sector: str
    risk: str
    usable: bool

    @classmethod
    def of_request(cls) -> Filters:
        asked = {
            name: request.args.get(name, "").strip()[:LONGEST_SEARCH]
            for name in ("q", "area", "category", "sector", "risk")
        }
        return cls(
            search=asked["q"],
            area=asked["area"],
            category=asked["category"],
            sector=asked["sector"],
            risk=asked["risk"],
            usable="usable" in request.args,
        )

    def __bool__(self) -> bool:
        return any((self.search, self.area, self.category, self.sector, self.risk, self.usable))

    def let_through(self, machine: Machine, usable: set[int]) -> bool:
        return (
            self.area in ("", machine.area.code)
            and self.category in ("", machine.category)
            and self.risk in ("", machine.risk_class)
            and (not self.sector or self.sector in machine.sector_codes)
            and (not self.usable or machine.id in usable)
            and is_match(self.search, _searchable(machine))
        )


def _searchable(machine: Machine) -> Iterable[str]:
    words = (machine.code, machine.model_family, category_word(machine.category))
    return (*words, *machine.name.values(), *machine.area.name.values())


@machines.get("")
@public
def index() -> str:
    """Every machine, or those looked for; visitors see it too, nobody is named."""
    member = acting_member()
    everything = list_machines(with_retired=may("machine.create"))
    usable = machines_usable_by(member) if member else set()
    filters = Filters.of_request()
    return render_template(
        "machines/index.html",
        found=[machine for machine in everything if filters.let_through(machine, usable)],
        usable=usable,
        filters=filters,
        choices={
            "area": [(area.code, localized(area.name)) for area in list_areas()],
            "category": _categories(everything),
            "sector": _sectors(everything),
            "risk": [(risk.value, RISKS[risk]) for risk in RiskClass],
        },
    )


def _categories(known: Iterable[Machine]) -> list[tuple[str, str]]:
    """The categories that exist here with their words, by word."""
    categories = {machine.category: category_word(machine.category) for machine in known}
    return sorted(categories.items(), key=lambda category: category[1])


def _sectors(known: Iterable[Machine]) -> list[tuple[str, str]]:
    """The trade sectors that some machine serves, with their names."""
    served = {code for machine in known for code in machine.sector_codes}
    return [(s.code, localized(s.name)) for s in list_sectors() if s.code in served]


@machines.get("/<code>")
@public
def show(code: str) -> str:
    """The sheet of one machine; who looks after it is named to signed-in members only."""
    machine = find_machine(code)
    if machine is None or (machine.state == MachineState.RETIRED and not may("machine.create")):
        abort(404)
    now = clock.now()
    source, openings = hours_that_count(Level(machine=machine))
    ppe = {piece.code: localized(piece.name) for piece in list_ppe()}
    return render_template(
        "machines/show.html",
        machine=machine,
        condition=machine.condition_at(now),
        outage=machine.outage_at(now),
        not_ended=[outage for outage in machine.outages if outage.ended_at is None],
        ppe=[(piece, ppe.get(piece, piece)) for piece in machine.ppe_codes],
        use=use_lines(machine, machine.rules_of_use(get_site())),
        trainings=_trainings_asked(machine, acting_member()),
        hours=[opening.rule for opening in openings],
        hours_of=source,
        closures=list_closures(now, now + CLOSURES_AHEAD, machine),
        sectors=[s for s in list_sectors() if s.code in machine.sector_codes],
    )


@dataclass(frozen=True)
class TrainingAsked:
    """One training of a machine's chain, and how the reader stands to it.

    `supervised_level` is None for a prerequisite, which the machine itself does not name.
    """

    code: str
    training: Training | None
    supervised_level: int | None
    autonomous_level: int
    verdict: Verdict | None
    next_session: TrainingSession | None


def _trainings_asked(machine: Machine, member: Member | None) -> list[TrainingAsked]:
    facts = training_facts()
    levels = required_levels(
        ((asked.training_code, asked.autonomous_level) for asked in machine.requirements), facts
    )
    titles = {t.code: t for t in (*list_trainings(), *list_trainings(archived=True))}
    sessions = next_sessions(levels, clock.now())
    direct = {asked.training_code: asked.supervised_level for asked in machine.requirements}
    verdicts = _verdicts(member, levels, facts)
    return [
        TrainingAsked(
            code=code,
            training=titles.get(code),
            supervised_level=direct.get(code),
            autonomous_level=level,
            verdict=verdicts.get(code),
            next_session=sessions.get(code),
        )
        for code, level in levels.items()
    ]


def _verdicts(
    member: Member | None, levels: dict[str, int], facts: dict[str, TrainingFact]
) -> dict[str, Verdict]:
    """How a member stands today to each training, by code; empty for a visitor."""
    if member is None:
        return {}
    held = certification_facts(member.id, last_uses(member.id, facts, zone()))
    today: list[date] = [clock.today(zone())]
    return {
        code: judge(level, facts.get(code) or TrainingFact(code, None, ()), held, today)
        for code, level in levels.items()
    }
