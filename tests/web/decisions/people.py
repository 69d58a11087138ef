"""Certifications in the browser: what the tests of their pages do again and again."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.members.models import MemberRole, Role
from booking.members.queries import find_member
from booking.site.queries import get_site
from booking.trainings.models import Certification
from booking.trainings.queries import find_training
from tests.learning import prove_in
from tests.web.checking import Browser, Page

PROPOSED = {
    "level": "2",
    "assessed_on": "2026-11-20",
    "note": "Réglages faits seul.",
}


def checklist(app: Flask, training: str) -> list[str]:
    with app.app_context():
        found = find_training(training)
        assert found is not None
        return [item["text"] for item in found.checklist]


def propose(
    app: Flask, member: str, training: str, trainer: str = "S2", status: int = 303, **others: Any
) -> Page:
    """A trainer fills in the proposal of somebody who has proven the rest; what follows."""
    prove_in(app, member, training)
    browser = Browser(app, trainer)
    address = f"/certifications/new?member={member}&training={training}"
    form = browser.get(address).form("/certifications/new")
    done = {"done": checklist(app, training)}
    return browser.send(form, status, **PROPOSED | done | others)


def newest(app: Flask, member: str, training: str) -> Certification:
    with app.app_context():
        query = select(Certification).where(
            Certification.member.has(code=member), Certification.training.has(code=training)
        )
        return db.session.scalars(query.order_by(Certification.id.desc())).first() or _none()


def _none() -> Certification:
    raise AssertionError("no such certification")


def journal_of(app: Flask, certification: Certification) -> list[JournalEntry]:
    with app.app_context():
        query = select(JournalEntry).where(
            JournalEntry.subject_kind == "certification",
            JournalEntry.subject_code == str(certification.id),
        )
        return list(db.session.scalars(query.order_by(JournalEntry.id)))


def grant(app: Flask, member_code: str, role: Role) -> None:
    with app.app_context(), writing():
        member = find_member(member_code)
        assert member is not None
        member.role_rows.append(MemberRole(role=role))


def work_alone(app: Flask) -> None:
    with app.app_context(), writing():
        get_site().single_person_team = True
