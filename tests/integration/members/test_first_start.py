"""From an empty database to a manager who signs in, by commands alone."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Area
from booking.members.models import Member, Role
from booking.members.queries import find_member_by_api_token, find_member_by_email
from booking.members.rules import AccountState
from booking.members.service.credentials import find_member_by_credentials
from booking.site.models import Sector
from booking.site.queries import get_site

CLAIRE = "claire@example.org"


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def password_in(output: str) -> str:
    (line,) = [line for line in output.splitlines() if line.startswith("password: ")]
    return line.removeprefix("password: ")


class TestSite:
    def test_it_starts_with_what_a_place_needs(self, app: Flask) -> None:
        code, output = run(app, "site", "create", "Atelier du Lavoir")
        assert (code, "create-manager" in output) == (0, True)
        with app.app_context():
            assert (get_site().name, get_site().timezone) == ("Atelier du Lavoir", "Europe/Paris")
            assert db.session.scalar(select(func.count()).select_from(Area)) == 1
            assert db.session.scalar(select(func.count()).select_from(Sector)) == 12

    def test_there_is_one_place_only(self, app: Flask) -> None:
        run(app, "site", "create", "Atelier du Lavoir")
        code, output = run(app, "site", "create", "Autre")
        assert code == 1
        assert "already has its place" in output


class TestManager:
    def test_the_first_one_is_also_the_administrator(self, app: Flask) -> None:
        run(app, "site", "create", "Atelier du Lavoir")
        code, output = run(app, "members", "create-manager", CLAIRE, "--name", "Claire Noël")
        assert code == 0
        with app.app_context():
            member = find_member_by_credentials(CLAIRE, password_in(output))
            assert member is not None
            assert (member.name, member.state) == ("Claire Noël", AccountState.APPROVED)
            assert member.roles == {Role.MANAGER, Role.ADMIN}
            assert db.session.query(JournalEntry).filter_by(act="member.created").count() == 1

    def test_the_second_one_is_not(self, app: Flask) -> None:
        run(app, "site", "create", "Atelier du Lavoir")
        run(app, "members", "create-manager", CLAIRE)
        code, _ = run(app, "members", "create-manager", "paul@example.org")
        assert code == 0
        with app.app_context():
            member = find_member_by_email("paul@example.org")
            assert member is not None
            assert member.roles == {Role.MANAGER}

    def test_a_known_address_or_none_is_refused(self, app: Flask) -> None:
        run(app, "site", "create", "Atelier du Lavoir")
        run(app, "members", "create-manager", CLAIRE)
        assert run(app, "members", "create-manager", CLAIRE.upper())[0] == 1
        assert run(app, "members", "create-manager", "nobody")[0] == 2
        with app.app_context():
            assert db.session.query(Member).count() == 1

    def test_without_a_site_it_says_what_to_do_first(self, app: Flask) -> None:
        code, output = run(app, "members", "create-manager", CLAIRE)
        assert code == 1
        assert "flask site create" in output


class TestToken:
    def test_the_token_alone_is_printed(self, demo_app: Flask) -> None:
        code, output = run(demo_app, "tokens", "create", "claire.bastian@example.org")
        assert code == 0
        with demo_app.app_context():
            member = find_member_by_api_token(output.removesuffix("\n"))
            assert member is not None
            assert member.code == "S1"

    def test_nobody_gets_one_for_an_unknown_or_closed_account(self, demo_app: Flask) -> None:
        for email in ("nobody@example.org", "marc.dosch@example.org"):
            code, output = run(demo_app, "tokens", "create", email)
            assert code == 1
            assert "no active account" in output
