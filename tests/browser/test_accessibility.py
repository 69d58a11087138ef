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
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

MEMBER, UNTRAINED = "mathieu.schwoerer", "guillaume.fritsch"
TRAINER, MANAGER = "remi.jung", "claire.bastian"
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
    visitor = look(device, *PAGES[name])
    for theme in THEMES:
        visitor.page.emulate_media(color_scheme=theme)
        visitor.page.reload()
        assert not violations(visitor.page), theme
    assert not visitor.complaints()


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(CHECK)["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
