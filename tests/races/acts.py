"""What the processes do: reserve, revoke, serve. Each act is one transaction of the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from threading import Thread
from typing import TypeVar

import waitress
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from booking.database import db, is_lost_race, writing
from booking.machines.models import Machine
from booking.members.models import Member
from booking.members.service.tokens import create_token
from booking.reservations import revocation, service
from booking.reservations.models import Reservation
from booking.reservations.revocation import Ended
from booking.reservations.service import Wish
from booking.web.errors import TRIES
from tests.races.crew import Place
from tests.races.site import MANAGER, Slot

Row = TypeVar("Row")

SERVER_THREADS = 8


FIELD = 64
"""Members who take turns: nobody wants two machines at one time."""


class Outcome(StrEnum):
    WON = "WON"
    REFUSED = "REFUSED"
    GAVE_UP = "GAVE_UP"


@dataclass(frozen=True)
class Try:
    """How one attempt ended, why it was refused, and how often it lost a race for a lock."""

    outcome: Outcome
    codes: tuple[str, ...] = ()
    retries: int = 0


def compete(place: Place, contested: Sequence[Slot], first_member: int) -> list[Try]:
    """Try for every slot at the same instant as the others, each time as another member."""
    rivals = place.start.parties
    tries = []
    for position, slot in enumerate(contested):
        member_id = first_member + (position * rivals + place.number) % FIELD
        place.wait_for_all()
        tries.append(_persist(place, partial(_reserve, slot, place.number, member_id)))
    return tries


def fill_the_quota(place: Place, wanted: Sequence[Slot], member_ids: Sequence[int]) -> list[Try]:
    """Ask for as many free times as there are, at the same instants as the others.

    Nobody wants what another wants: only the quota is in the way. The members take turns.
    """
    rivals = place.start.parties
    tries = []
    for position, slot in enumerate(wanted[place.number :: rivals]):
        member_id = member_ids[(place.number + position) % len(member_ids)]
        place.wait_for_all()
        tries.append(_persist(place, partial(_reserve, slot, 0, member_id)))
    return tries


def revoke_or_reserve(place: Place, contested: Sequence[Slot], first_member: int) -> list[Try]:
    """In pairs: one reserves for a member whose certification the other takes away.

    Each pair has its own slots and members, and its two processes change places every time. Who
    revokes first looks at the wish every other time, so that either may come first.
    """
    pair, seat = divmod(place.number, 2)
    pairs = place.start.parties // 2
    tries = []
    for first in range(0, len(contested), pairs):
        place.wait_for_all()
        position = first + pair
        if pair == pairs or position >= len(contested):
            continue
        member_id = first_member + position
        if (first // pairs + seat) % 2:
            act = partial(_revoke, contested[position], member_id, position // 2 % 2 == 0)
        else:
            act = partial(_reserve, contested[position], 0, member_id)
        tries.append(_persist(place, act))
    return tries


def serve(place: Place) -> int:
    """Answer HTTP in this process from now on; returns the port."""
    server = waitress.create_server(place.app, host="localhost", port=0, threads=SERVER_THREADS)
    Thread(target=server.run, daemon=True).start()
    return int(server.effective_port)


def make_tokens(place: Place, member_ids: Sequence[int]) -> list[str]:
    """A token of each member, made by the first process for all."""
    if place.number:
        return []
    with place.app.app_context(), writing():
        return [create_token(_get(Member, id_), "race") for id_ in member_ids]


def _persist(place: Place, act: Callable[[], Try]) -> Try:
    """As a request does: a lost race for a lock is tried again, a few times."""
    for retries in range(TRIES):
        with place.app.app_context():
            try:
                done = act()
            except (DBAPIError, StaleDataError) as error:
                if isinstance(error, DBAPIError) and not is_lost_race(error):
                    raise
                continue
            return Try(done.outcome, done.codes, retries)
    return Try(Outcome.GAVE_UP, (), TRIES)


def _reserve(slot: Slot, number: int, member_id: int) -> Try:
    wish = _wish(slot, number, member_id)
    with writing():
        outcome = service.reserve(wish, wish.member)
    if isinstance(outcome, Reservation):
        return Try(Outcome.WON)
    return Try(Outcome.REFUSED, tuple(refusal.code.value for refusal in outcome.refusals))


def _revoke(slot: Slot, member_id: int, looks_first: bool) -> Try:
    if looks_first:
        service.judge(_wish(slot, 0, member_id))
    with writing():
        outcome = revocation.revoke(member_id, _get(Member, MANAGER), "Course")
    assert isinstance(outcome, Ended), outcome
    return Try(Outcome.WON, tuple("CANCELLED" for _ in outcome.cancelled))


def _wish(slot: Slot, number: int, member_id: int) -> Wish:
    return Wish(_get(Member, member_id), _get(Machine, slot.machine_id), slot.attempt(number))


def _get(kind: type[Row], id_: int) -> Row:
    row = db.session.get(kind, id_)
    assert row is not None
    return row
