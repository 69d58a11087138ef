"""The main pages against WCAG 2.2, A and AA, with axe-core: both themes, desktop and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import Device, Visitor, new_context
from tests.chromium import Served

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
CHECK = """
() => axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
})
"""
NO_TRANSITIONS = """
() => {
  const rules = new CSSStyleSheet();
  rules.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets.push(rules);
}
"""
"""The colours of one theme become those of the other at once."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

MEMBER, UNTRAINED = "mathieu.schwoerer", "guillaume.fritsch"
TRAINER, MANAGER = "remi.jung", "claire.bastian"
TRAINEE, WOOD_TRAINER = "lea.thomas", "elodie.kessler"
REFUSED_LASER = "machine=M03&starts_at=2026-11-29T10:00%2B01:00&ends_at=2026-11-29T12:00%2B01:00"

PAGES: dict[str, tuple[str | None, str]] = {
    "sign-in": (None, "/login"),
    "today of a visitor": (None, "/"),
    "today": (MEMBER, "/"),
    "planning of the day": (MEMBER, "/planning"),
    "planning of the week": (MEMBER, "/planning/machines/M01"),
    "planning of the week as a list": (MEMBER, "/planning/machines/M01?view=list"),
    "planning seen by a manager": (MANAGER, "/planning"),
    "sheet of the day": (MANAGER, "/planning/machines/M01/print?on=2026-11-25"),
    "machines": (MEMBER, "/machines"),
    "machine": (UNTRAINED, "/machines/M03"),
    "reservation form": (MEMBER, "/reservations/new?machine=M01"),
    "reservation form with refusals": (UNTRAINED, f"/reservations/new?{REFUSED_LASER}"),
    "my reservations": (MEMBER, "/reservations"),
    "trainings": (MEMBER, "/trainings"),
    "training": (UNTRAINED, "/trainings/LASER"),
    "path to a machine": (UNTRAINED, "/machines/M09/path"),
    "my certifications": (MEMBER, "/certifications/mine"),
    "my account": (MEMBER, "/me"),
    "decisions": (MANAGER, "/decisions"),
    "certifications": (MANAGER, "/certifications"),
    "proposal": (TRAINER, "/certifications/new?member=U25&training=LASER"),
    "test": (UNTRAINED, "/quizzes/LASER"),
    "outcome of a test": (TRAINER, "/quizzes/attempts/1"),
    "questions of a test": (TRAINER, "/quizzes/LASER/questions"),
    "practical test": (TRAINER, "/assessments/BOIS-1/U30"),
    "attendance": (TRAINEE, "/attendance"),
    "attendance sheet": (WOOD_TRAINER, "/attendance/T-02"),
    "attendance of a half-day": (WOOD_TRAINER, "/attendance/T-02/2"),
    "signing for a half-day": (TRAINEE, "/attendance/T-02/2/U30"),
    "signing on the trainer's device": (WOOD_TRAINER, "/attendance/T-02/2/U30"),
    "attendance sheet for paper": (WOOD_TRAINER, "/attendance/T-02/sheet"),
    "file of a training": (MANAGER, "/training-files/T-00"),
    "funding of a trainee": (MANAGER, "/training-files/T-02/trainees/U30"),
    "year of the trainings": (MANAGER, "/training-files?year=2026"),
    "members": (MANAGER, "/members"),
    "member": (MANAGER, "/members/U20"),
    "openings": (MANAGER, "/openings"),
    "journal": (MANAGER, "/journal"),
    "messages": (MANAGER, "/messages"),
}

Look = Callable[[Device, str | None, str], Visitor]


@pytest.fixture(scope="module")
def look(chromium: Browser, living_site: Served) -> Iterator[Look]:
    """Opens a page as somebody sees it: `look(PHONE, "claire.bastian", "/decisions")`."""
    visitors: dict[tuple[Device, str | None], Visitor] = {}

    def begin(device: Device, name: str | None) -> Visitor:
        context = new_context(chromium, living_site.url, device)
        context.add_init_script(path=AXE)
        visitor = Visitor(context.new_page(), device)
        if name is not None:
            visitor.sign_in(name)
        return visitor

    def open_page(device: Device, name: str | None, path: str) -> Visitor:
        if (device, name) not in visitors:
            visitors[device, name] = begin(device, name)
        visitor = visitors[device, name]
        visitor.faults, visitor.refusals = [], []
        visitor.go(path)
        return visitor

    yield open_page
    for visitor in visitors.values():
        visitor.page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_no_violation(name: str, device: Device, look: Look) -> None:
    has_no_violation(look(device, *PAGES[name]))


def test_a_begun_test_has_no_violation(device: Device, look: Look) -> None:
    trainee = look(device, UNTRAINED, "/quizzes/METAL-1")
    begin = trainee.main.get_by_role("button", name="Commencer le quiz")
    begin.or_(trainee.main.get_by_role("link", name="Continuer le quiz commencé")).click()
    trainee.sees_heading("Quiz METAL-1")
    trainee.sees("Envoyer mes réponses")
    has_no_violation(trainee)


def has_no_violation(visitor: Visitor) -> None:
    visitor.page.evaluate(NO_TRANSITIONS)
    for theme in THEMES:
        visitor.page.emulate_media(color_scheme=theme)
        assert not violations(visitor.page), theme
    assert not visitor.complaints()


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(CHECK)["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
