"""Ending an account: what it has reserved, and its places in sessions, go to others."""

from __future__ import annotations

from collections.abc import Callable

from booking import clock
from booking.database import key_of
from booking.members.models import Member
from booking.reservations import service as reservations
from booking.reservations.models import Reservation
from booking.reservations.queries import list_future_of
from booking.sessions.queries.enrolments import list_places_to_give_up
from booking.sessions.service.enrolling import give_up_for_nothing
from booking.sessions.service.holding import hold

Ending = Callable[[Member, Member, str], list[Reservation]]


def suspend_member(member: Member, actor: Member, reason: str) -> None:
    """Suspend an account; what it has reserved and its places to come are given up free of
    charge.
    """
    _end(member, actor, reason, reservations.suspend_member)


def member_leaves(member: Member, actor: Member, reason: str) -> None:
    """Close an account the same day, with the same consequence."""
    _end(member, actor, reason, reservations.member_leaves)


def _end(member: Member, actor: Member, reason: str, end_account: Ending) -> None:
    """All units come first, those reserved and those of the sessions, then persons, then
    sessions.
    """
    places = list_places_to_give_up(key_of(member))
    reserved = list_future_of(key_of(member), clock.now())
    hold([one.session for one in places], [member], {one.machine_id for one in reserved})
    end_account(member, actor, reason)
    for place in places:
        if place.can_be_given_back:
            give_up_for_nothing(place, actor)
