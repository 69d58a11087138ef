"""Reads of members, organisations and their papers."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.members.models import (
    ApiToken,
    LoginSession,
    Member,
    MemberRole,
    Organisation,
    PasswordReset,
    Plan,
    Role,
    Subscription,
    SubscriptionCover,
)
from booking.members.rules import AccountState


def digest(token: str) -> str:
    """What is stored of a secret token: enough to know it again, no way back to it."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_member_by_session(token: str) -> Member | None:
    """The member whose browser holds this session, if it has neither ended nor run out."""
    row = db.session.scalar(
        select(LoginSession)
        .options(joinedload(LoginSession.member))
        .where(
            LoginSession.token_hash == digest(token),
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > clock.now(),
        )
    )
    if row is None or not row.member.is_active:
        return None
    row.member.session_token = token
    return row.member


def find_member_by_api_token(token: str) -> Member | None:
    """The member who holds this unrevoked API token."""
    row = db.session.scalar(
        select(ApiToken)
        .options(joinedload(ApiToken.member))
        .where(ApiToken.token_hash == digest(token), ApiToken.revoked_at.is_(None))
    )
    return row.member if row is not None and row.member.is_active else None


def find_password_reset(token: str, *, lock: bool = False) -> PasswordReset | None:
    """The link sent to a member, if it was neither used nor has run out."""
    query = select(PasswordReset).where(
        PasswordReset.token_hash == digest(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > clock.now(),
    )
    reset = db.session.scalar(query.with_for_update() if lock else query)
    return reset if reset is not None and reset.member.is_active else None


def find_member(code: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.code == code))


def find_member_by_email(email: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == email.strip().lower()))


def find_organisation(code: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.code == code))


def list_members_with(role: Role) -> list[Member]:
    """Everybody who holds a role, by name."""
    query = select(Member).join(MemberRole).where(MemberRole.role == role).order_by(Member.name)
    return list(db.session.scalars(query))


def list_plans_covering(member_id: int, first: date, last: date) -> list[Plan]:
    """Plans whose subscription covers this member on every local day from first to last."""
    query = (
        select(Plan)
        .join(Subscription, Subscription.plan_id == Plan.id)
        .join(SubscriptionCover, SubscriptionCover.subscription_id == Subscription.id)
        .where(
            SubscriptionCover.member_id == member_id,
            Subscription.starts_on <= first,
            or_(Subscription.ends_on.is_(None), Subscription.ends_on >= last),
        )
        .order_by(Plan.code)
    )
    return list(db.session.scalars(query))


def list_machine_users() -> list[Member]:
    """Approved members a reservation can be made for, by name."""
    query = (
        select(Member)
        .join(MemberRole)
        .where(MemberRole.role == Role.MEMBER, Member.state == AccountState.APPROVED)
        .order_by(Member.name)
    )
    return list(db.session.scalars(query))
