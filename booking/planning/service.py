"""Making, renewing and revoking the addresses of calendars. The caller holds the transaction."""

from __future__ import annotations

import secrets

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.machines.models import Area, Machine
from booking.members.models import Member
from booking.members.queries import digest
from booking.planning.models import Feed


def make_feed(member: Member, machine: Machine | None = None, area: Area | None = None) -> str:
    """A new address for the member's own calendar, or that of a place; returns its secret, which
    is stored nowhere.
    """
    token = secrets.token_urlsafe(32)
    feed = Feed(
        member_id=member.id,
        machine_id=machine.id if machine else None,
        area_id=area.id if area else None,
        token_hash=digest(token),
        created_at=clock.now(),
    )
    db.session.add(feed)
    _record("feed.created", member, _subject(machine or area))
    return token


def renew_feed(feed: Feed, actor: Member) -> str:
    """Another secret for the same calendar; the address before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    feed.token_hash = digest(token)
    feed.created_at = clock.now()
    _record("feed.renewed", actor, _subject(feed.machine or feed.area))
    return token


def revoke_feed(feed: Feed, actor: Member) -> None:
    """Make the address open nothing."""
    feed.revoked_at = clock.now()
    _record("feed.revoked", actor, _subject(feed.machine or feed.area))


def _subject(place: Machine | Area | None) -> str:
    return place.code if place else "own"


def _record(act: str, actor: Member, subject: str) -> None:
    journal.record(act, "member", actor.code, actor_id=actor.id, after={"calendar": subject})
