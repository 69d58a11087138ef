"""Training files of professional sessions: answers, the archive, and the year."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.outbox.models import Message
from booking.trainings.models import Enrolment, Questionnaire, TrainingSession
from booking.trainings.queries.categories import list_incomes, list_objectives
from booking.trainings.queries.files import list_files_of_year
from booking.trainings.rules import QUESTIONS, QuestionnaireKind, SigningMethod, activity_of
from booking.trainings.service import attendance as service
from tests.applications import REFERENCE
from tests.learning import a_session, person, sign_all
from tests.pdfs import text_of
from tests.statements import statements_of
from tests.web.checking import Browser

At = Callable[[Flask, str], None]

A_WEEK = timedelta(days=7)

FILE = "/training-files/T-02"
"""BOIS-1, held the week before the demo's Monday: U02, U19, U21 and U30 were there."""


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def enrolment_of(app: Flask, member: str, session: str = "T-02") -> int:
    with app.app_context():
        return db.session.scalars(
            select(Enrolment.id)
            .join(Enrolment.session)
            .where(TrainingSession.code == session, Enrolment.member.has(code=member))
        ).one()


def answer(app: Flask, member: str, kind: str, mark: str = "4", comment: str = "") -> None:
    browser = Browser(app, member)
    address = f"/questionnaires/{enrolment_of(app, member)}/{kind}"
    form = browser.get(address).form(address)
    browser.send(form, comment=comment, **dict.fromkeys(QUESTIONS[questions_of(kind)], mark))


def questions_of(kind: str) -> QuestionnaireKind:
    return QuestionnaireKind(kind.upper())


def fund(manager: Browser, member: str, income: str, euros: str) -> None:
    address = f"{FILE}/trainees/{member}"
    manager.send(manager.get(address).form(address), income=income, amount=euros)


def topics_asked(app: Flask) -> set[str | None]:
    """Of the letters that ask for an answer."""
    with app.app_context():
        query = select(Message.topic).where(Message.kind.like("questionnaire.%"))
        return set(db.session.scalars(query))


def archive(manager: Browser) -> zipfile.ZipFile:
    form = manager.get(FILE).form(f"{FILE}/export")
    sent = manager.post(form.action, form.values)
    assert sent.mimetype == "application/zip"
    assert sent.headers["Content-Disposition"] == 'attachment; filename="dossier-T-02.zip"'
    return zipfile.ZipFile(io.BytesIO(sent.data))


