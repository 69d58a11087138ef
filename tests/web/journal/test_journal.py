"""The journal: found, read, exported, and changed by nobody."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from booking.database import db, writing
from booking.journal import service
from booking.journal.models import JournalEntry
from booking.members.queries import find_member
from tests.statements import statements_of
from tests.web.checking import Browser

MANAGER = "S1"


def record(app: Flask, act: str, subject: str, actor: str | None = "S1", **more: object) -> None:
    kind, _, code = subject.partition(":")
    with app.app_context(), writing():
        member = find_member(actor) if actor else None
        service.record(act, kind, code, actor_id=member.id if member else None, **more)  # type: ignore[arg-type]


@pytest.fixture
def some_entries(demo_app: Flask) -> Flask:
    record(demo_app, "member.approved", "member:U28", after={"state": "APPROVED"})
    record(demo_app, "machine.edited", "machine:M01", "U01", before={"name": "Défonceuse"})
    record(demo_app, "member.created", "member:S8", None)
    record(demo_app, "member.suspended", "member:U02", reason="Prêt d’un badge à un tiers")
    return demo_app


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 4),
            ("act=member.approved", 1),
            ("subject=member", 3),
            ("subject=machine:M01", 1),
            ("subject=machine:M02", 0),
            ("actor=U01", 1),
            ("words=défonceuse", 1),
            ("words=badge tiers", 1),
            ("words=%25", 0),
            ("since=2026-11-23&until=2026-11-23", 4),
            ("since=2026-11-24", 0),
            ("until=2026-11-22", 0),
            ("page=99999999999999999999", 0),
        ],
    )
    def test_entries_are_narrowed(self, some_entries: Flask, query: str, count: int) -> None:
        page = Browser(some_entries, MANAGER).get(f"/journal?{query}")
        rows = page.main.first("tbody").all("th")
        assert len(rows) == count

    @pytest.mark.parametrize("query", ["act=nothing", "since=2027-02-29", "until=0001-01-01"])
    def test_what_cannot_be_meant_is_refused(self, some_entries: Flask, query: str) -> None:
        Browser(some_entries, MANAGER).get(f"/journal?{query}", 422)

    def test_who_did_it_what_changed_and_why_is_told(self, some_entries: Flask) -> None:
        text = Browser(some_entries, MANAGER).get("/journal").text
        for words in ("Claire Bastian", "Compte suspendu", "Prêt d’un badge", "Ligne de commande"):
            assert words in text

    def test_the_statements_do_not_grow_with_it(self, some_entries: Flask) -> None:
        browser = Browser(some_entries, MANAGER)
        with statements_of(some_entries) as few:
            browser.get("/journal?actor=U01")
        for number in range(20):
            record(some_entries, "machine.edited", f"machine:M{number}", f"U{number % 9 + 1:02d}")
        with statements_of(some_entries) as many:
            browser.get("/journal")
        assert len(few) == len(many)

    def test_members_do_not_see_it(self, demo_app: Flask) -> None:
        for code in ("U02", "S2", "S4", "S5"):
            assert Browser(demo_app, code).ask("/journal").status_code == 403


class TestExport:
    def rows(self, app: Flask, query: str = "") -> list[list[str]]:
        browser = Browser(app, MANAGER)
        form = browser.get(f"/journal{query}").form("/journal/export")
        answer = browser.post(form.action, form.filled({}))
        assert answer.mimetype == "text/csv"
        text = answer.get_data().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]

    def test_it_holds_what_was_chosen(self, some_entries: Flask) -> None:
        (row,) = self.rows(some_entries, "?actor=U01")
        assert row[:6] == [
            "2026-11-23T08:00+01:00", "U01", "Élodie Kessler", "machine.edited", "machine", "M01",
        ]  # fmt: skip

    def test_it_is_itself_an_act(self, some_entries: Flask) -> None:
        self.rows(some_entries, "?actor=U01")
        with some_entries.app_context():
            entry = db.session.query(JournalEntry).filter_by(act="journal.exported").one()
            assert entry.after == {"entries": 1, "actor": "U01"}

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_a_spreadsheet_finds_no_formula_in_it(self, demo_app: Flask, start: str) -> None:
        record(demo_app, "member.suspended", "member:U02", reason=f"{start}cmd|' /C calc'!A0")
        (row,) = self.rows(demo_app)
        assert row[6].startswith(f"'{start}")

    def test_a_link_alone_exports_nothing(self, demo_app: Flask) -> None:
        assert Browser(demo_app, MANAGER).ask("/journal/export").status_code == 405


def test_the_database_refuses_to_change_an_entry(some_entries: Flask) -> None:
    for statement in ("UPDATE journal_entry SET reason = 'x'", "DELETE FROM journal_entry"):
        with some_entries.app_context(), pytest.raises(DBAPIError), writing():
            db.session.execute(db.text(statement))
