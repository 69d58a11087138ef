"""Taking a test in the browser, and keeping the bank of questions."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.database import db, writing
from booking.trainings.models import QuizAttempt, QuizQuestion
from tests.web.checking import Browser, Page


@pytest.fixture
def trainee(demo_app: Flask) -> Browser:
    return Browser(demo_app, "U10")


def begin(trainee: Browser) -> Page:
    return trainee.send(trainee.get("/quizzes/LASER").form("/quizzes/LASER/start"))


def answers_of(app: Flask, page: Page, *, right: bool) -> dict[str, list[str]]:
    """What is to be chosen for a passed, or a failed, test."""
    number = int(page.url.rsplit("/", 1)[1])
    with app.app_context():
        attempt = db.session.get_one(QuizAttempt, number)
        return {
            f"question_{place}": [
                str(index)
                for index, answer in enumerate(question["answers"])
                if answer["right"] is right
            ][: None if right else 1]
            for place, question in enumerate(attempt.drawn, start=1)
        }


def test_a_trainee_takes_the_test_and_learns_at_once(demo_app: Flask, trainee: Browser) -> None:
    page = begin(trainee)
    assert "juste" not in page.answer.text
    assert trainee.send(page.form(page.url), 422, question_1=None).status == 422
    page = trainee.send(page.form(page.url), **answers_of(demo_app, page, right=True))
    assert "Réussi" in page.text
    assert "12 sur 12" in page.text
    assert "12 sur 12" in trainee.get("/quizzes/LASER").text
    assert "12 sur 12" in Browser(demo_app, "S2").get(page.url).text
    Browser(demo_app, "U11").get(page.url, 404)


def test_a_failure_is_told_with_the_pause(demo_app: Flask, trainee: Browser) -> None:
    page = begin(trainee)
    page = trainee.send(page.form(page.url), **answers_of(demo_app, page, right=False))
    assert "Non réussi" in page.text
    assert "Prochain essai possible" in trainee.get("/quizzes/LASER").text


def test_what_is_right_is_nowhere_before_it_is_sent(demo_app: Flask, trainee: Browser) -> None:
    page = begin(trainee)
    Browser(demo_app, "U11").get(page.url, 404)
    assert "n’est pas encore envoyé" in Browser(demo_app, "S2").get(page.url).text
    for address, status in (("/quizzes/LASER/questions", 404), ("/quizzes/questions/1", 404)):
        trainee.get(address, status)
    with demo_app.app_context():
        assert (
            db.session.scalars(select(QuizAttempt.sent_at).order_by(QuizAttempt.id.desc())).first()
            is None
        )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("who", "training"),
    [
        ("U02", "ACC"),
        ("U19", "BOIS-1"),
        ("U19", "BOIS-2"),
        ("U06", "CNC-1"),
        ("U10", "LASER"),
        ("U11", "METAL-1"),
        ("U08", "TEXTILE-1"),
        ("U14", "CERAM-1"),
    ],
)
def test_the_quiz_is_asked_in_the_language_of_the_account(
    demo_app: Flask, who: str, training: str, language: str
) -> None:
    reader = Browser(demo_app, who, language)
    page = reader.send(reader.get(f"/quizzes/{training}").form(f"/quizzes/{training}/start"))
    with demo_app.app_context():
        attempt = db.session.scalars(select(QuizAttempt).order_by(QuizAttempt.id.desc())).first()
        assert attempt is not None
        for question in attempt.drawn:
            assert _plain(question["text"][language]) in page.text
            assert question["text"]["fr"] not in page.text
            for answer in question["answers"]:
                assert _plain(answer["text"][language]) in page.text


def test_a_question_without_the_readers_language_is_asked_in_french(demo_app: Flask) -> None:
    with demo_app.app_context(), writing():
        for question in db.session.scalars(select(QuizQuestion)):
            question.text = {"fr": question.text["fr"]}
    reader = Browser(demo_app, "U10", language="de")
    page = reader.send(reader.get("/quizzes/LASER").form("/quizzes/LASER/start"))
    with demo_app.app_context():
        attempt = db.session.scalars(select(QuizAttempt).order_by(QuizAttempt.id.desc())).first()
        assert attempt is not None
        assert all(_plain(question["text"]["fr"]) in page.text for question in attempt.drawn)


def _plain(text: str) -> str:
    """A text as a page shows it, white space drawn together."""
    return " ".join(text.split())


def test_who_is_not_in_training_is_told_what_to_do(demo_app: Flask) -> None:
    page = Browser(demo_app, "U12").get("/quizzes/LASER")
    assert "Le quiz est pour les personnes inscrites" in page.text


def test_a_trainer_keeps_the_bank(demo_app: Flask) -> None:
    trainer = Browser(demo_app, "S2")
    bank = "/quizzes/LASER/questions"
    form = trainer.get(f"{bank}/new").form(f"{bank}/new")
    assert (
        "au moins deux réponses"
        in trainer.send(form, 422, text_fr="Que porter ?", answer_1_fr="Rien").text
    )
    page = trainer.send(
        trainer.get(f"{bank}/new").form(f"{bank}/new"),
        text_fr="Que porter ?",
        answer_1_fr="Des lunettes",
        right_1="y",
        answer_2_fr="Une écharpe",
    )
    assert "Que porter ?" in page.text
    link = next(link for link in page.links if "/quizzes/questions/" in link)
    page = trainer.send(trainer.get(link).form(link), text_fr="Autrement dit ?")
    assert "Autrement dit ?" in page.text
    page = trainer.send(page.form(f"{link}/retire"))
    assert "Retirée" in page.text
    page = trainer.send(page.form(f"{link}/bring-back"))
    assert "Retirée" not in page.text


def test_a_proposal_tells_of_the_quiz(demo_app: Flask) -> None:
    page = Browser(demo_app, "S1").get("/decisions")
    assert "10 sur 10" in page.text
    page = Browser(demo_app, "U01").get("/certifications/new?member=U30&training=BOIS-1")
    assert "14 sur 15" in page.text
    assert "2 essais" in page.text
