"""Reads of the codes on certificates and cards."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from booking.database import db
from booking.trainings.models import Certification, Verification


def find_verification(number: int) -> Verification | None:
    return _find(Verification.id == number)


def find_code_of(certification_id: int) -> Verification | None:
    """The code of a certificate, withdrawn or not."""
    return _find(Verification.certification_id == certification_id)


def find_card_of(member_id: int) -> Verification | None:
    """The code of a member's card, withdrawn or not."""
    of_card = Verification.certification_id.is_(None)
    return _find((Verification.member_id == member_id) & of_card)


def find_by_token(token: str) -> Verification | None:
    """What a code leads to, unless it was withdrawn or its holder is no member any more."""
    found = _find(Verification.token == token)
    return found if found is not None and found.member.is_active else None


def _find(condition: ColumnElement[bool]) -> Verification | None:
    return db.session.scalar(
        select(Verification)
        .options(
            joinedload(Verification.member),
            joinedload(Verification.certification).joinedload(Certification.training),
        )
        .where(condition)
    )
