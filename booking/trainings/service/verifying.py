"""The codes on certificates and cards; the caller holds the transaction."""

from __future__ import annotations

import secrets

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.members.models import Member
from booking.trainings.models import Certification, Verification
from booking.trainings.queries.verifications import find_card_of, find_code_of
from booking.trainings.rules import ShownName

TOKEN_BYTES = 16
"""128 bits: nobody meets somebody else's code by trying."""


def give_code(certification: Certification) -> Verification:
    """The code of a certificate; a new one names nobody, until its holder says otherwise."""
    return find_code_of(certification.id) or _make(certification.member_id, certification.id)


def renew_code(certification: Certification, actor: Member) -> Verification:
    """Another code for a certificate: those printed before lead nowhere any more."""
    return _renew(give_code(certification), actor)


def renew_card(member: Member, actor: Member) -> Verification:
    """A code for a member's card, another one where there is one."""
    return _renew(find_card_of(member.id) or _make(member.id, None), actor)


def withdraw(verification: Verification, actor: Member) -> None:
    """Make the code lead nowhere."""
    verification.token = None
    _record("verification.withdrawn", verification, actor)


def show_name(verification: Verification, shown: ShownName, actor: Member) -> None:
    """Let the checking page tell so much of the holder's name from now on."""
    hold_row(verification)
    before = verification.shown_name
    verification.shown_name = shown
    journal.record_change(
        "verification.name_chosen",
        "member",
        verification.member.code,
        actor_id=actor.id,
        before={"paper": _paper(verification), "shown_name": before},
        after={"paper": _paper(verification), "shown_name": shown},
    )


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _make(member_id: int, certification_id: int | None) -> Verification:
    made = Verification(
        member_id=member_id,
        certification_id=certification_id,
        token=new_token(),
        shown_name=ShownName.NOTHING,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _renew(verification: Verification, actor: Member) -> Verification:
    verification.token = new_token()
    verification.made_at = clock.now()
    _record("verification.renewed", verification, actor)
    return verification


def _record(act: str, verification: Verification, actor: Member) -> None:
    journal.record(
        act,
        "member",
        verification.member.code,
        actor_id=actor.id,
        after={"paper": _paper(verification)},
    )


def _paper(verification: Verification) -> str:
    number = verification.certification_id
    return "card" if number is None else f"certification:{number}"
