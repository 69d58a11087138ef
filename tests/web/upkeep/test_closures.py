"""Closures: what they stand upon is shown before they are saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.members.queries import find_member
from booking.openings.models import Closure
from booking.openings.rules import ClosureScope
from booking.openings.service.closures import ClosureDraft
from booking.periods import Period
from booking.reservations.rules import ReservationState
from booking.upkeep.refusals import ClosureEnded
from booking.upkeep.rules import Choice
from booking.upkeep.service import closures as service
from booking.upkeep.service.concerned import Answer
from tests.applications import REFERENCE
from tests.programs import codes_of, program_of
from tests.web.checking import Browser, Page
from tests.web.sending import send
from tests.web.upkeep.test_outages import reserved, state_of

NEW = "/openings/closures/new"
DIGITAL: dict[str, Any] = {
    "place": "area NUM",
    "starts_on": "2026-11-24",
    "ends_on": "2026-11-24",
    "reason": "Coupure d’eau",
}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def closures(app: Flask) -> list[Closure]:
    with app.app_context():
        found = list(db.session.scalars(db.select(Closure).order_by(Closure.id)))
        assert all(closure.level for closure in found)  # loaded while there is a session
        return found


def preview_of(reader: Browser, **fields: Any) -> Page:
    return send(reader, NEW, 200, **(DIGITAL | fields))


def test_a_closure_over_nothing_is_saved_at_once(demo_app: Flask, manager: Browser) -> None:
    afternoon = DIGITAL | {"starts_time": "13:00", "ends_time": "18:30"}
    words = send(manager, NEW, **afternoon).text
    assert "mardi 24 novembre 2026, 13:00 – 18:30" in words
    closure = closures(demo_app)[-1]
    assert (closure.scope, closure.level.code) == (ClosureScope.AREA, "NUM")
    assert closure.starts_at.isoformat() == "2026-11-24T12:00:00+00:00"


def test_reservations_are_listed_before_anything_is_saved(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app, "2026-11-24")
    before = len(closures(demo_app))
    page = preview_of(manager)
    assert "Rien n’est encore enregistré." in page.text
    assert "mar. 24 nov., 10:00 – 11:00" in page.text
    assert len(closures(demo_app)) == before
    undecided = manager.send(page.form(NEW), 422)
    assert "ce que deviennent les réservations" in undecided.text
    words = manager.send(page.form(NEW), reservations="CANCEL").text
    assert "1 réservation est annulée" in words
    assert state_of(demo_app, number) == ReservationState.CANCELLED_BY_SITE
    assert len(closures(demo_app)) == before + 1


def test_reservations_may_be_kept_while_new_ones_are_refused(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app, "2026-11-24")
    manager.send(preview_of(manager).form(NEW), reservations="KEEP")
    assert state_of(demo_app, number) == ReservationState.CONFIRMED
    wish = {
        "machine": "M17",
        "starts_at": "2026-11-24T14:00:00+01:00",
        "ends_at": "2026-11-24T15:00:00+01:00",
    }
    assert codes_of(program_of(demo_app, "U16").post("/reservations", wish)) == ["CLOSED_DAY"]


def test_whoever_reserves_meanwhile_is_shown_before_saving(
    demo_app: Flask, manager: Browser
) -> None:
    reserved(demo_app, "2026-11-24", member="U15")
    form = preview_of(manager).form(NEW)
    late = reserved(demo_app, "2026-11-24", member="U16")
    before = len(closures(demo_app))
    again = manager.send(form, 200, reservations="CANCEL")
    assert "Rien n’est encore enregistré." in again.text
    assert len(closures(demo_app)) == before
    manager.send(again.form(NEW), reservations="CANCEL")
    assert state_of(demo_app, late) == ReservationState.CANCELLED_BY_SITE


@pytest.mark.parametrize(
    ("place", "concerned"),
    [("site site", True), ("area NUM", True), ("machine M17", True), ("area BOIS", False)],
)
def test_a_closure_concerns_what_lies_within_its_place(
    demo_app: Flask, manager: Browser, place: str, concerned: bool
) -> None:
    reserved(demo_app, "2026-11-24")
    send(manager, NEW, 200 if concerned else 303, **(DIGITAL | {"place": place}))


def test_a_closure_is_changed_and_cancelled(demo_app: Flask, manager: Browser) -> None:
    send(manager, NEW, **DIGITAL)
    closure = closures(demo_app)[-1]
    edit, cancel = (f"/openings/closures/{closure.id}/{act}" for act in ("edit", "cancel"))
    form = manager.get(edit).form(edit)
    assert form.value("place") == "area NUM"
    assert form.value("ends_on") == "2026-11-24"
    assert form.value("ends_time") == ""
    number = reserved(demo_app, "2026-11-25")
    shown = manager.send(form, 200, ends_on="2026-11-25", reason="Coupure longue")
    assert "mer. 25 nov., 10:00 – 11:00" in shown.text
    manager.send(shown.form(edit), reservations="CANCEL")
    assert state_of(demo_app, number) == ReservationState.CANCELLED_BY_SITE
    assert closures(demo_app)[-1].ends_at.isoformat() == "2026-11-25T23:00:00+00:00"
    with demo_app.app_context():
        changes = db.select(JournalEntry).where(JournalEntry.act == "closure.changed")
        entry = db.session.scalars(changes).one()
        assert (entry.before["reason"], entry.after["reason"]) == (
            "Coupure d’eau",
            "Coupure longue",
        )
    assert "Coupure longue" not in send(manager, "/openings", action=cancel).text
    assert "Coupure longue" in manager.get("/openings?past=1").text
    assert manager.ask(edit).status_code == 404
    assert reserved(demo_app, "2026-11-25", member="U16")


def test_what_has_changed_before_the_act_is_read_again(demo_app: Flask, manager: Browser) -> None:
    send(manager, NEW, **DIGITAL)
    number = closures(demo_app)[-1].id
    with demo_app.app_context(), writing():
        closure, me = db.session.get_one(Closure, number), find_member("S1")
        assert me is not None
        draft = ClosureDraft(closure.level, closure.period, "Fin des travaux")
        meanwhile = update(Closure).where(Closure.id == number).values(reason="Travaux")
        db.session.execute(meanwhile, execution_options={"synchronize_session": False})
        service.change(closure, draft, Answer(Choice.KEEP, ()), me)
    with demo_app.app_context():
        entries = db.select(JournalEntry).where(JournalEntry.act == "closure.changed")
        before = db.session.scalars(entries).one().before
        assert before["reason"] == "Travaux"


def test_what_another_has_cancelled_meanwhile_is_not_changed(
    demo_app: Flask, manager: Browser
) -> None:
    send(manager, NEW, **DIGITAL)
    number, taken = closures(demo_app)[-1].id, reserved(demo_app, "2026-11-25")
    with demo_app.app_context(), writing():
        closure, me = db.session.get_one(Closure, number), find_member("S1")
        assert me is not None
        longer = Period(closure.period.starts_at, closure.period.ends_at + timedelta(days=1))
        draft = ClosureDraft(closure.level, longer, "Plus long")
        meanwhile = update(Closure).where(Closure.id == number).values(cancelled_at=REFERENCE)
        db.session.execute(meanwhile, execution_options={"synchronize_session": False})
        assert service.change(closure, draft, Answer(Choice.CANCEL, (taken,)), me) == (
            ClosureEnded(),
        )
    assert state_of(demo_app, taken) == ReservationState.CONFIRMED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"place": "area NOWHERE"}, "valide"),
        ({"place": None}, "valide"),
        ({"starts_on": ""}, "requis"),
        ({"starts_on": "2027-02-29"}, "valide"),
        ({"starts_on": "0001-01-01"}, "entre 2000 et 2100"),
        ({"ends_on": "9999-12-31"}, "entre 2000 et 2100"),
        ({"ends_on": "2099-12-31"}, "au plus tard"),
        ({"ends_on": "2026-11-23"}, "La fin doit venir après le début."),
        ({"starts_time": "10:00", "ends_time": "10:00"}, "La fin doit venir après le début."),
        ({"starts_on": "2026-11-20", "ends_on": "2026-11-20"}, "serait déjà passée"),
        (
            {"starts_on": "2027-03-28", "starts_time": "02:30", "ends_on": "2027-03-29"},
            "02:30 n’existe pas",
        ),
        ({"ends_on": "2027-03-28", "ends_time": "02:00"}, "02:00 n’existe pas"),
        ({"reason": ""}, "requis"),
        ({"reason": "x" * 100_000}, "200"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_with_the_reason(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    before = len(closures(demo_app))
    assert message in send(manager, NEW, 422, **(DIGITAL | change)).text
    assert len(closures(demo_app)) == before


def test_a_time_that_comes_twice_is_closed_until_its_second_coming(
    demo_app: Flask, manager: Browser
) -> None:
    night = {
        "starts_on": "2027-10-31",
        "starts_time": "02:30",
        "ends_on": "2027-10-31",
        "ends_time": "02:30",
    }
    send(manager, NEW, **(DIGITAL | night))
    closure = closures(demo_app)[-1]
    assert closure.starts_at.isoformat() == "2027-10-31T00:30:00+00:00"
    assert closure.ends_at.isoformat() == "2027-10-31T01:30:00+00:00"
    assert "02:30 (UTC+02)" in Browser(demo_app).get("/openings").text


def test_the_same_closure_sent_twice_is_saved_once(demo_app: Flask, manager: Browser) -> None:
    before = len(closures(demo_app))
    form = manager.get(NEW).form(NEW)
    for _ in range(2):
        manager.send(form, **DIGITAL)
    assert len(closures(demo_app)) == before + 1


def test_a_reason_with_markup_is_shown_as_text(demo_app: Flask, manager: Browser) -> None:
    send(manager, NEW, **(DIGITAL | {"reason": "<script>alert(1)</script>"}))
    assert b"<script>alert(1)" not in Browser(demo_app).ask("/openings").data
