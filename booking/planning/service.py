"""Calendar addresses and controllers: made, renewed, revoked; what controllers were given.

The caller holds the transaction.
"""

from __future__ import annotations

import secrets

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.machines.models import Area, Machine
from booking.members.models import Member
from booking.members.queries import digest
from booking.planning.models import BadgeListGiven, Controller, Feed

LOG_KEPT = relativedelta(months=3)
"""A log of badges and doors is not kept for longer."""


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
    """Make the address open nothing; once is enough."""
    hold_row(feed)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        _record("feed.revoked", actor, _subject(feed.machine or feed.area))


def _subject(place: Machine | Area | None) -> str:
    return place.code if place else "own"


def _record(act: str, actor: Member, subject: str) -> None:
    journal.record(act, "member", actor.code, actor_id=actor.id, after={"calendar": subject})


def make_controller(name: str, area: Area | None, actor: Member) -> str:
    """Let a door or a machine read who may use what; returns its secret, stored nowhere."""
    token = secrets.token_urlsafe(32)
    controller = Controller(
        name=name,
        area_id=area.id if area else None,
        token_hash=digest(token),
        made_at=clock.now(),
    )
    db.session.add(controller)
    db.session.flush()
    journal.record(
        "controller.made",
        "controller",
        controller.id,
        actor_id=actor.id,
        after={"name": name, "area": area.code if area else None},
    )
    return token


def revoke_controller(controller: Controller, actor: Member) -> None:
    """Give it no list any more; once is enough."""
    hold_row(controller)
    if controller.revoked_at is not None:
        return
    controller.revoked_at = clock.now()
    journal.record(
        "controller.revoked",
        "controller",
        controller.id,
        actor_id=actor.id,
        before={"name": controller.name},
    )


def note_given(controller: Controller, entries: int, digest_of_list: str) -> None:
    """Keep which list a controller was given, without a badge."""
    db.session.add(
        BadgeListGiven(
            controller_id=controller.id, at=clock.now(), entries=entries, digest=digest_of_list
        )
    )


def forget_given() -> None:
    """Delete what controllers were given more than three months ago."""
    too_old = BadgeListGiven.at < clock.now() - LOG_KEPT
    db.session.execute(delete(BadgeListGiven).where(too_old))
