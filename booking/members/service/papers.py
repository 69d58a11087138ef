"""What members hand in: documents with an end, and their word on the house rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.members.models import Member, Paper, RulesAcceptance
from booking.members.queries import house_rules_of
from booking.members.refusals import AccountRefusal, ActRefused
from booking.members.rules import PaperKind
from booking.site.queries import site_zone


def record_paper(
    member: Member, kind: PaperKind, valid_until: date | None, note: str, actor: Member
) -> Paper:
    """Note that a document was handed in; the one that lasts longest counts."""
    paper = Paper(
        member_id=member.id,
        kind=kind,
        valid_until=valid_until,
        note=note,
        recorded_at=clock.now(),
        recorded_by_id=actor.id,
    )
    db.session.add(paper)
    journal.record(
        "paper.recorded", "member", member.code, actor_id=actor.id, after=_as_plain(paper)
    )
    return paper


def correct_paper(paper: Paper, valid_until: date | None, note: str, actor: Member) -> None:
    """Set right what was noted of a document."""
    hold_row(paper)
    before = _as_plain(paper)
    paper.valid_until = valid_until
    paper.note = note
    journal.record_change(
        "paper.corrected", "member", paper.member.code,
        actor_id=actor.id, before=before, after=_as_plain(paper),
    )  # fmt: skip


def withdraw_paper(paper: Paper, actor: Member) -> None:
    """Take back a document that should not have been noted; the journal keeps what it said."""
    hold_row(paper)
    journal.record(
        "paper.withdrawn", "member", paper.member.code, actor_id=actor.id, before=_as_plain(paper)
    )
    db.session.delete(paper)


def accept_house_rules(member: Member, version: str) -> None:
    """Keep that a member accepted the version he has read; raises `ActRefused` if it is not
    the one in force any more."""
    standing = house_rules_of(member, clock.today(site_zone()))
    if standing is None or standing.current.version != version:
        raise ActRefused(AccountRefusal.RULES_CHANGED)
    if standing.accepted_at is not None:
        return
    db.session.add(RulesAcceptance(member_id=member.id, version=version, accepted_at=clock.now()))
    journal.record(
        "house_rules.accepted", "member", member.code,
        actor_id=member.id, after={"version": version},
    )  # fmt: skip


def _as_plain(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "valid_until": paper.valid_until.isoformat() if paper.valid_until else None,
        "note": paper.note,
    }
