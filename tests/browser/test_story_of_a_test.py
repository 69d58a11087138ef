"""Guillaume takes the test before his welding course: one dangerous answer, then none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from booking.database import db
from booking.trainings.models import QuizAttempt
from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor
from tests.chromium import Served

pytestmark = pytest.mark.browser

NEXT_MORNING = "2026-11-24T08:30:00+01:00"


def test_one_wrong_answer_to_a_critical_question_fails_and_the_next_day_all_is_right(
    visit: Visit, device: Device, live_server: Served, at: Callable[[Flask, str], None]
) -> None:
    guillaume = visit("guillaume.fritsch", device)
    begins_from_the_page_of_the_training(guillaume)
    missed = answers(guillaume, live_server.app, wrong_critical=1)
    sees_which_question_failed_him(guillaume, missed)
    is_told_to_wait(guillaume)

    at(live_server.app, NEXT_MORNING)
    begins_from_the_page_of_the_training(guillaume)
    answers(guillaume, live_server.app, wrong_critical=0)
    has_passed(guillaume)


def begins_from_the_page_of_the_training(guillaume: Visitor) -> None:
    guillaume.go("/trainings/METAL-1")
    guillaume.follow("Passer le quiz")
    guillaume.sees("15", "90 % de bonnes réponses, et toutes les questions critiques")
    guillaume.press("Commencer le quiz")
    guillaume.sees_heading("Quiz METAL-1")


def answers(guillaume: Visitor, app: Flask, wrong_critical: int) -> list[str]:
    """Answer every question, so many critical ones wrongly; the texts of those."""
    with app.app_context():
        latest = select(QuizAttempt).order_by(QuizAttempt.id.desc())
        asked = db.session.scalars(latest).first().drawn  # type: ignore[union-attr]
    missed = [question for question in asked if question["critical"]][:wrong_critical]
    for question in asked:
        group = guillaume.page.get_by_role("group", name=question["text"]["fr"])
        for answer in question["answers"]:
            if answer["right"] is not (question in missed):
                group.get_by_label(answer["text"]["fr"], exact=True).check()
    guillaume.press("Envoyer mes réponses")
    return [question["text"]["fr"] for question in missed]


def sees_which_question_failed_him(guillaume: Visitor, missed: list[str]) -> None:
    guillaume.sees_heading("Résultat du quiz METAL-1")
    guillaume.sees("Non réussi", "14 sur 15", "Questions critiques manquées", *missed)
    guillaume.sees("Les bonnes réponses ne sont pas données ici")
    expect(guillaume.main.get_by_role("listitem").filter(has_text="(faux)")).to_have_count(1)


def is_told_to_wait(guillaume: Visitor) -> None:
    guillaume.go("/quizzes/METAL-1")
    guillaume.sees("Prochain essai possible", "Non réussi")
    guillaume.does_not_see("Commencer le quiz")


def has_passed(guillaume: Visitor) -> None:
    guillaume.sees_heading("Résultat du quiz METAL-1")
    guillaume.sees("Réussi", "15 sur 15")
    guillaume.does_not_see("Questions critiques manquées")
    guillaume.go("/quizzes/METAL-1")
    rows = guillaume.main.get_by_role("table", name="Mes essais").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("15 sur 15")
    expect(rows.nth(2)).to_contain_text("14 sur 15")
