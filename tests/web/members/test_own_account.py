"""One's own account: data, papers, house rules, tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.members.models import ApiToken, Member, RulesAcceptance
from booking.members.queries import find_member, find_member_by_api_token
from booking.members.rules import PaperKind
from booking.members.service import papers
from booking.site.service import publish_house_rules
from tests.web.checking import Browser

At = Callable[[Flask, str], None]


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def publish(app: Flask, version: str, day: date) -> None:
    with app.app_context(), writing():
        publish_house_rules(version, day, "# Nouveau\n\nTexte.", member("S1").id)


def accepted(app: Flask, code: str) -> set[str]:
    with app.app_context():
        query = db.select(RulesAcceptance.version).filter_by(member_id=member(code).id)
        return set(db.session.scalars(query))


class TestMyData:
    def test_everybody_sees_the_own_record(self, demo_app: Flask) -> None:
        for code in ("U01", "U04", "U14", "U28", "S1", "S5", "S7"):
            page = Browser(demo_app, code).get("/me")
            assert code in page.text

    def test_plan_roles_and_organisation_are_shown(self, demo_app: Flask) -> None:
        page = Browser(demo_app, "U02").get("/me")
        for words in ("Résident", "Responsable de structure", "Agencement Schwoerer SARL"):
            assert words in page.text
        assert "/organisations/O02" in page.links

    def test_it_speaks_the_language_of_the_account(self, demo_app: Flask) -> None:
        assert Browser(demo_app, "U03", language="de").get("/me").language == "de"

    def test_a_visitor_signs_in_first(self, demo_app: Flask) -> None:
        for path in ("/me", "/me/security", "/me/password", "/me/tokens/new"):
            assert Browser(demo_app).ask(path).location == f"/login?next={path}"


class TestPreferences:
    def test_language_and_list_are_kept(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        form = browser.get("/me/preferences").form("/me/preferences")
        assert browser.send(form, language="de", prefers_list="y").language == "de"
        with demo_app.app_context():
            assert (member("U02").language, member("U02").prefers_list) == ("de", True)

    def test_reminders_come_when_one_wants_them(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        form = browser.get("/me/preferences").form("/me/preferences")
        assert form.value("reminder_hours") == "24"
        browser.send(form, reminder_hours="0")
        with demo_app.app_context():
            assert member("U02").reminder_hours == 0
        browser.send(
            browser.get("/me/preferences").form("/me/preferences"), 422, reminder_hours="7"
        )

    def test_an_unknown_language_is_refused(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        form = browser.get("/me/preferences").form("/me/preferences")
        browser.send(form, 422, language="tlh")


class TestPapers:
    @pytest.mark.parametrize(
        ("instant", "words"),
        [
            ("2027-05-30T12:00:00+02:00", "Valable"),
            ("2027-05-31T12:00:00+02:00", "Bientôt expirée"),
            ("2027-06-30T23:59:00+02:00", "Bientôt expirée"),
            ("2027-07-01T00:00:00+02:00", "Expirée"),
        ],
    )
    def test_an_end_is_announced_thirty_days_ahead(
        self, demo_app: Flask, at: At, instant: str, words: str
    ) -> None:
        at(demo_app, instant)
        page = Browser(demo_app, "U02").get("/me")
        assert words in page.text
        assert ("vous ne pourrez plus réserver" in page.text) == (words == "Bientôt expirée")

    def test_a_minor_sees_the_parental_permission(self, demo_app: Flask) -> None:
        assert "Autorisation parentale" in Browser(demo_app, "U04").get("/me").text
        assert "Autorisation parentale" not in Browser(demo_app, "U03").get("/me").text

    def test_the_paper_that_lasts_longest_counts(self, demo_app: Flask) -> None:
        with demo_app.app_context(), writing():
            papers.record_paper(
                member("U02"), PaperKind.INSURANCE, date(2026, 11, 30), "", member("S1")
            )
        assert "Valable jusqu’au mercredi 30 juin 2027" in Browser(demo_app, "U02").get("/me").text


class TestHouseRules:
    def test_everybody_may_read_them(self, demo_app: Flask) -> None:
        assert "2026-1" in Browser(demo_app).get("/house-rules").text

    def test_accepting_keeps_version_and_instant(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U28")
        page = browser.send(browser.get("/house-rules").form("/house-rules"))
        assert "Version 2026-1, acceptée le lundi 23 novembre 2026 à 08:00" in page.text
        assert accepted(demo_app, "U28") == {"2026-1"}

    def test_a_version_that_appeared_meanwhile_must_be_read_first(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U28")
        form = browser.get("/house-rules").form("/house-rules")
        publish(demo_app, "2026-2", date(2026, 11, 23))
        assert "nouvelle version" in browser.send(form, 409).text
        assert accepted(demo_app, "U28") == set()

    def test_a_version_in_force_later_is_not_asked_for_yet(self, demo_app: Flask) -> None:
        publish(demo_app, "2027-1", date(2027, 1, 1))
        assert "2027-1" not in Browser(demo_app, "U02").get("/me").text

    def test_the_former_version_serves_for_thirty_days(self, demo_app: Flask, at: At) -> None:
        publish(demo_app, "2027-1", date(2027, 1, 1))
        at(demo_app, "2027-01-31T12:00:00+01:00")
        page = Browser(demo_app, "U02").get("/me")
        assert (
            "L’acceptation de la précédente suffit jusqu’au dimanche 31 janvier 2027" in page.text
        )
        at(demo_app, "2027-02-01T12:00:00+01:00")
        page = Browser(demo_app, "U02").get("/me")
        assert "aucune réservation n’est possible sans elle" in page.text

    def test_the_team_has_nothing_to_accept(self, demo_app: Flask) -> None:
        assert "n’ont pas à accepter" in Browser(demo_app, "S1").get("/me").text

    def test_their_text_cannot_act(self, demo_app: Flask) -> None:
        text = "# T\n\n<script>alert(1)</script> [x](javascript:y) **fort**"
        with demo_app.app_context(), writing():
            publish_house_rules("x", date(2026, 11, 23), text, member("S1").id)
        page = Browser(demo_app).get("/house-rules")
        assert "<script>alert" not in page.answer.text
        assert "<strong>fort</strong>" in page.answer.text


class TestTokens:
    def create(self, browser: Browser, name: str = "Panneau") -> str:
        page = browser.send(browser.get("/me/tokens/new").form("/me/tokens/new"), 200, name=name)
        (token,) = [
            field["value"] for field in page.document.all("input") if field["id"] == "token"
        ]
        return token

    def test_a_token_is_shown_once_and_kept_as_a_hash(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        token = self.create(browser)
        page = browser.get("/me/security")
        assert "Panneau" in page.text
        assert token not in page.answer.text
        with demo_app.app_context():
            found = find_member_by_api_token(token)
            assert found is not None
            assert found.code == "U02"
            assert token not in {row.token_hash for row in db.session.query(ApiToken)}
            entry = db.session.query(JournalEntry).filter_by(act="token.created").one()
            assert token not in str(entry.after)

    def test_a_form_sent_twice_makes_one_token(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        form = browser.get("/me/tokens/new").form("/me/tokens/new")
        browser.send(form, 200, name="Panneau")
        again = browser.post(form.action, form.filled({"name": "Panneau"}))
        assert again.location == "/me/security#tokens"
        with demo_app.app_context():
            assert db.session.query(ApiToken).filter_by(name="Panneau").count() == 1

    def test_a_revoked_token_opens_nothing(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        token = self.create(browser)
        headers = {"Authorization": f"Bearer {token}"}
        assert (
            demo_app.test_client().get("/api/v1/reservations", headers=headers).status_code == 200
        )
        page = browser.get("/me/security")
        (revoke,) = [form for form in page.forms if form.action.endswith("/revoke")]
        browser.send(revoke)
        assert (
            demo_app.test_client().get("/api/v1/reservations", headers=headers).status_code == 401
        )

    def test_nobody_revokes_the_token_of_another(self, demo_app: Flask) -> None:
        token = self.create(Browser(demo_app, "U02"))
        with demo_app.app_context():
            number = db.session.query(ApiToken.id).filter_by(name="Panneau").scalar()
        other = Browser(demo_app, "S1")
        csrf = other.get("/me/security").form("/logout").value("csrf_token")
        other.post(f"/me/tokens/{number}/revoke", {"csrf_token": csrf})
        with demo_app.app_context():
            assert find_member_by_api_token(token) is not None

    @pytest.mark.parametrize("name", ["", "x" * 81, "<script>", "=1+1"])
    def test_a_name_that_is_none_is_refused(self, demo_app: Flask, name: str) -> None:
        browser = Browser(demo_app, "U02")
        browser.send(browser.get("/me/tokens/new").form("/me/tokens/new"), 422, name=name)
