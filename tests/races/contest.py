"""The races, and what the database holds when they are over."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Connection, create_engine, text, update

from booking.database import db, writing
from booking.members.models import Member, Organisation
from booking.quotas.models import Quota
from booking.quotas.rules import Holder, Span
from booking.settings import Settings
from tests.applications import application_of
from tests.races import acts
from tests.races.acts import FIELD, Outcome, Try
from tests.races.crew import PATIENCE, Crew, crew_of
from tests.races.site import (
    FIRST_MEMBER,
    LENGTH,
    Slot,
    prepare,
    slots_apart,
    take_slots,
)

TAKEN = {"SLOT_TAKEN", "BUFFER_CONFLICT"}
CLIENTS = 5
QUOTA_REQUESTS, QUOTA_WINS = 24, 5
QUOTA_ALONE, QUOTA_TOGETHER = 9, 4
QUOTA_PEOPLE = QUOTA_ALONE + QUOTA_TOGETHER

OVERLAPS = """
    SELECT count(*) FROM occupancy AS one JOIN occupancy AS other
    ON other.unit_id = one.unit_id AND other.id > one.id
    AND other.busy_from < one.busy_until AND one.busy_from < other.busy_until
    WHERE one.active AND other.active
"""
WITHOUT_UNIT = """
    SELECT count(*) FROM reservation WHERE state IN ('HELD', 'CONFIRMED', 'CHECKED_IN') AND
    1 <> (SELECT count(*) FROM occupancy WHERE reservation_id = reservation.id AND active)
"""
UNCERTIFIED = """
    SELECT count(*) FROM reservation WHERE state IN ('HELD', 'CONFIRMED', 'CHECKED_IN') AND
    NOT EXISTS (SELECT 1 FROM certification
                WHERE member_id = reservation.member_id AND state = 'APPROVED')
