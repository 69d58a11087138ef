"""Several proposals approved at once, where nothing about them is unusual."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.members.models import Member, Role
from booking.members.rules import AccountState
from booking.trainings.models import Certification, Training
from booking.trainings.rules import CertificationState
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.decisions.people import grant, journal_of, newest, propose

State = CertificationState
SEVERAL = "/decisions/approve"


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def boxes(page: Page) -> dict[str, str]:
    """The value of each box that may be ticked, by its id."""
    return {
        box["id"]: box["value"] for box in page.document.all("input") if box["name"] == "chosen"
    }


def box_of(app: Flask, member: str, training: str, page: Page) -> str | None:
    return boxes(page).get(f"chosen-{newest(app, member, training).id}")


def test_the_plain_ones_are_approved_together(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    propose(demo_app, "U26", "LASER")
    page = manager.get("/decisions?ticked=1")
    chosen = [box_of(demo_app, code, "LASER", page) or "" for code in ("U25", "U26")]
    form = page.form(SEVERAL)
    page = manager.send(form, chosen=chosen)
    assert "2 habilitations validées." in page.text
    for code in ("U25", "U26"):
        approved = newest(demo_app, code, "LASER")
        assert approved.state is State.APPROVED
        assert len(journal_of(demo_app, approved)) == 2
    assert "validées" not in manager.send(form, chosen=chosen).text
    assert len(journal_of(demo_app, newest(demo_app, "U25", "LASER"))) == 2


def test_what_is_unusual_has_no_box(demo_app: Flask) -> None:
    grant(demo_app, "S1", Role.TRAINER)
    propose(demo_app, "U25", "LASER")
    propose(demo_app, "U26", "LASER", trainer="S1")
    propose(demo_app, "U25", "BOIS-2", trainer="U01")
    propose(demo_app, "U27", "CNC-1", done=None, evidence="Zertifikat")
    page = Browser(demo_app, "S1").get("/decisions")
    plain = {newest(demo_app, "U25", "LASER").id, newest(demo_app, "U24", "ACC").id}
    assert set(boxes(page)) == {f"chosen-{number}" for number in plain}


def test_a_box_sent_by_hand_opens_nothing_unusual(demo_app: Flask, manager: Browser) -> None:
    grant(demo_app, "S1", Role.TRAINER)
    propose(demo_app, "U25", "LASER")
    propose(demo_app, "U25", "BOIS-2", trainer="U01")
    propose(demo_app, "U26", "LASER", trainer="S1")
    numbers = {
        (member, code): newest(demo_app, member, code)
        for member, code in (("U25", "LASER"), ("U25", "BOIS-2"), ("U26", "LASER"))
    }
    chosen = [f"{one.id}-{one.version}" for one in numbers.values()]
    page = manager.send(manager.get("/decisions").form(SEVERAL), chosen=[*chosen, "x", "1-1-1"])
    assert "Une habilitation validée." in page.text
    assert page.text.count("Elle a une particularité") == 2
    states = [newest(demo_app, member, code).state for member, code in numbers]
    assert states == [State.APPROVED, State.PROPOSED, State.PROPOSED]


def test_what_has_changed_since_it_was_read_is_left(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    page = manager.get("/decisions")
    box = box_of(demo_app, "U25", "LASER", page)
    with demo_app.app_context(), writing():
        found = db.session.get(Certification, newest(demo_app, "U25", "LASER").id)
        assert found is not None
        found.level = 1
    page = manager.send(page.form(SEVERAL), chosen=[box])
    assert "a changé depuis que vous l’avez lue" in page.text
    assert newest(demo_app, "U25", "LASER").state is State.PROPOSED


def test_nothing_ticked_is_told(demo_app: Flask, manager: Browser) -> None:
    propose(demo_app, "U25", "LASER")
    page = manager.send(manager.get("/decisions").form(SEVERAL), 422)
    assert "Cochez au moins une proposition." in page.text


def fill(app: Flask, numbers: range) -> None:
    """Many proposals, of as many people."""
    with app.app_context(), writing():
        laser = db.session.scalars(select(Training).where(Training.code == "LASER")).one()
        trainer = db.session.scalars(select(Member).where(Member.code == "S2")).one()
        for number in numbers:
            name = f"x{number}"
            person = Member(
                code=name.upper(),
                name=f"Élève {number}",
                email=f"{name}@example.org",
                state=AccountState.APPROVED,
            )
            db.session.add(
                Certification(
                    member=person, training=laser, level=2, state=State.PROPOSED,
                    proposed_on=date(2026, 11, 1), assessed_by=trainer,
                )
            )  # fmt: skip


@pytest.mark.sqlite_only
def test_five_hundred_are_read_page_by_page_at_the_cost_of_a_few(
    demo_app: Flask, manager: Browser
) -> None:
    fill(demo_app, range(30))
    manager.get("/decisions")
    with statements_of(demo_app) as of_thirty:
        manager.get("/decisions")
    fill(demo_app, range(30, 500))
    with statements_of(demo_app) as of_many:
        page = manager.get("/decisions")
    assert len(of_many) == len(of_thirty)
    assert "504 décisions attendent" in page.text
    assert "Page 1 sur 21" in page.text
    assert len([e for e in page.document.all("article") if "decision" in e["class"]]) <= 30
    last = manager.get("/decisions?page=20")
    form = last.form(f"/certifications/{newest(demo_app, 'X499', 'LASER').id}/refuse")
    again = manager.send(form, 422, reason=" ")
    assert "Page 20 sur 21" in again.text
