"""The proof compared with ten thousand random lives, each lived day by day in a plain table."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from booking.database import db, table_of, writing
from booking.members.models import Member
from booking.trainings.events import EventFact, corrected
from booking.trainings.models import Certification, CertificationEvent, Training
from booking.trainings.queries import standings_on, training_facts
from booking.trainings.rules import REFERENT_LEVEL, TRANSITIONS
from booking.trainings.rules import CertificationAct as Act
from booking.trainings.rules import CertificationState as State

SEED, HISTORIES, MEMBERS = 20261123, 10_000, 400
FIRST, DAYS = date(2025, 1, 1), 120


@dataclass(frozen=True)
class Cell:
    """What one record is on one day."""

    state: State
    level: int
    valid_from: date | None = None
    valid_until: date | None = None


class Life:
    """One record: what is believed of every day, as a plain table, and after each act a copy."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.days: list[Cell | None] = [None] * DAYS
        self.beliefs: list[tuple[int, list[Cell | None]]] = []
        self.events: list[tuple[int, Act, EventFact]] = []
        today = dice.randrange(20)
        while today < DAYS and len(self.events) < 9:
            self._act(today)
            self.beliefs.append((today, list(self.days)))
            today += dice.choice((0, 1, 3, 10, 25))

    def _act(self, today: int) -> None:
        cell = self.days[today]
        state = cell.state if cell else None
        possible = [act for before, act in TRANSITIONS if before is state]
        if not possible:
            return
        act = self.dice.choice(possible)
        if act is Act.CORRECT:
            self._correct(today)
            return
        level = REFERENT_LEVEL if act is Act.APPOINT else self.dice.randint(1, 3)
        said = cell or Cell(State.REQUESTED, level)
        if act in (Act.APPROVE, Act.APPOINT):
            first = FIRST + timedelta(days=today)
            until = first + timedelta(days=self.dice.randint(0, 90))
            said = replace(said, valid_from=first, valid_until=until)
        said = replace(said, state=TRANSITIONS[state, act])
        for day in range(today, DAYS):
            self.days[day] = said
        self._record(today, today, act, said)

    def _correct(self, today: int) -> None:
        old = self.days[today]
        assert old is not None
        assert old.valid_from is not None
        was_first = (old.valid_from - FIRST).days
        first = min(max(0, was_first + self.dice.randint(-8, 8)), today)
        from_on = FIRST + timedelta(days=first)
        until = from_on + timedelta(days=self.dice.randint(0, 90))
        level = self.dice.randint(1, 3)
        facts = [fact for _, _, fact in self.events]
        for fact in corrected(facts, level, from_on, until):
            self.events.append((today, Act.CORRECT, fact))
        started = self._approved_since()
        for day in range(min(first, started), DAYS):
            cell = self.days[day]
            state = cell.state if cell and day >= started else State.APPROVED
            self.days[day] = Cell(state, level, from_on, until)

    def _approved_since(self) -> int:
        dated = [day for day, cell in enumerate(self.days) if cell and cell.valid_from]
        return dated[0]

    def _record(self, today: int, effective: int, act: Act, cell: Cell) -> None:
        on = FIRST + timedelta(days=effective)
        fact = EventFact(0, on, cell.state, cell.level, cell.valid_from, cell.valid_until)
        self.events.append((today, act, fact))

    def on(self, day: int, known: int) -> Cell | None:
        """What was believed of a day at the end of another."""
        then = [table for today, table in self.beliefs if today <= known]
        return then[-1][day] if then else None


def is_held(cell: Cell | None, level: int, on: date, lapse_months: int | None) -> bool:
    """By hand: approved, high enough, within its dates, not idle for too long."""
    if cell is None or cell.state is not State.APPROVED or cell.level < level:
        return False
    if cell.valid_from is None or cell.valid_until is None:
        return False
    if not cell.valid_from <= on <= cell.valid_until:
        return False
    idle = (on.year - cell.valid_from.year) * 12 + on.month - cell.valid_from.month
    too_long = lapse_months is not None and (
        idle > lapse_months or (idle == lapse_months and on.day > cell.valid_from.day)
    )
    return not too_long


def instant(day: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(11), tzinfo=UTC)


@pytest.fixture
def lives(demo_app: Flask) -> Iterator[dict[tuple[int, str], list[Life]]]:
    """Written in bulk: several records of each member and training."""
    dice = random.Random(SEED)
    with demo_app.app_context():
        with writing():
            db.session.execute(
                insert(table_of(Member)),
                [
                    {"code": f"H{n}", "name": f"Vie {n}", "email": f"h{n}@example.org"}
                    | {"state": "APPROVED", "language": "fr"}
                    for n in range(MEMBERS)
                ],
            )
            members = db.session.scalars(select(Member.id).where(Member.code.like("H%"))).all()
            trainings = dict(db.session.execute(select(Training.code, Training.id)).all())
            found = _live(dice, list(members), trainings)
        yield found


def _live(
    dice: random.Random, members: list[int], trainings: dict[str, int]
) -> dict[tuple[int, str], list[Life]]:
    number = 1_000_000
    found: dict[tuple[int, str], list[Life]] = {}
    records, events = [], []
    codes = sorted(trainings)
    for _ in range(HISTORIES):
        member, code = dice.choice(members), dice.choice(codes)
        life = Life(dice)
        number += 1
        found.setdefault((member, code), []).append(life)
        records.append(
            {"id": number, "member_id": member, "training_id": trainings[code], "level": 1}
            | {"state": State.REFUSED, "checklist": []}
        )
        events += [
            {
                "certification_id": number,
                "at": instant(today),
                "effective_on": fact.effective_on,
                "act": str(act),
                "state": fact.state,
                "level": fact.level,
                "valid_from": fact.valid_from,
                "valid_until": fact.valid_until,
            }
            for today, act, fact in life.events
        ]
    db.session.execute(insert(table_of(Certification)), records)
    db.session.execute(insert(table_of(CertificationEvent)), events)
    return found


def test_every_answer_is_the_one_that_was_lived(
    lives: dict[tuple[int, str], list[Life]],
) -> None:
    """Each life is asked about a random day, as known now and as it was believed another day."""
    dice = random.Random(SEED + 1)
    lapses = {code: fact.lapse_months for code, fact in training_facts().items()}
    yes = asked = 0
    for member in sorted({member for member, _ in lives}):
        day, level, known = dice.randrange(DAYS), dice.randint(1, 2), dice.randrange(DAYS)
        on = FIRST + timedelta(days=day)
        for known_day, known_at in ((DAYS, None), (known, instant(known) + timedelta(hours=1))):
            levels = dict.fromkeys(lapses, level)
            for standing in standings_on(member, levels, on, {}, known_at):
                code = standing.verdict.training
                expected = any(
                    is_held(life.on(day, known_day), level, on, lapses[code])
                    for life in lives.get((member, code), ())
                )
                assert standing.was_certified is expected, (member, code, level, on, known_at)
                asked += 1
                yes += expected
    assert asked > 10 * yes / 9 > asked / 9, "too often the same answer to prove anything"
