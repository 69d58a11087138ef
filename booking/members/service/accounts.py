"""The acts on a member's account: create, change, approve, suspend, leave."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm.attributes import flag_modified

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import (
    ApiToken,
    Member,
    MemberRole,
    Organisation,
    Role,
    Subscription,
    SubscriptionCover,
)
from booking.members.queries import find_member_by_badge, find_member_by_email, next_code
from booking.members.refusals import AccountRefusal, ActRefused
from booking.members.rules import AccountAct, AccountState, next_state
from booking.members.service.sessions import end_all_sessions
from booking.outbox import service as outbox
from booking.site.queries import get_site, site_zone


@dataclass(frozen=True)
class MemberDetails:
    """What a form says of a person; `email` is kept in lower case."""

    name: str
    email: str
    language: str
    trade: str
    town: str
    organisation: Organisation | None
    born_on: date | None
    joined_on: date | None
    roles: frozenset[Role]
    badge: str | None = None


MEMBER_PREFIX, STAFF_PREFIX = "U", "S"


def create_member(details: MemberDetails, actor: Member) -> Member:
    """Open an account in the state REQUESTED; a mail says how to choose a password.

    Raises `ActRefused`.
    """
    email = _free_email(details.email, None)
    _check_badge(details.badge, None)
    _check_roles(frozenset(), details.roles, actor, own=False)
    member = Member(
        code=next_code(
            Member.code, MEMBER_PREFIX if Role.MEMBER in details.roles else STAFF_PREFIX
        ),
        state=AccountState.REQUESTED,
        email=email,
    )
    _write(member, details)
    db.session.add(member)
    db.session.flush()
    journal.record(
        "member.created", "member", member.code, actor_id=actor.id, after=as_plain(member)
    )
    outbox.record("account.created", member, {})
    return member


def appoint(email: str, name: str, roles: Collection[Role], password_hash: str) -> Member:
    """Open an approved account from the command line; raises `ActRefused`."""
    member = Member(
        code=next_code(Member.code, STAFF_PREFIX),
        name=name,
        email=_free_email(email, None),
        password_hash=password_hash,
        language=get_site().default_language,
        state=AccountState.APPROVED,
        joined_on=clock.today(site_zone()),
        role_rows=[MemberRole(role=role) for role in sorted(roles)],
    )
    db.session.add(member)
    db.session.flush()
    journal.record("member.created", "member", member.code, actor_id=None, after=as_plain(member))
    return member


def update_member(member: Member, version: int, details: MemberDetails, actor: Member) -> None:
    """Write what a form says over the record it was made from; raises `ActRefused`."""
    if member.version != version:
        raise ActRefused(AccountRefusal.CHANGED_MEANWHILE)
    before = as_plain(member)
    email = _free_email(details.email, member)
    _check_badge(details.badge, member)
    _check_roles(member.roles, details.roles, actor, own=member.id == actor.id)
    if Role.ADMIN in member.roles - details.roles:
        _keep_an_administrator_beside(member)
    if member.organisation is not None and member.organisation is not details.organisation:
        _leave_subscriptions(member)
    member.email = email
    _write(member, details)
    journal.record_change(
        "member.changed", "member", member.code,
        actor_id=actor.id, before=before, after=as_plain(member),
    )  # fmt: skip


def approve(member: Member, actor: Member) -> None:
    """Let the account take part in the life of the place."""
    _move(member, AccountAct.APPROVE, actor)
    if member.joined_on is None:
        member.joined_on = clock.today(site_zone())
    outbox.record("account.approved", member, {})


def ask_for_papers(member: Member, actor: Member, note: str) -> None:
    """Tell a person who asked for an account what is missing; `note` goes into the mail."""
    _move(member, AccountAct.ASK_FOR_PAPERS, actor, note)
    outbox.record("account.incomplete", member, {"note": note})


def suspend(member: Member, actor: Member, reason: str) -> None:
    """Stop the account until it is reinstated; what it has reserved is not looked at here."""
    _keep_someone_in_charge(member, actor)
    _move(member, AccountAct.SUSPEND, actor, reason)
    member.suspension_reason = reason
    end_all_sessions(member)
    outbox.record("account.suspended", member, {"reason": reason})


def reinstate(member: Member, actor: Member, reason: str) -> None:
    """Lift a suspension."""
    _move(member, AccountAct.REINSTATE, actor, reason)
    member.suspension_reason = None
    outbox.record("account.reinstated", member, {})


def mark_left(member: Member, actor: Member, reason: str = "") -> None:
    """Close the account today; what it has reserved is not looked at here."""
    _keep_someone_in_charge(member, actor)
    _move(member, AccountAct.LEAVE, actor, reason)
    member.left_on = clock.today(site_zone())
    member.badge = None  # it is given back, and may be somebody else's tomorrow
    member.suspension_reason = None
    end_all_sessions(member)
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def readmit(member: Member, actor: Member) -> None:
    """Open the account of someone who had left again; it waits for approval as a new one does."""
    _move(member, AccountAct.READMIT, actor)
    member.left_on = None


def set_language(member: Member, language: str) -> None:
    """The language of pages and mails; no change of the record that others may be editing."""
    db.session.execute(update(Member).where(Member.id == member.id).values(language=language))


def set_preferences(
    member: Member, language: str, *, prefers_list: bool, reminder_hours: int
) -> None:
    """How the site speaks to this member, whether plannings come as lists, and how long before a
    reservation he is reminded of it (0: not at all).
    """
    db.session.execute(
        update(Member)
        .where(Member.id == member.id)
        .values(language=language, prefers_list=prefers_list, reminder_hours=reminder_hours)
    )


def as_plain(member: Member) -> dict[str, Any]:
    """The record in plain values, for the journal."""
    return {
        "name": member.name,
        "email": member.email,
        "language": member.language,
        "trade": member.trade,
        "town": member.town,
        "organisation": member.organisation.code if member.organisation else None,
        "born_on": member.born_on.isoformat() if member.born_on else None,
        "joined_on": member.joined_on.isoformat() if member.joined_on else None,
        "badge": member.badge,
        "roles": sorted(member.roles),
    }


def _write(member: Member, details: MemberDetails) -> None:
    member.name = details.name
    member.language = details.language
    member.trade = details.trade
    member.town = details.town
    member.organisation = details.organisation
    member.born_on = details.born_on
    member.joined_on = details.joined_on
    member.badge = details.badge
    kept = [row for row in member.role_rows if row.role in details.roles]
    new = details.roles - {row.role for row in kept}
    if new or len(kept) != len(member.role_rows):
        member.role_rows = kept + [MemberRole(role=role) for role in sorted(new)]
        flag_modified(member, "name")  # so that the record's version moves with its roles


def _free_email(email: str, member: Member | None) -> str:
    email = email.strip().lower()
    holder = find_member_by_email(email)
    if holder is not None and holder is not member:
        raise ActRefused(AccountRefusal.EMAIL_TAKEN)
    return email


def _check_badge(badge: str | None, member: Member | None) -> None:
    """A badge opens doors for one person."""
    holder = find_member_by_badge(badge) if badge else None
    if holder is not None and holder is not member:
        raise ActRefused(AccountRefusal.BADGE_TAKEN)


def _check_roles(
    before: frozenset[Role], after: frozenset[Role], actor: Member, *, own: bool
) -> None:
    """Only administrators make administrators, or change their own roles."""
    if Role.ADMIN in actor.roles or before == after:
        return
    if own:
        raise ActRefused(AccountRefusal.OWN_ROLES)
    if Role.ADMIN in before ^ after:
        raise ActRefused(AccountRefusal.ONLY_ADMINISTRATORS)


def _keep_someone_in_charge(member: Member, actor: Member) -> None:
    if member.id == actor.id:
        raise ActRefused(AccountRefusal.OWN_ACCOUNT)
    if Role.ADMIN in member.roles:
        _keep_an_administrator_beside(member)


def _keep_an_administrator_beside(member: Member) -> None:
    """Locks the administrators, so that two of them cannot take each other away at once."""
    administrators = db.session.scalars(
        select(Member)
        .join(MemberRole)
        .where(MemberRole.role == Role.ADMIN)
        .order_by(Member.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if not any(a.id != member.id and a.state is AccountState.APPROVED for a in administrators):
        raise ActRefused(AccountRefusal.LAST_ADMINISTRATOR)


def _leave_subscriptions(member: Member) -> None:
    """What the former organisation pays does not cover the member any more."""
    paid_by_it = select(Subscription.id).where(
        Subscription.organisation_id == member.organisation_id
    )
    db.session.execute(
        delete(SubscriptionCover).where(
            SubscriptionCover.member_id == member.id,
            SubscriptionCover.subscription_id.in_(paid_by_it),
        )
    )


def _move(member: Member, act: AccountAct, actor: Member, reason: str = "") -> None:
    before = member.state
    after = next_state(before, act)
    if after is None:
        raise ActRefused(AccountRefusal.WRONG_STATE)
    member.state = after
    journal.record(
        f"member.{ACT_NAMES[act]}",
        "member",
        member.code,
        actor_id=actor.id,
        reason=reason,
        before={"state": before},
        after={"state": after},
    )


ACT_NAMES = {
    AccountAct.ASK_FOR_PAPERS: "papers_asked",
    AccountAct.APPROVE: "approved",
    AccountAct.SUSPEND: "suspended",
    AccountAct.REINSTATE: "reinstated",
    AccountAct.LEAVE: "left",
    AccountAct.READMIT: "readmitted",
}