"""
GUARDS = {
    "sqlite": (
        "DROP TRIGGER occupancy_guard_insert",
        "DROP TRIGGER occupancy_guard_update",
    ),
    "postgresql": ("ALTER TABLE occupancy DROP CONSTRAINT occupancy_guard",),
}


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    attempts: int = 5_000
    over_http: int = 500
    revocations: int = 500
    processes: int = 4


@dataclass(frozen=True)
class Ended:
    """How the attempts of one race ended, as those who tried were told."""

    race: str
    tried: int
    outcomes: Counter[str]
    retries: int
    wrong: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Result:
    """One race on one engine, with what it has left in the database.

    `wrong` counts what must never be: slots without exactly one winner, overlaps, reservations
    without their unit or a valid certification, more or less than a quota, answers that are none
    of those promised.
    """

    engine: str
    ended: Ended
    wrong: Counter[str]

    @property
    def is_clean(self) -> bool:
        return not +self.wrong


Race = Callable[[Crew, list[Slot]], Ended]


def run(engine: str, settings: Settings, size: Size, *, guarded: bool = True) -> list[Result]:
    """All races on one migrated, empty database; without the guard and all locks on demand."""
    prepare(settings, 2 * FIELD + size.revocations + QUOTA_PEOPLE)
    if not guarded:
        take_guard_away(settings)
    races: list[tuple[Race, int]] = [
        (service_race, size.attempts // size.processes),
        (http_race, size.over_http // CLIENTS),
        (revocation_race, size.revocations),
    ]
    results = []
    used = 0
    before = wrong_in_database(settings)
    with crew_of(settings, size.processes, locked=guarded) as crew:
        for race, slots in races:
            ended = race(crew, take_slots(slots, after=used))
            used += slots
            after = wrong_in_database(settings)
            results.append(Result(engine, ended, ended.wrong + (after - before)))
            before = after
        ended = quota_race(settings, crew, FIRST_MEMBER + 2 * FIELD + size.revocations)
        after = wrong_in_database(settings)
        results.append(Result(engine, ended, ended.wrong + (after - before)))
    return results


def quota_race(settings: Settings, crew: Crew, first_member: int) -> Ended:
    """Several persons, one after the other, then the people of one organisation, want more than
    their quota at once.
    """
    *alone, first_together = range(first_member, first_member + QUOTA_ALONE + 1)
    together = range(first_together, first_together + QUOTA_TOGETHER)
    set_quotas(settings, together)
    groups = [*([member] for member in alone), list(together)]
    wanted = slots_apart(len(groups) * QUOTA_REQUESTS)
    tries: list[Try] = []
    wrong: Counter[str] = Counter()
    for number, member_ids in enumerate(groups):
        free = wanted[number * QUOTA_REQUESTS : (number + 1) * QUOTA_REQUESTS]
        by_process = crew.do(acts.fill_the_quota, free, member_ids)
        now = [one for of_process in by_process for one in of_process]
        wins = sum(one.outcome is Outcome.WON for one in now)
        wrong["more than the quota"] += max(0, wins - QUOTA_WINS)
        wrong["less than the quota"] += max(0, QUOTA_WINS - wins)
        wrong["refused for another reason"] += sum(
            bool(set(one.codes) - {"QUOTA_REACHED"}) for one in now
        )
        tries += now
    names = {Outcome.WON: "won", Outcome.REFUSED: "refused", Outcome.GAVE_UP: "gave up"}
    outcomes = Counter(names[one.outcome] for one in tries)
    retries = sum(one.retries for one in tries)
    return Ended("reserve at the quota's limit", len(tries), outcomes, retries, wrong)


def set_quotas(settings: Settings, together: Iterable[int]) -> None:
    """As many hours ahead as `QUOTA_WINS` uses have, for each person and each organisation."""
    with application_of(settings) as app, app.app_context(), writing():
        db.session.add(Organisation(id=1, code="O1", name="Course"))
        db.session.flush()
        people = update(Member).where(Member.id.in_(list(together)))
        db.session.execute(people.values(organisation_id=1))
        minutes = QUOTA_WINS * LENGTH // timedelta(minutes=1)
        for holder in Holder:
            db.session.add(Quota(holder=holder, span=Span.AHEAD, limit_minutes=minutes))


def service_race(crew: Crew, contested: list[Slot]) -> Ended:
    """Every process wants every slot at once, through the service layer."""
    by_process = crew.do(acts.compete, contested, FIRST_MEMBER)
    return _of_rivals("reserve, through the services", by_process)


def http_race(crew: Crew, contested: list[Slot]) -> Ended:
    """Clients of different servers want every slot at once, through HTTP."""
    ports = crew.do(acts.serve)
    members = range(FIRST_MEMBER + FIELD, FIRST_MEMBER + 2 * FIELD)
    tokens = crew.do(acts.make_tokens, members)[0]
    start = Barrier(CLIENTS)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [
            pool.submit(_ask_for_all, number, ports[number % len(ports)], tokens, contested, start)
            for number in range(CLIENTS)
        ]
        by_client = [client.result() for client in clients]
    return _of_rivals("reserve, through HTTP", by_client)


def _of_rivals(race: str, by_rival: Sequence[Sequence[Try]]) -> Ended:
    tries = [one for of_rival in by_rival for one in of_rival]
    names = {Outcome.WON: "won", Outcome.REFUSED: "refused", Outcome.GAVE_UP: "gave up"}
    return Ended(
        race,
        len(tries),
        Counter(names[one.outcome] for one in tries),
        sum(one.retries for one in tries),
        _slots_gone_wrong(zip(*by_rival, strict=True)),
    )


def revocation_race(crew: Crew, contested: list[Slot]) -> Ended:
    """Half of them reserve while the other half takes the certification away."""
    by_process = crew.do(acts.revoke_or_reserve, contested, FIRST_MEMBER + 2 * FIELD)
    tries = [one for of_process in by_process for one in of_process]
    outcomes = Counter(
        {
            "reserved, then cancelled": sum(one.codes == ("CANCELLED",) for one in tries),
            "refused": sum(one.codes == ("CERT_MISSING",) for one in tries),
            "gave up": sum(one.outcome is Outcome.GAVE_UP for one in tries),
        }
    )
    retries = sum(one.retries for one in tries)
    return Ended("reserve while being revoked", len(contested), +outcomes, retries)


def _ask_for_all(
    number: int, port: int, tokens: Sequence[str], contested: Sequence[Slot], start: Barrier
) -> list[Try]:
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    tries = []
    for position, slot in enumerate(contested):
        token = tokens[(position * CLIENTS + number) % FIELD]
        period = slot.attempt(number)
        body = {
            "machine": f"M{slot.machine_id:02}",
            "starts_at": period.starts_at.isoformat(),
            "ends_at": period.ends_at.isoformat(),
        }
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        start.wait(PATIENCE)
        connection.request("POST", "/api/v1/reservations", json.dumps(body), headers)
        response = connection.getresponse()
        tries.append(_as_try(response.status, json.loads(response.read())))
    connection.close()
    return tries


def _as_try(status: int, body: dict[str, object]) -> Try:
    if status == 201:
        return Try(Outcome.WON)
    if status == 503:
        return Try(Outcome.GAVE_UP)
    refusals = body.get("refusals")
    codes = [refusal["code"] for refusal in refusals] if isinstance(refusals, list) else []
    return Try(Outcome.REFUSED, tuple(codes or [f"HTTP {status}"]))


def _slots_gone_wrong(by_slot: Iterable[Sequence[Try]]) -> Counter[str]:
    wrong: Counter[str] = Counter()
    for tries in by_slot:
        winners = sum(one.outcome is Outcome.WON for one in tries)
        wrong["slots with several winners"] += winners > 1
        wrong["slots without a winner"] += winners == 0
        wrong["refused for another reason"] += sum(bool(set(one.codes) - TAKEN) for one in tries)
    return wrong


def wrong_in_database(settings: Settings) -> Counter[str]:
    with _connected(settings) as connection:
        return Counter(
            {
                "overlaps in the database": connection.scalar(text(OVERLAPS)) or 0,
                "reservations without their unit": connection.scalar(text(WITHOUT_UNIT)) or 0,
                "reservations without certification": connection.scalar(text(UNCERTIFIED)) or 0,
            }
        )


def take_guard_away(settings: Settings) -> None:
    with _connected(settings) as connection:
        for statement in GUARDS[connection.dialect.name]:
            connection.execute(text(statement))
        connection.commit()


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
