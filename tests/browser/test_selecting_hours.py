"""Choosing hours on the week of a machine: with the mouse, by keyboard, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.visiting import Device, Visitor

pytestmark = pytest.mark.browser

DAY = "2026-11-25"


def test_hours_are_dragged_over_with_the_mouse(visit: Visit) -> None:
    mathieu = at_the_week(visit)
    drag(hour(mathieu, "09:00"), hour(mathieu, "11:00"))
    has_filled_in(mathieu, "09:00", "11:30")


def test_hours_may_be_dragged_over_backwards(visit: Visit) -> None:
    mathieu = at_the_week(visit)
    drag(hour(mathieu, "11:00"), hour(mathieu, "09:00"))
    has_filled_in(mathieu, "09:00", "11:30")


def test_hours_are_chosen_with_shift_and_the_arrows(visit: Visit) -> None:
    mathieu = at_the_week(visit)
    hour(mathieu, "09:00").get_by_role("link").focus()
    for _ in range(3):
        mathieu.page.keyboard.press("Shift+ArrowRight")
    expect(mathieu.page.get_by_role("status")).to_contain_text("09:00 – 11:00 (2 h)")
    mathieu.page.keyboard.press("Enter")
    has_filled_in(mathieu, "09:00", "11:00")


def test_escape_gives_the_selection_up(visit: Visit) -> None:
    mathieu = at_the_week(visit)
    hour(mathieu, "09:00").get_by_role("link").focus()
    mathieu.page.keyboard.press("Shift+ArrowRight")
    expect(mathieu.page.locator(".is-selected")).to_have_count(2)
    mathieu.page.keyboard.press("Escape")
    expect(mathieu.page.locator(".is-selected")).to_have_count(0)


def test_without_scripts_the_hours_are_chosen_in_the_form(visit: Visit, device: Device) -> None:
    mathieu = visit("mathieu.schwoerer", device, java_script=False)
    mathieu.choose("Planning")
    mathieu.follow("Fraiseuse numérique grand format 2440×1220")
    mathieu.follow_time(DAY)
    mathieu.page.get_by_role("combobox", name="Début").select_option("09:00")
    mathieu.page.get_by_role("combobox", name="Fin").select_option("11:00")
    mathieu.press("Réserver")
    mathieu.sees_heading("M01 est à vous")
    mathieu.sees("mercredi 25 novembre 2026", "09:00 – 11:00")
    assert mathieu.page.evaluate("document.documentElement.scrollWidth") == device.width
    mathieu.follow("Annuler la réservation")
    mathieu.press("Annuler cette réservation")
    mathieu.sees("Réservation annulée")


def at_the_week(visit: Visit) -> Visitor:
    mathieu = visit("mathieu.schwoerer")
    mathieu.go("/planning/machines/M01")
    return mathieu


def hour(visitor: Visitor, start: str) -> Locator:
    """The free half-hour of the day that starts at this wall time."""
    return visitor.page.locator(f'[data-state="free"][data-start^="{DAY}T{start}"]')


def drag(first: Locator, last: Locator) -> None:
    mouse = first.page.mouse
    first.hover()
    mouse.down()
    last.hover()
    mouse.up()


def has_filled_in(visitor: Visitor, start: str, end: str) -> None:
    visitor.sees_heading("Réserver M01")
    page = visitor.page
    expect(page.get_by_role("textbox", name="Jour (obligatoire)")).to_have_value(DAY)
    expect(page.get_by_role("combobox", name="Début")).to_have_value(start)
    expect(page.get_by_role("combobox", name="Fin")).to_have_value(end)
    visitor.sees("Ce créneau est libre pour vous")
