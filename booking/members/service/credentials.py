"""Proving who one is: by password, and by a link sent to the own address."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member, PasswordReset
from booking.members.queries import digest, find_member_by_email, find_password_reset
from booking.members.service import passwords
from booking.members.service.sessions import end_other_sessions
from booking.outbox import service as outbox

RESET_LIFETIME = timedelta(minutes=60)


def find_member_by_credentials(email: str, password: str) -> Member | None:
    """Whose address and password these are; a known and an unknown address take as long."""
    member = find_member_by_email(email)
    known = passwords.matches(member.password_hash if member else None, password)
    return member if member and known and member.is_active else None


def keep_hash(member: Member, password_hash: str) -> None:
    """Store a password's hash; no change of the record that others may be editing."""
    db.session.execute(
        update(Member).where(Member.id == member.id).values(password_hash=password_hash)
    )


def change_password(member: Member, new_hash: str, *, keeping: str | None) -> None:
    """Set another password and sign out every browser but the one with the token `keeping`."""
    keep_hash(member, new_hash)
    end_other_sessions(member, keeping)
    _forget_resets(member)
    journal.record("member.password_changed", "member", member.code, actor_id=member.id)


def set_pin(member: Member, pin_hash: str) -> None:
    """Set the code with which the member signs on another's device; it opens nothing else."""
    db.session.execute(update(Member).where(Member.id == member.id).values(pin_hash=pin_hash))
    journal.record("member.pin_set", "member", member.code, actor_id=member.id)


def ask_reset(email: str) -> None:
    """Send a link for a new password if the address is an account's; nobody is told whether."""
    member = find_member_by_email(email)
    if member is None or not member.is_active:
        return
    token = secrets.token_urlsafe(32)
    _forget_resets(member)
    db.session.add(
        PasswordReset(
            member_id=member.id,
            token_hash=digest(token),
            expires_at=clock.now() + RESET_LIFETIME,
        )
    )
    outbox.record("password.reset", member, {"token": token})


def reset_password(token: str, new_hash: str) -> Member | None:
    """Use the link: set the password, sign out everywhere; None when the link serves no more."""
    reset = find_password_reset(token, lock=True)
    if reset is None:
        return None
    change_password(reset.member, new_hash, keeping=None)
    return reset.member


def _forget_resets(member: Member) -> None:
    """No link sent so far serves any more."""
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.member_id == member.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
