"""Moving a reservation: dragged on the week, with the arrows, and by form on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.visiting import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.browser

WEEK = "/planning/machines/M01?from=2026-11-23"
MORNING = "machine=M01&starts_at=2026-11-25T09:00%2B01:00&ends_at=2026-11-25T11:00%2B01:00"


@pytest.fixture
def mathieu(visit: Visit) -> Visitor:
    """With M01 on Wednesday from 09:00 to 11:00."""
    return with_a_reservation(visit("mathieu.schwoerer", DESKTOP))


def with_a_reservation(visitor: Visitor) -> Visitor:
    visitor.go(f"/reservations/new?{MORNING}")
    visitor.press("Réserver")
    visitor.sees_heading("M01 est à vous")
    return visitor


def own(visitor: Visitor) -> Locator:
    visitor.go(WEEK)
    return visitor.page.locator("td[data-move-url]")


def is_filled_in(visitor: Visitor, day: str, start: str, end: str) -> None:
    visitor.sees_heading("Changer l’heure de M01")
    expect(visitor.page.locator("#starts_on")).to_have_value(day)
    expect(visitor.page.locator("#start_time")).to_have_value(start)
    expect(visitor.page.locator("#end_time")).to_have_value(end)
    visitor.sees("Ce changement est possible")


def test_it_is_dragged_to_another_day_and_stretched_at_its_end(mathieu: Visitor) -> None:
    cell, page = own(mathieu), mathieu.page
    box = cell.bounding_box()
    assert box is not None
    half_hour = box["width"] / 4
    thursday = page.locator('tr[data-line="2026-11-26"]').bounding_box()
    assert thursday is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + half_hour, thursday["y"] + 10, steps=4)
    expect(page.get_by_role("status")).to_contain_text("jeu. 26 nov., 09:30 – 11:30 (2 h)")
    page.mouse.up()
    is_filled_in(mathieu, "2026-11-26", "09:30", "11:30")
    mathieu.press("Enregistrer le changement")
    mathieu.sees("La réservation est modifiée", "jeudi 26 novembre 2026, 09:30 – 11:30")

    box = own(mathieu).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3 - half_hour, box["y"] + 10, steps=3)
    page.mouse.up()
    is_filled_in(mathieu, "2026-11-26", "09:30", "11:00")


def test_it_is_moved_with_the_arrows_and_left_with_escape(mathieu: Visitor) -> None:
    link, keyboard = own(mathieu).get_by_role("link"), mathieu.page.keyboard
    status = mathieu.page.get_by_role("status")
    link.focus()
    expect(link).to_have_accessible_description(
        "Flèches : déplacer. Majuscule et flèches : "
        "allonger ou raccourcir. Entrée : vérifier et confirmer. Échap : laisser comme c’est."
    )
    keyboard.press("ArrowRight")
    expect(status).to_contain_text("09:30 – 11:30 (2 h)")
    keyboard.press("Escape")
    expect(mathieu.page.locator(".selection-status")).to_be_empty()
    expect(mathieu.page.locator(".move-ghost")).to_have_count(0)
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowRight"):
        keyboard.press(key)
    expect(status).to_contain_text("jeu. 26 nov., 09:30 – 12:00 (2 h 30)")
    keyboard.press("Enter")
    is_filled_in(mathieu, "2026-11-26", "09:30", "12:00")


def test_on_the_day_it_goes_to_a_machine_alike_and_to_no_other(mathieu: Visitor) -> None:
    mathieu.page.set_viewport_size({"width": 1280, "height": 1400})
    mathieu.go("/planning?on=2026-11-25")
    cell, page = mathieu.page.locator("td[data-move-url]"), mathieu.page
    status = page.get_by_role("status")
    drag(mathieu, cell, page.locator('tr[data-machine="M05"]'))
    expect(page.locator(".move-ghost")).to_have_count(0)
    drag(mathieu, cell, page.locator('tr[data-machine="M02"]'))
    is_filled_in(mathieu, "2026-11-25", "09:00", "11:00")
    expect(page.locator("#machine")).to_have_value("M02")
    page.go_back()
    cell.get_by_role("link").focus()
    page.keyboard.press("ArrowDown")
    expect(status).to_contain_text("M02")
    page.keyboard.press("Enter")
    expect(page.locator("#machine")).to_have_value("M02")
    mathieu.press("Enregistrer le changement")
    mathieu.sees("La réservation est modifiée", "M02")


def drag(visitor: Visitor, cell: Locator, row: Locator) -> None:
    """Pull the middle of a cell straight to another row, and let go."""
    box, to = cell.bounding_box(), row.bounding_box()
    assert box is not None
    assert to is not None
    x = box["x"] + box["width"] / 2
    mouse = visitor.page.mouse
    mouse.move(x, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(x, to["y"] + to["height"] / 2, steps=4)
    mouse.up()


def test_on_a_phone_and_without_scripts_the_form_does_it(visit: Visit) -> None:
    mathieu = with_a_reservation(visit("mathieu.schwoerer", PHONE, java_script=False))
    mathieu.follow("Changer l’heure")
    mathieu.page.get_by_role("combobox", name="Début").select_option("03:00")
    mathieu.press("Enregistrer le changement")
    mathieu.was_refused(422)
    mathieu.sees("Rien n’a changé : l’heure prévue reste la même")
    mathieu.page.get_by_role("combobox", name="Début").select_option("10:00")
    mathieu.press("Voir le prix")
    mathieu.sees("Ce changement est possible", "de moins que maintenant")
    mathieu.press("Enregistrer le changement")
    mathieu.sees("mercredi 25 novembre 2026, 10:00 – 11:00")
