"""Quotas, peak hours and priorities in the browser: in plain words, tried, seen, ended."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from tests.web.checking import Browser
from tests.web.sending import send
from tests.web.upkeep.test_changing_rules import reserved, state_of

NEW: dict[str, Any] = {"who": "PERSON", "limit_hours": "8", "span": "WEEK"}
EVENINGS: dict[str, Any] = {"weekdays": ["0", "1"], "starts": "17:00", "ends": "20:00"}


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


def stored(app: Flask, kind: type[Any]) -> list[Any]:
    with app.app_context():
        return list(db.session.scalars(db.select(kind)))


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(JournalEntry.act).order_by(JournalEntry.id)))


def test_a_quota_is_told_in_plain_words_changed_and_ended(
    demo_app: Flask, manager: Browser
) -> None:
    page = send(manager, "/quotas/new", **NEW, place="AREA BOIS", peak_only="y")
    words = "Chaque personne : 8 h au plus par semaine (Atelier bois, heures de pointe)"
    assert words in page.text
    (quota,) = stored(demo_app, Quota)
    firm: dict[str, Any] = {
        "who": "ORGANISATION",
        "span": "MONTH",
        "place": "MACHINE M01",
        "peak_only": None,
    }
    page = send(manager, f"/quotas/{quota.id}/edit", **firm)
    assert "toutes ses personnes ensemble : 8 h au plus par mois (machine M01)" in page.text
    page = send(manager, "/quotas", action=f"/quotas/{quota.id}/end")
    assert "Quotas terminés" in page.text
    assert manager.ask(f"/quotas/{quota.id}/edit").status_code == 404
    assert acts(demo_app)[-3:] == ["quota.added", "quota.edited", "quota.ended"]


def test_a_quota_of_a_plan_names_it(demo_app: Flask, manager: Browser) -> None:
    page = send(manager, "/quotas/new", **(NEW | {"who": "plan P-RES", "span": "AHEAD"}))
    assert "Chaque personne de la formule Résident" in page.text
    assert "8 h au plus à venir (toutes les machines)" in page.text


@pytest.mark.parametrize(
    "bad",
    [
        {"who": "plan P-X"},
        {"who": "NOBODY"},
        {"limit_hours": "0"},
        {"limit_hours": "9999"},
        {"span": "YEAR"},
        {"place": "AREA NOWHERE"},
    ],
    ids=repr,
)
def test_a_quota_that_cannot_be_is_refused(
    demo_app: Flask, manager: Browser, bad: dict[str, Any]
) -> None:
    send(manager, "/quotas/new", 422, **(NEW | bad))
    assert stored(demo_app, Quota) == []


def test_a_quota_is_tried_on_last_month_before_it_is_saved(
    demo_app: Flask, manager: Browser
) -> None:
    generous = send(manager, "/quotas/new", 200, **(NEW | {"limit_hours": "500"}), try_it="1")
    assert "Essayé sur octobre 2026" in generous.text
    assert "n’aurait refusé aucune" in generous.text
    strict = send(manager, "/quotas/new", 200, **(NEW | {"limit_hours": "1"}), try_it="1")
    assert "Ce quota aurait refusé" in strict.text
    assert stored(demo_app, Quota) == []


def test_what_a_quota_would_refuse_is_shown_the_last_made_first_to_fall(
    demo_app: Flask, manager: Browser
) -> None:
    first, second = reserved(demo_app), reserved(demo_app, days=1)
    page = send(manager, "/quotas/new", 200, **(NEW | {"limit_hours": "4"}))
    assert "Des réservations ne respecteraient plus les règles" in page.h1
    form = page.form("/quotas/new")
    assert form.value("seen") == str(second)
    manager.send(form, 303, reservations="CANCEL")
    assert (state_of(demo_app, first), state_of(demo_app, second)) == (
        "CONFIRMED",
        "CANCELLED_BY_SITE",
    )


def test_peak_hours_are_named_and_removed(demo_app: Flask, manager: Browser) -> None:
    assert "lundi, mardi, 17:00 – 20:00" in send(manager, "/quotas/peaks/new", **EVENINGS).text
    (window,) = stored(demo_app, PeakWindow)
    page = send(manager, f"/quotas/peaks/{window.id}/edit", ends="00:00")
    assert "lundi, mardi, 17:00 – 24:00" in page.text
    send(manager, f"/quotas/peaks/{window.id}/edit", 422, ends="16:00")
    send(manager, "/quotas", action=f"/quotas/peaks/{window.id}/remove")
    assert stored(demo_app, PeakWindow) == []


def test_hours_are_given_to_a_plan_first(demo_app: Flask, manager: Browser) -> None:
    values = EVENINGS | {"plans": ["P-RES"], "opens_hours": "24", "place": "CATEGORY CNC_ROUTER"}
    page = send(manager, "/quotas/priorities/new", **values)
    assert "Fraiseuse numérique : réservé en priorité aux formules Résident" in page.text
    (window,) = stored(demo_app, PriorityWindow)
    send(manager, f"/quotas/priorities/{window.id}/edit", 422, plans=[])
    send(manager, "/quotas", action=f"/quotas/priorities/{window.id}/end")
    assert stored(demo_app, PriorityWindow)[0].ended_at is not None
