"""Mathieu never touches the mouse: from signing in to the machine that is his."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as WaitedTooLong

from booking.demo import PASSWORD
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MOST_TABS = 60

FOCUS_IS_SEEN = """
() => {
  const focused = document.activeElement;
  const { x, y, width, height } = focused.getBoundingClientRect();
  const onTop = document.elementFromPoint(x + width / 2, y + height / 2);
  const isInSight = focused.contains(onTop) || onTop?.contains(focused);
  const isMarked = [focused, focused.parentElement].some((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  return isInSight && isMarked;
}
"""


def test_a_machine_is_reserved_by_keyboard_alone_in_four_page_loads(visit: Visit) -> None:
    mathieu = visit()
    page = mathieu.page
    mathieu.go("/login")
    tab_to(page.get_by_label("Adresse électronique"))
    page.keyboard.type("mathieu.schwoerer@example.org")
    tab_to(page.get_by_label("Mot de passe"))
    page.keyboard.type(PASSWORD)
    before = mathieu.loads
    page.keyboard.press("Enter")
    page.wait_for_url("/")

    tab_to(page.get_by_role("link", name="Planning", exact=True))
    page.keyboard.press("Enter")
    mathieu.sees_heading("Planning du lundi 23 novembre 2026")

    tab_to(page.locator('[data-state="free"] a').first)
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("href", re.compile("M01.*T09:00"))
    page.keyboard.press("Enter")
    mathieu.sees("Ce créneau est libre pour vous")

    tab_to(page.get_by_role("button", name="Réserver"))
    page.keyboard.press("Enter")
    mathieu.sees_heading("M01 est à vous")
    mathieu.sees("lundi 23 novembre 2026", "09:00")
    mathieu.sees("Protection auditive", "Lunettes de protection")
    assert mathieu.loads - before <= 4


def test_the_first_tab_leads_past_the_menus_to_the_page_itself(visit: Visit) -> None:
    mathieu = visit("mathieu.schwoerer")
    mathieu.go("/machines")
    tab_to(mathieu.page.get_by_role("link", name="Aller au contenu"), most=1)
    mathieu.page.keyboard.press("Enter")
    tab_to(mathieu.page.get_by_label("Chercher"), most=2)


def tab_to(wanted: Locator, most: int = MOST_TABS) -> None:
    """Press Tab until it has the focus, which must be seen wherever it stands."""
    wanted.wait_for()
    for _ in range(most):
        wanted.page.keyboard.press("Tab")
        must_show_its_focus(wanted.page)
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"{most} times Tab does not lead to {wanted}")


def must_show_its_focus(page: Page) -> None:
    try:
        page.wait_for_function(FOCUS_IS_SEEN, timeout=2_000)
    except WaitedTooLong:
        pytest.fail(page.evaluate("`no focus to be seen on ${document.activeElement.outerHTML}`"))
