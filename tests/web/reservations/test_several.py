"""Several machines at one time on one form."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from booking.reservations.models import Reservation
from tests.digests import digests_of
from tests.web.checking import Browser
from tests.web.reservations.asking import MORNING, all_of, ask_for, refusals_on

SEVERAL = "/reservations/several"


def test_machines_are_added_to_a_reservation_and_come_at_once_or_not_at_all(
    demo_app: Flask,
) -> None:
    browser = Browser(demo_app, "U02")
    form = ask_for(browser, MORNING | {"several": "1"}).form(SEVERAL)
    before = digests_of(demo_app)
    for_two = {"machine_2": "M17", "member_2": "U03", "purpose": "Meuble bas"}
    refused = browser.send(form, 422, **for_two, machine_3="M01", member_3="U04")
    assert refusals_on(refused)
    browser.send(form, 200, **for_two, judge="1")
    browser.send(form, 403, machine_2="M17", member_2="U05")
    assert digests_of(demo_app) == before
    browser.send(form, 303, **for_two)
    made = all_of(demo_app, select(Reservation).where(Reservation.purpose == "Meuble bas"))
    assert len(made) == 2
