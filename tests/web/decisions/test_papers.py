"""Certificates, cards, and what a check of their codes tells to anybody."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.members.queries import find_member
from booking.members.rules import AccountState
from booking.reservations.revocation import revoke, suspend
from booking.trainings.models import Certification, Verification
from booking.trainings.queries import find_card_of, find_code_of
from booking.trainings.rules import CertificationState
from tests.conftest import MakeApp
from tests.pdfs import codes_in, pictures_of, sizes_of, text_of
from tests.statements import statements_of
from tests.web.checking import Browser, Page
from tests.web.decisions.people import newest, propose

At = Callable[[Flask, str], None]

NAME, INITIALS = "Mathieu Schwoerer", "M. S."


@pytest.fixture
def holder(demo_app: Flask) -> Browser:
    return Browser(demo_app, "U02")


def number_of(app: Flask, member: str = "U02", training: str = "CNC-1") -> int:
    with app.app_context():
        query = select(Certification.id).where(
            Certification.member.has(code=member),
            Certification.training.has(code=training),
            Certification.approved_on.is_not(None),
        )
        return db.session.scalars(query.order_by(Certification.id.desc())).first() or 0


def sheet(app: Flask, member: str = "U02", training: str = "CNC-1") -> str:
    return f"/certifications/{number_of(app, member, training)}/certificate"


def check_of(app: Flask, number: int) -> str:
    """The address that the code of a certificate leads to."""
    with app.app_context():
        code = find_code_of(number)
        assert code is not None
        return f"/verify/{code.token}"


def checked(app: Flask, number: int, status: int = 200) -> Page:
    """What somebody who is not signed in reads."""
    return Browser(app).get(check_of(app, number), status)


def press(browser: Browser, page: str, act: str, **values: str) -> Page:
    (form,) = [form for form in browser.get(page).forms if form.action.endswith(act)]
    return browser.send(form, **values)


class TestCertificate:
    def test_tells_what_was_learned_and_does_not_pretend_to_be_an_employers(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        page = holder.get(sheet(demo_app))
        for told in (NAME, "Habilitation machine", "Fraisage numérique 3 axes", "sans pratique",
                     "Niveau 2, autonome", "9 avril 2027", "un gestionnaire du lieu", "Tilleul",
                     "ni habilitation électrique, ni autorisation de conduite"):  # fmt: skip
            assert told in page.text, told
        assert "Claire Bastian" not in page.text

    def test_is_its_holders_and_the_managers(self, demo_app: Flask) -> None:
        address = sheet(demo_app)
        assert "Le code de vérification" not in Browser(demo_app, "S1").get(address).text
        Browser(demo_app, "S2").get(address, 404)
        Browser(demo_app, "U03").get(address, 404)

    def test_is_not_there_for_what_was_never_approved(self, demo_app: Flask) -> None:
        proposed = propose(demo_app, "U10", "LASER").url
        Browser(demo_app, "S1").get(f"{urlsplit(proposed).path}/certificate", 404)

    def test_says_on_its_face_that_it_was_taken_back(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        take_back(demo_app, number_of(demo_app))
        page = holder.get(sheet(demo_app))
        assert "Sans effet le lundi 23 novembre 2026 : retirée" in page.text
        assert "Faute grave" not in page.text

    def test_has_its_code_from_the_approval_on(self, demo_app: Flask) -> None:
        propose(demo_app, "U10", "LASER")
        manager = Browser(demo_app, "S1")
        number = newest(demo_app, "U10", "LASER").id
        manager.send(manager.get("/decisions").form(f"/certifications/{number}/approve"))
        assert "Valable aujourd’hui" in checked(demo_app, number).text

    @pytest.mark.usefixtures("pdf_maker")
    def test_as_a_file_is_one_page_whose_code_leads_to_its_check(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        answer = holder.ask(f"{sheet(demo_app)}.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline;")
        assert sizes_of(answer.data) == [(210.0, 297.0)]
        (picture,) = pictures_of(answer.data)
        address = f"http://localhost{check_of(demo_app, number_of(demo_app))}"
        assert codes_in(picture) == [address]
        text = text_of(answer.data)
        for told in (NAME, "Fraisage numérique 3 axes", "Niveau 2, autonome", address):
            assert told in text, told

    def test_without_what_makes_files_is_printed_by_the_browser_alone(
        self, demo_app: Flask, holder: Browser, without_pdf: None
    ) -> None:
        page = holder.get(sheet(demo_app))
        assert "PDF" not in page.text
        assert "Imprimer" in page.text
        holder.get(f"{sheet(demo_app)}.pdf", 404)
        holder.get("/members/U02/card.pdf", 404)


class TestCheck:
    def test_names_nobody_until_the_holder_says_so(self, demo_app: Flask, holder: Browser) -> None:
        number = number_of(demo_app)
        page = checked(demo_app, number)
        for told in (
            "Valable aujourd’hui",
            "Fraisage numérique 3 axes",
            "Niveau 2",
            "Tilleul Rouge",
        ):
            assert told in page.text
        assert not {NAME, INITIALS} & told_names(page)
        press(holder, sheet(demo_app), "/name", shown_name="INITIALS")
        assert told_names(checked(demo_app, number)) == {INITIALS}
        press(holder, sheet(demo_app), "/name", shown_name="WHOLE")
        assert told_names(checked(demo_app, number)) == {NAME}
        press(holder, sheet(demo_app), "/name", shown_name="NOTHING")
        assert told_names(checked(demo_app, number)) == set()

    @pytest.mark.parametrize(("act", "word"), [(suspend, "Suspendue."), (revoke, "Retirée.")])
    def test_says_at_once_what_was_taken_away_and_never_why(
        self, demo_app: Flask, act: Callable[..., object], word: str
    ) -> None:
        number = number_of(demo_app)
        take_back(demo_app, number, act)
        page = checked(demo_app, number)
        assert "Non valable aujourd’hui" in page.text
        assert word in page.text
        assert "Faute grave" not in page.answer.text

    def test_works_out_the_end_by_date_and_by_lack_of_use_when_it_is_read(
        self, demo_app: Flask, at: At
    ) -> None:
        number = number_of(demo_app)
        at(demo_app, "2027-04-10T08:00:00+02:00")
        with demo_app.app_context(), writing():
            db.session.get_one(Certification, number).state = CertificationState.APPROVED
        assert "Expirée le vendredi 9 avril 2027." in checked(demo_app, number).text
        lapsed = number_of(demo_app, "U14", "CERAM-1")
        at(demo_app, "2026-11-23T08:00:00+01:00")
        assert "Caduque, faute de pratique." in checked(demo_app, lapsed).text

    def test_is_not_valid_while_the_account_is_suspended_and_gone_with_its_holder(
        self, demo_app: Flask
    ) -> None:
        number = number_of(demo_app)
        for state, status in ((AccountState.SUSPENDED, 200), (AccountState.LEFT, 404)):
            with demo_app.app_context(), writing():
                member = find_member("U02")
                assert member is not None
                member.state = state
            page = checked(demo_app, number, status)
            assert "Valable aujourd’hui" not in page.text
        assert "Suspendue" not in page.text

    def test_is_neither_kept_nor_found_by_searching(self, demo_app: Flask) -> None:
        answer = checked(demo_app, number_of(demo_app)).answer
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex' in answer.text

    def test_of_an_unknown_code_says_nothing(self, demo_app: Flask) -> None:
        page = Browser(demo_app).get("/verify/AAAAAAAAAAAAAAAAAAAAAA", 404)
        assert "habilitation" not in page.text.lower()

    def test_cannot_be_tried_without_end(self, make_app: MakeApp) -> None:
        client = make_app("demo", rate_limits=True).test_client()
        answers = [client.get(f"/verify/{n}").status_code for n in range(31)]
        assert (answers[29], answers[30]) == (404, 429)

    def test_costs_the_same_few_statements_for_whoever_holds_it(self, demo_app: Flask) -> None:
        costs = []
        for member, training in (("U02", "CNC-1"), ("U05", "METAL-1")):
            address = check_of(demo_app, number_of(demo_app, member, training))
            browser = Browser(demo_app)
            browser.ask(address)
            with statements_of(demo_app) as sent:
                browser.ask(address)
            costs.append(len(sent))
        assert costs[0] == costs[1] <= 9


class TestCode:
    def test_renewed_leads_nowhere_from_the_former_paper(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        number = number_of(demo_app)
        former = check_of(demo_app, number)
        press(holder, sheet(demo_app), "/code")
        Browser(demo_app).get(former, 404)
        assert "Valable aujourd’hui" in checked(demo_app, number).text

    def test_withdrawn_leads_nowhere_until_another_is_made(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        former = check_of(demo_app, number_of(demo_app))
        page = press(holder, sheet(demo_app), "/withdraw")
        assert "Sans code, personne ne peut vérifier ce papier." in page.text
        assert "/verify/" not in page.answer.text
        Browser(demo_app).get(former, 404)
        page = press(holder, sheet(demo_app), "/code")
        assert check_of(demo_app, number_of(demo_app)) in page.answer.text

    def test_is_changed_once_by_a_form_that_is_sent_twice(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        (form,) = [f for f in holder.get(sheet(demo_app)).forms if f.action.endswith("/code")]
        holder.send(form)
        once = check_of(demo_app, number_of(demo_app))
        holder.send(form)
        assert check_of(demo_app, number_of(demo_app)) == once

    def test_is_nobodys_but_its_holders(self, demo_app: Flask, holder: Browser) -> None:
        (form,) = [f for f in holder.get(sheet(demo_app)).forms if f.action.endswith("/withdraw")]
        own = holder.get("/members/U02/card").forms
        assert own
        for other in ("S1", "U03"):
            mine = Browser(demo_app, other).get(f"/members/{other}/card")
            theirs = next(f for f in mine.forms if f.action.endswith("/code"))
            theirs.element.attributes["action"] = form.action
            Browser(demo_app, other).post(form.action, theirs.values)
        assert "Valable aujourd’hui" in checked(demo_app, number_of(demo_app)).text

    def test_is_unguessable(self, demo_app: Flask) -> None:
        with demo_app.app_context():
            tokens = list(db.session.scalars(select(Verification.token)))
        assert len(set(tokens)) == len(tokens)
        assert {len(token or "") for token in tokens} == {22}


class TestCard:
    def test_tells_the_machines_of_today_by_how_freely_they_are_open(self, demo_app: Flask) -> None:
        page = Browser(demo_app, "U10").get("/members/U10/card")
        alone, _, supervised = page.text.partition("Accompagné")
        assert "M12" in supervised
        assert "M12" not in alone

    def test_agrees_with_what_the_rules_say_of_each_machine(self, demo_app: Flask) -> None:
        page = Browser(demo_app, "U02").get("/members/U02/card")
        usable = Browser(demo_app, "U02").get("/machines?usable=on")
        for code in (f"M{n:02}" for n in range(1, 19)):
            if f"/machines/{code}" in usable.links:
                assert code in page.text, code

    def test_is_checked_only_once_its_holder_has_made_a_code(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        page = holder.get("/members/U02/card")
        assert "Sans code : non vérifiable." in page.text
        press(holder, "/members/U02/card", "/members/U02/card/code")
        page = Browser(demo_app).get(check_of_card(demo_app, "U02"))
        assert "Valable aujourd’hui" in page.text
        assert "M01" in page.text
        assert not told_names(page)
        press(holder, "/members/U02/card", "/name", shown_name="WHOLE")
        assert told_names(Browser(demo_app).get(check_of_card(demo_app, "U02"))) == {NAME}

    def test_loses_at_once_what_a_suspension_takes(self, demo_app: Flask, holder: Browser) -> None:
        press(holder, "/members/U02/card", "/members/U02/card/code")
        take_back(demo_app, number_of(demo_app), suspend)
        assert "M01" not in Browser(demo_app).get(check_of_card(demo_app, "U02")).text
        with demo_app.app_context(), writing():
            member = find_member("U02")
            assert member is not None
            member.state = AccountState.SUSPENDED
        page = Browser(demo_app).get(check_of_card(demo_app, "U02"))
        assert "Non valable aujourd’hui" in page.text
        assert "Suspendue." in page.text

    @pytest.mark.usefixtures("pdf_maker")
    def test_as_a_file_has_two_sides_of_the_size_of_a_bank_card(
        self, demo_app: Flask, holder: Browser
    ) -> None:
        press(holder, "/members/U02/card", "/members/U02/card/code")
        answer = holder.ask("/members/U02/card.pdf")
        assert sizes_of(answer.data) == [(85.6, 54.0), (85.6, 54.0)]
        front, back = pictures_of(answer.data, scale=4)
        assert codes_in(front) == [f"http://localhost{check_of_card(demo_app, 'U02')}"]
        assert codes_in(back) == []
        assert "M01 Fraiseuse" in text_of(answer.data)

    @pytest.mark.usefixtures("pdf_maker")
    def test_of_somebody_who_may_use_everything_still_has_two_sides(self, demo_app: Flask) -> None:
        for person in ("S2", "S3", "U01"):
            answer = Browser(demo_app, "S1").ask(f"/members/{person}/card.pdf")
            assert len(sizes_of(answer.data)) == 2, person


def take_back(app: Flask, number: int, act: Callable[..., object] = revoke) -> None:
    with app.app_context(), writing():
        manager = find_member("S1")
        assert manager is not None
        act(number, manager, "Faute grave")


def check_of_card(app: Flask, code: str) -> str:
    with app.app_context():
        member = find_member(code)
        assert member is not None
        card = find_card_of(member.id)
        assert card is not None
        return f"/verify/{card.token}"


def told_names(page: Page) -> set[str]:
    return {name for name in (NAME, INITIALS) if name in page.answer.text}