class TestQuestionnaires:
    def test_are_answered_by_the_trainee_and_read_in_the_file(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        answer(demo_app, "U02", "at_once", comment="Très bien")
        page = Browser(demo_app, "U02").get("/questionnaires")
        assert "Répondu le 23/11/2026" in page.text
        assert "23/11/2026" in manager.get(FILE).text

    def test_need_every_answer(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        address = f"/questionnaires/{enrolment_of(demo_app, 'U02')}/at_once"
        page = browser.send(browser.get(address).form(address), 422, comment="Rien")
        assert "5 réponses sont à corriger" in page.text

    @pytest.mark.parametrize(("kind", "told"), [("entry", "clos"), ("later", "plus tard")])
    def test_are_refused_outside_their_time(self, demo_app: Flask, kind: str, told: str) -> None:
        browser = Browser(demo_app, "U02")
        address = f"/questionnaires/{enrolment_of(demo_app, 'U02')}/{kind}"
        page = browser.get(address)
        assert told in page.text
        marks = dict.fromkeys(QUESTIONS[questions_of(kind)], "3")
        page = browser.send(page.form(address), 422, **marks)
        assert "ne se remplit pas maintenant" in page.text

    def test_are_nobody_elses_and_only_of_professional_sessions(self, demo_app: Flask) -> None:
        number = enrolment_of(demo_app, "U02")
        for other in ("U21", "S1"):
            Browser(demo_app, other).get(f"/questionnaires/{number}/at_once", 404)
        Browser(demo_app, "U02").get(f"/questionnaires/{number}/nonsense", 404)
        with demo_app.app_context(), writing():
            laser = a_session("U02", of="LASER").enrolments[0].id
        Browser(demo_app, "U02").get(f"/questionnaires/{laser}/at_once", 404)

    def test_are_asked_for_by_mail_once_each(self, demo_app: Flask, at: At) -> None:
        def asked() -> list[tuple[str, str]]:
            worker.ask_trainees(demo_app)
            with demo_app.app_context():
                query = select(Message.recipient, Message.kind).where(
                    Message.kind.like("questionnaire.%"),
                    Message.topic == f"enrolment:{number}",
                )
                rows = db.session.execute(query.order_by(Message.id))
                return [(recipient, kind) for recipient, kind in rows]

        number = enrolment_of(demo_app, "U21")
        (first,) = asked()
        assert first[1] == "questionnaire.at_once"
        at(demo_app, "2026-11-23T10:00:00+01:00")
        assert len(asked()) == 1
        at(demo_app, "2027-02-19T18:00:00+01:00")
        assert [kind for _, kind in asked()] == ["questionnaire.at_once", "questionnaire.later"]
        at(demo_app, "2027-02-20T18:00:00+01:00")
        assert len(asked()) == 2

    def test_are_not_asked_of_who_was_absent_all_along(self, demo_app: Flask, at: At) -> None:
        """Neither by mail nor on the page; who was there for one half-day is asked."""
        with demo_app.app_context(), writing():
            session = a_session("U02", "U03", "U14", of="METAL-1", begun=A_WEEK, code="T-95")
            numbers = {one.member.code: one.id for one in session.enrolments}
            late = service.Signature(SigningMethod.ACCOUNT, "Oubliée")
            service.sign("T-95", 1, "U02", late, person("U02"))
            for half in (1, 2, 3):
                service.note_absence("T-95", half, "U03", person("S2"))
        worker.ask_trainees(demo_app)
        topics = topics_asked(demo_app)
        assert f"enrolment:{numbers['U02']}" in topics
        for absent in ("U03", "U14"):
            assert f"enrolment:{numbers[absent]}" not in topics
            for kind in ("at_once", "later"):
                Browser(demo_app, absent).get(f"/questionnaires/{numbers[absent]}/{kind}", 404)
        with demo_app.app_context(), writing():
            signed = service.Signature(SigningMethod.ACCOUNT, "Sans réseau ce jour-là")
            service.sign("T-95", 2, "U14", signed, person("U14"))
        at(demo_app, "2026-11-23T09:30:00+01:00")
        worker.ask_trainees(demo_app)
        Browser(demo_app, "U14").get(f"/questionnaires/{numbers['U14']}/at_once")
        topics = topics_asked(demo_app)
        assert f"enrolment:{numbers['U14']}" in topics

    def test_are_not_asked_of_who_has_answered(self, demo_app: Flask) -> None:
        answer(demo_app, "U02", "at_once")
        worker.ask_trainees(demo_app)
        with demo_app.app_context():
            number = enrolment_of(demo_app, "U02")
            given = db.session.scalars(
                select(Questionnaire).where(Questionnaire.enrolment_id == number)
            ).one()
            assert given.asked_at is None


class TestArchive:
    @pytest.mark.usefixtures("pdf_maker")
    def test_holds_every_paper_with_its_digest_and_dates(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        answer(demo_app, "U02", "at_once", comment="Bonne scie")
        form = manager.get(FILE).form(FILE)
        manager.send(form, programme="Jour 1 : la scie.\nJour 2 : la toupie.")
        papers = archive(manager)
        assert papers.namelist() == [
            "01-programme.pdf",
            "02-evaluation-entree.pdf",
            "03-emargement.pdf",
            "04-evaluations.pdf",
            "05-satisfaction.pdf",
            "06-satisfaction-3-mois.pdf",
            "07-realisation-U21.pdf",
            "07-realisation-U30.pdf",
            "07-realisation-U02.pdf",
            "07-realisation-U19.pdf",
            "manifest.json",
        ]
        manifest = json.loads(papers.read("manifest.json"))
        assert manifest["half_days"][0]["starts_at"] == "2026-11-18T14:00+01:00"
        assert manifest["answered"] == [
            {"trainee": "U02", "questionnaire": "at_once", "at": "2026-11-23T08:00+01:00"}
        ]
        for paper in manifest["papers"]:
            content = papers.read(paper["name"])
            assert hashlib.sha256(content).hexdigest() == paper["sha256"]
        told = {name: text_of(papers.read(name)) for name in papers.namelist()[:-1]}
        assert "Jour 2 : la toupie." in told["01-programme.pdf"]
        assert "Bonne scie" in told["05-satisfaction.pdf"]
        assert "Non signée" in told["03-emargement.pdf"]
        assert "3 h 30" in told["07-realisation-U30.pdf"]
        assert "7 h" in told["07-realisation-U02.pdf"]

    def test_comes_as_pages_with_their_style_sheet_where_no_pdf_can_be_made(
        self, manager: Browser, without_pdf: None
    ) -> None:
        papers = archive(manager)
        assert "papers.css" in papers.namelist()
        page = papers.read("01-programme.html").decode()
        assert '<link rel="stylesheet" href="papers.css">' in page
        assert "Machines à bois stationnaires" in page

    def test_is_its_trainers_and_the_managers(self, demo_app: Flask) -> None:
        assert "Élodie Kessler" not in Browser(demo_app, "U01").get(FILE).text
        for other in ("S3", "U02"):
            Browser(demo_app, other).get(FILE, 404)


class TestYear:
    def test_is_the_sum_of_its_sessions(self, demo_app: Flask, manager: Browser) -> None:
        fund(manager, "U02", "COMPANY", "180")
        fund(manager, "U30", "PERSON", "90,50")
        with demo_app.app_context(), writing():
            sign_all(a_session("U02", "U03", of="METAL-1", begun=A_WEEK, code="T-95"))
        page = manager.get("/training-files?year=2026")
        for told in ("T-02", "T-95", "270,50", "Particuliers, à leurs frais", "Non renseigné"):
            assert told in page.text, told
        with demo_app.app_context():
            files = list_files_of_year(2026, REFERENCE)
            hours = sum((one.hours for f in files for one in f.trainees), timedelta())
            total = activity_of([[t.fact for t in file.trainees] for file in files]).total
            assert {file.session.code for file in files} == {"T-00", "T-02", "T-95"}
            assert (total.hours, total.income_cents) == (hours, 27_050 + 40_000)
            assert total.trainees == 6 + 3

    def test_counts_only_what_is_professional(self, demo_app: Flask, manager: Browser) -> None:
        manager.send(manager.get(FILE).form(FILE), professional=None)
        page = manager.get("/training-files?year=2026")
        assert "T-02" not in page.text
        assert "n’est pas une formation professionnelle" in manager.get(FILE).text

    def test_shows_the_official_date_once_it_is_noted_also_when_nothing_was_given(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        page = manager.get("/training-files?year=2024")
        assert "un bilan vide se déclare" in page.text
        assert "n’est pas encore notée" in page.text
        page = manager.send(page.form("/training-files/2024/due"), due_on="2025-05-31")
        assert "au plus tard le samedi 31 mai 2025" in page.text
        accountant = Browser(demo_app, "S4").get("/training-files?year=2024")
        assert "samedi 31 mai 2025" in accountant.text
        assert not [f for f in accountant.forms if f.action.endswith("/due")]

    def test_belongs_to_the_local_year_in_which_the_session_ends(self, demo_app: Flask) -> None:
        with demo_app.app_context(), writing():
            session = a_session("U02", of="METAL-1", begun=A_WEEK, code="T-95")
            for half, hour in zip(session.half_days, (21, 22), strict=False):
                half.starts_at = REFERENCE.replace(year=2025, month=12, day=31, hour=hour - 2)
                half.ends_at = REFERENCE.replace(year=2026, month=1, day=1, hour=1)
        with demo_app.app_context():
            assert "T-95" in {f.session.code for f in list_files_of_year(2026, REFERENCE)}
            assert list_files_of_year(2025, REFERENCE) == []

    def test_costs_the_same_statements_whatever_there_was(
        self, demo_app: Flask, manager: Browser
    ) -> None:
        costs = []
        for number in (1, 4):
            with demo_app.app_context(), writing():
                for one in range(number):
                    sign_all(
                        a_session(
                            "U02", "U03", of="METAL-1", begun=A_WEEK, code=f"Y-{number}-{one}"
                        )
                    )
            manager.ask("/training-files?year=2026")
            with statements_of(demo_app) as sent:
                manager.ask("/training-files?year=2026")
            costs.append(len(sent))
        assert costs[0] == costs[1] <= 16


def test_the_categories_are_those_of_the_day() -> None:
    before, after = REFERENCE.replace(year=2018).date(), REFERENCE.date()
    assert "RS" not in {one.code for one in list_objectives(before)}
    assert "RS" in {one.code for one in list_objectives(after)}
    codes = [one.code for one in list_incomes(after)]
    assert len(set(codes)) == len(codes)
    assert all({"fr", "en", "de"} <= set(one.words) for one in list_incomes(after))
