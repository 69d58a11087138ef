"""Members, as those who run the place find, change, approve and suspend them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from booking.database import db, writing
from booking.journal.models import JournalEntry
from booking.members.models import Member, MemberRole, Paper, Role, SubscriptionCover
from booking.members.queries import find_member
from booking.members.rules import AccountState, PaperKind
from booking.outbox.models import Message
from tests.statements import statements_of
from tests.web.checking import Browser, Page

MANAGER, ADMIN = "S1", "S7"


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None, code
    return found


def state_of(app: Flask, code: str) -> AccountState:
    with app.app_context():
        return member(code).state


def roles_of(app: Flask, code: str) -> set[Role]:
    with app.app_context():
        return set(member(code).roles)


def entries(app: Flask, act: str) -> list[JournalEntry]:
    with app.app_context():
        return list(
            db.session.scalars(db.select(JournalEntry).filter_by(act=act).order_by(JournalEntry.id))
        )


def mails(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Message.kind).order_by(Message.id)))


def grant(app: Flask, code: str, *roles: Role) -> None:
    with app.app_context(), writing():
        granted = member(code)
        granted.role_rows.extend(MemberRole(role=role) for role in roles)


def names(page: Page) -> list[str]:
    rows = page.main.first("tbody").all("th")
    return [row.first("a").text for row in rows if row.all("a")]


def edit(app: Flask, code: str, who: str = MANAGER, status: int = 303, **values: Any) -> Page:
    browser = Browser(app, who)
    return browser.send(browser.get(f"/members/{code}/edit").form(), status, **values)


def create(app: Flask, who: str = MANAGER, status: int = 303, **values: Any) -> Page:
    browser = Browser(app, who)
    good = {"name": "Anne Noël", "email": "anne.noel@example.org", "roles": ["MEMBER"]}
    return browser.send(browser.get("/members/new").form(), status, **(good | values))


class TestFinding:
    def test_everybody_of_the_demo_is_listed(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        pages = [browser.get("/members"), browser.get("/members?page=2")]
        assert sum(len(names(page)) for page in pages) == 37
        assert "Page 1 sur 2, 37 lignes" in pages[0].text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("words=Schwoerer", {"Mathieu Schwoerer", "Jonas Weber", "Inès Benhaddou"}),
            ("words=U02", {"Mathieu Schwoerer"}),
            ("words=élodie", {"Élodie Kessler"}),
            ("words=mathieu menuisier", {"Mathieu Schwoerer"}),
            ("words=%25", set()),
            ("state=REQUESTED", {"Jeanne Collin"}),
            ("state=LEFT", {"Marc Dosch"}),
            ("role=MANAGER", {"Claire Bastian"}),
            ("organisation=O02&role=ORGANISATION_ADMIN", {"Mathieu Schwoerer"}),
            ("page=999", set()),
        ],
    )
    def test_the_list_is_narrowed(self, demo_app: Flask, query: str, found: set[str]) -> None:
        assert set(names(Browser(demo_app, MANAGER).get(f"/members?{query}"))) == found

    @pytest.mark.parametrize("query", ["state=NONE", "role=KING", "organisation=O99"])
    def test_an_unknown_choice_is_refused(self, demo_app: Flask, query: str) -> None:
        Browser(demo_app, MANAGER).get(f"/members?{query}", 422)

    def test_its_statements_do_not_grow_with_it(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        with statements_of(demo_app) as few:
            browser.get("/members?words=U0")
        with statements_of(demo_app) as many:
            browser.get("/members")
        assert len(few) == len(many)

    def test_only_those_who_run_the_place_see_it(self, demo_app: Flask) -> None:
        for code in ("U02", "S2", "S4", "S5"):
            browser = Browser(demo_app, code)
            assert browser.ask("/members").status_code == 403
            assert browser.ask("/members/U05").status_code == 404
            assert browser.ask("/members/U05/edit").status_code == 404

    def test_everybody_sees_the_own_page(self, demo_app: Flask) -> None:
        assert "Suspendre" not in Browser(demo_app, "U05").get("/members/U05").text


class TestCreating:
    def test_an_account_waits_for_approval_and_is_told(self, demo_app: Flask) -> None:
        page = create(demo_app, organisation="O02", trade="Ébéniste")
        assert (page.h1, page.url) == ("Anne Noël", "/members/U31")
        assert state_of(demo_app, "U31") is AccountState.REQUESTED
        assert mails(demo_app) == ["account.created"]
        (entry,) = entries(demo_app, "member.created")
        assert entry.after["organisation"] == "O02"

    def test_the_team_has_codes_of_its_own(self, demo_app: Flask) -> None:
        assert create(demo_app, roles=["TRAINER"]).url == "/members/S8"

    def test_an_address_belongs_to_one_account(self, demo_app: Flask) -> None:
        page = create(demo_app, status=422, email="Mathieu.Schwoerer@example.org")
        assert "Un autre compte utilise déjà cette adresse" in page.text
        assert mails(demo_app) == []

    def test_a_form_sent_twice_makes_one_account(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        form = browser.get("/members/new").form()
        values = {"name": "Anne Noël", "email": "a.n@example.org", "roles": ["MEMBER"]}
        assert browser.send(form, **values).url == browser.send(form, **values).url
        assert len(entries(demo_app, "member.created")) == 1

    @pytest.mark.parametrize(
        "bad",
        [
            {"name": ""},
            {"name": "x"},
            {"name": "x" * 121},
            {"name": "<b>Anne</b>"},
            {"name": "=HYPERLINK(1)"},
            {"name": "+33"},
            {"email": ""},
            {"email": "anne"},
            {"email": "anne@"},
            {"email": "anne@example.org\r\nBcc: all@example.org"},
            {"email": "x" * 250 + "@example.org"},
            {"roles": None},
            {"roles": ["KING"]},
            {"roles": ["ORGANISATION_ADMIN"]},
            {"organisation": "O99"},
            {"language": "tlh"},
            {"born_on": "0001-01-01"},
            {"born_on": "9999-12-31"},
            {"born_on": "2026-11-24"},
            {"born_on": "2027-02-29"},
            {"joined_on": "0001-01-01"},
            {"joined_on": "31/12/2026"},
            {"version": "x"},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        page = create(demo_app, status=422, **bad)
        assert page.main.all("a") or page.text
        assert entries(demo_app, "member.created") == []

    def test_a_megabyte_is_refused(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        form = browser.get("/members/new").form()
        answer = browser.post("/members/new", form.filled({"name": "x" * 1_000_000}))
        assert answer.status_code == 413
        assert "Envoi trop volumineux" in answer.text


class TestChanging:
    def test_the_journal_keeps_before_and_after(self, demo_app: Flask) -> None:
        edit(demo_app, "U02", town="Bitche", trade="Menuisier")
        (entry,) = entries(demo_app, "member.changed")
        assert entry.before == {"trade": "Menuisier agenceur, dirigeant", "town": "Sarreguemines"}
        assert entry.after == {"trade": "Menuisier", "town": "Bitche"}

    def test_saving_without_a_change_is_no_entry(self, demo_app: Flask) -> None:
        edit(demo_app, "U02")
        assert entries(demo_app, "member.changed") == []

    def test_the_later_of_two_editors_is_told(self, demo_app: Flask) -> None:
        slow = Browser(demo_app, MANAGER)
        form = slow.get("/members/U02/edit").form()
        edit(demo_app, "U02", who=ADMIN, town="Bitche")
        page = slow.send(form, 409, town="Metz")
        assert "Quelqu’un a modifié cette fiche" in page.text
        with demo_app.app_context():
            assert member("U02").town == "Bitche"

    def test_a_change_of_roles_alone_counts_as_one(self, demo_app: Flask) -> None:
        slow = Browser(demo_app, MANAGER)
        form = slow.get("/members/U02/edit").form()
        edit(demo_app, "U02", who=ADMIN, roles=["MEMBER"])
        slow.send(form, 409, town="Metz")
        assert roles_of(demo_app, "U02") == {Role.MEMBER}

    def test_signing_in_and_switching_language_disturb_no_editor(self, demo_app: Flask) -> None:
        slow = Browser(demo_app, MANAGER)
        form = slow.get("/members/U02/edit").form()
        owner = Browser(demo_app, "U02")
        owner.send(owner.get("/me").form("/language"), language="en")
        slow.send(form, town="Metz")

    def test_leaving_an_organisation_leaves_its_plan(self, demo_app: Flask) -> None:
        edit(demo_app, "U03", organisation="")
        with demo_app.app_context():
            covers = db.select(SubscriptionCover).filter_by(member_id=member("U03").id)
            assert db.session.scalars(covers).all() == []

    def test_markup_in_a_record_stays_text(self, demo_app: Flask) -> None:
        with demo_app.app_context(), writing():
            member("U02").name = "<script>alert(1)</script>"
        page = Browser(demo_app, MANAGER).get("/members/U02")
        assert page.h1 == "<script>alert(1)</script>"


class TestRoles:
    def test_a_manager_makes_a_manager(self, demo_app: Flask) -> None:
        edit(demo_app, "S2", roles=["TRAINER", "MANAGER"])
        assert Role.MANAGER in roles_of(demo_app, "S2")

    def test_a_manager_makes_no_administrator(self, demo_app: Flask) -> None:
        edit(demo_app, "S2", status=422, roles=["TRAINER", "ADMIN"])
        assert Role.ADMIN not in roles_of(demo_app, "S2")

    def test_a_manager_touches_no_administrator(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        for path in ("edit", "papers/new", "suspend", "leave"):
            assert browser.ask(f"/members/{ADMIN}/{path}").status_code == 404

    def test_a_manager_does_not_change_the_own_roles(self, demo_app: Flask) -> None:
        page = edit(demo_app, MANAGER, status=422, roles=["MANAGER", "TRAINER"])
        assert "Personne ne change ses propres rôles" in page.text

    def test_a_manager_may_change_the_own_town(self, demo_app: Flask) -> None:
        edit(demo_app, MANAGER, town="Metz")

    def test_an_administrator_makes_another(self, demo_app: Flask) -> None:
        edit(demo_app, "S2", who=ADMIN, roles=["TRAINER", "ADMIN"])
        assert Role.ADMIN in roles_of(demo_app, "S2")

    def test_the_last_administrator_stays_one(self, demo_app: Flask) -> None:
        page = edit(demo_app, ADMIN, who=ADMIN, status=422, roles=["MANAGER"])
        assert "dernier administrateur" in page.text
        assert roles_of(demo_app, ADMIN) == {Role.ADMIN}

    def test_one_of_two_administrators_may_go(self, demo_app: Flask) -> None:
        grant(demo_app, "S2", Role.ADMIN)
        edit(demo_app, ADMIN, who=ADMIN, roles=["STAKEHOLDER"])
        assert roles_of(demo_app, ADMIN) == {Role.STAKEHOLDER}

    def test_a_suspended_administrator_does_not_count(self, demo_app: Flask) -> None:
        grant(demo_app, "S2", Role.ADMIN)
        with demo_app.app_context(), writing():
            member("S2").state = AccountState.SUSPENDED
        edit(demo_app, ADMIN, who=ADMIN, status=422, roles=["STAKEHOLDER"])


class TestApproving:
    def test_the_manager_sees_what_is_missing_and_approves(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        page = browser.get("/members/U28")
        assert "Il manque encore" in page.text
        page = browser.send(page.form("/members/U28/approve"))
        assert "Compte validé" in page.text
        assert state_of(demo_app, "U28") is AccountState.APPROVED
        assert mails(demo_app) == ["account.approved"]
        with demo_app.app_context():
            assert member("U28").joined_on == date(2026, 11, 23)

    def test_a_double_click_approves_once(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        form = browser.get("/members/U28").form("/members/U28/approve")
        browser.send(form)
        browser.send(form)
        assert len(entries(demo_app, "member.approved")) == 1

    def test_a_second_manager_is_told_that_it_is_done(self, demo_app: Flask) -> None:
        first, second = Browser(demo_app, MANAGER), Browser(demo_app, MANAGER)
        path = "/members/U28/approve"
        forms = [browser.get("/members/U28").form(path) for browser in (first, second)]
        first.send(forms[0])
        assert "entre-temps" in second.send(forms[1], 409).text

    def test_asking_for_what_is_missing(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        form = browser.get("/members/U28/ask-for-papers").form()
        browser.send(form, reason="Apportez votre attestation d’assurance.")
        assert state_of(demo_app, "U28") is AccountState.INCOMPLETE
        assert mails(demo_app) == ["account.incomplete"]
        assert "Votre dossier est incomplet" in Browser(demo_app, "U28").get("/me").text

    def test_an_administrator_alone_approves_nobody(self, demo_app: Flask) -> None:
        assert "Valider le compte" not in Browser(demo_app, ADMIN).get("/members/U28").text
        browser = Browser(demo_app, ADMIN)
        csrf = browser.get("/members/U28").form("/logout").value("csrf_token")
        assert browser.post("/members/U28/approve", {"csrf_token": csrf}).status_code == 404

    def test_someone_who_had_left_comes_back(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        browser.send(browser.get("/members/U29").form("/members/U29/readmit"))
        assert state_of(demo_app, "U29") is AccountState.REQUESTED


class TestSuspending:
    REASON = "Machine laissée en marche"

    def end(self, app: Flask, code: str, how: str, who: str = MANAGER, status: int = 303) -> Page:
        browser = Browser(app, who)
        path = f"/members/{code}/{how}"
        return browser.send(browser.get(path).form(path), status, reason=self.REASON)

    def test_it_signs_out_gives_up_the_places_and_tells_why(self, demo_app: Flask) -> None:
        suspended = Browser(demo_app, "U02")
        self.end(demo_app, "U02", "suspend")
        assert suspended.ask("/me").status_code == 302
        assert mails(demo_app) == ["account.suspended", "enrolment.cancelled"]
        assert self.REASON in Browser(demo_app, "U02").get("/me").text

    def test_lifting_it(self, demo_app: Flask) -> None:
        self.end(demo_app, "U02", "suspend")
        self.end(demo_app, "U02", "reinstate")
        assert state_of(demo_app, "U02") is AccountState.APPROVED
        assert mails(demo_app)[0] == "account.suspended"
        assert mails(demo_app)[-1] == "account.reinstated"

    def test_leaving_closes_the_account_for_good(self, demo_app: Flask) -> None:
        gone = Browser(demo_app, "U02")
        self.end(demo_app, "U02", "leave")
        assert gone.ask("/me").status_code == 302
        with demo_app.app_context():
            assert (member("U02").state, member("U02").left_on) == ("LEFT", date(2026, 11, 23))

    def test_nobody_ends_the_own_account(self, demo_app: Flask) -> None:
        assert "votre propre compte" in self.end(demo_app, MANAGER, "suspend", status=409).text
        assert state_of(demo_app, MANAGER) is AccountState.APPROVED

    def test_the_last_administrator_cannot_be_suspended(self, demo_app: Flask) -> None:
        grant(demo_app, "S2", Role.ADMIN)
        self.end(demo_app, "S2", "suspend", who=ADMIN)
        self.end(demo_app, ADMIN, "suspend", who=ADMIN, status=409)

    def test_a_reason_is_needed(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        for reason in ("", "  ", "x" * 501):
            browser.send(browser.get("/members/U02/suspend").form(), 422, reason=reason)
        assert state_of(demo_app, "U02") is AccountState.APPROVED


class TestPapers:
    def add(self, app: Flask, status: int = 303, **values: Any) -> Page:
        browser = Browser(app, MANAGER)
        good = {"kind": "INSURANCE", "valid_until": "2027-11-30", "note": "MAIF 12"}
        form = browser.get("/members/U20/papers/new").form("/members/U20/papers/new")
        return browser.send(form, status, **(good | values))

    def paper(self, app: Flask) -> Paper:
        with app.app_context():
            query = db.select(Paper).filter_by(member_id=member("U20").id).order_by(Paper.id.desc())
            found = db.session.scalars(query).first()
            assert found is not None
            return found

    def test_a_new_insurance_takes_effect(self, demo_app: Flask) -> None:
        assert "Expirée" in Browser(demo_app, "U20").get("/me").text
        self.add(demo_app)
        assert "Valable jusqu’au mardi 30 novembre 2027" in Browser(demo_app, "U20").get("/me").text
        (entry,) = entries(demo_app, "paper.recorded")
        assert entry.subject_code == "U20"

    def test_a_mistake_is_corrected_and_kept_in_the_journal(self, demo_app: Flask) -> None:
        self.add(demo_app)
        path = f"/members/U20/papers/{self.paper(demo_app).id}"
        browser = Browser(demo_app, MANAGER)
        browser.send(browser.get(path).form(path), valid_until="2026-12-31")
        assert self.paper(demo_app).valid_until == date(2026, 12, 31)
        (entry,) = entries(demo_app, "paper.corrected")
        assert entry.before == {"valid_until": "2027-11-30"}

    def test_a_paper_noted_by_mistake_is_withdrawn(self, demo_app: Flask) -> None:
        self.add(demo_app)
        path = f"/members/U20/papers/{self.paper(demo_app).id}"
        browser = Browser(demo_app, MANAGER)
        browser.send(browser.get(path).form(f"{path}/withdraw"))
        assert "Expirée" in Browser(demo_app, "U20").get("/me").text
        (entry,) = entries(demo_app, "paper.withdrawn")
        assert entry.before["valid_until"] == "2027-11-30"

    def test_two_who_correct_what_was_withdrawn_are_told(self, demo_app: Flask) -> None:
        self.add(demo_app)
        path = f"/members/U20/papers/{self.paper(demo_app).id}"
        first, second = Browser(demo_app, MANAGER), Browser(demo_app, MANAGER)
        late = second.get(path).form(path)
        first.send(first.get(path).form(f"{path}/withdraw"))
        second.send(late, 404)

    def test_a_permission_may_have_no_end(self, demo_app: Flask) -> None:
        self.add(demo_app, kind="PARENTAL_PERMISSION", valid_until="")
        assert self.paper(demo_app).kind is PaperKind.PARENTAL_PERMISSION

    @pytest.mark.parametrize(
        "bad",
        [
            {"kind": "PASSPORT"},
            {"valid_until": ""},
            {"valid_until": "0001-01-01"},
            {"valid_until": "9999-12-31"},
            {"valid_until": "2027-02-29"},
            {"note": "x" * 201},
            {"note": "=1+1"},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        self.add(demo_app, status=422, **bad)
        assert entries(demo_app, "paper.recorded") == []

    def test_the_paper_of_another_is_not_found_under_this_member(self, demo_app: Flask) -> None:
        self.add(demo_app)
        number = self.paper(demo_app).id
        assert Browser(demo_app, MANAGER).ask(f"/members/U02/papers/{number}").status_code == 404
