"""Every form and call sent several times at the same moment: as if one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.database import Base, db
from tests.programs import Program, new_token
from tests.web.all_calls import CALLS
from tests.web.all_forms import SENDINGS
from tests.web.checking import Browser, Form
from tests.web.places import Place

TABS = 2
PRESSES = 2
"""So many tabs of one browser, or keys of one program; with each it is sent so often."""
APART = {
    "members.change_password": "who asks twice at once has known the password both times",
    "planning.open_kiosk": "a browser keeps the cookie of its last answer, so each makes one",
}
NOT_COUNTED = {"form_key", "login_session"}


class Outcome(NamedTuple):
    """The statuses of the answers, the best first, and how many rows each table then has."""

    answers: list[int]
    rows: dict[str, int]


Press = Callable[[], int]
"""Sends something and says the status of the answer."""


@pytest.mark.parametrize("endpoint", sorted(SENDINGS.keys() - APART.keys()))
def test_what_is_sent_at_once_leaves_what_is_sent_one_after_the_other(
    new_place: Place, endpoint: str
) -> None:
    compare(new_place, lambda: presses_of_form(new_place, endpoint))


@pytest.mark.parametrize("endpoint", sorted(CALLS))
def test_what_is_called_at_once_leaves_what_is_called_one_after_the_other(
    new_place: Place, endpoint: str
) -> None:
    compare(new_place, lambda: presses_of_call(new_place, endpoint))


def compare(place: Place, make_presses: Callable[[], list[Press]]) -> None:
    expected = outcome_of(place.app, make_presses(), at_once=1)
    place.renew()
    found = outcome_of(place.app, make_presses(), at_once=TABS * PRESSES)
    assert found.rows == expected.rows
    assert max(found.answers) < 500
    succeeded = [status for status in expected.answers if status < 400]
    assert all(status < 400 for status in found.answers[: len(succeeded)])


def presses_of_form(place: Place, endpoint: str) -> list[Press]:
    sending = place.sending(endpoint)
    browser = Browser(place.app, sending.by)
    forms = [browser.get(sending.page).form(sending.to) for _ in range(TABS)]

    def press(form: Form) -> Press:
        beside, values = browser.beside(), form.filled(sending.fill)
        return lambda: beside.post(form.action, values).status_code

    return [press(form) for form in forms for _ in range(PRESSES)]


def presses_of_call(place: Place, endpoint: str) -> list[Press]:
    call = CALLS[endpoint]
    path, token = call.path.format(**place.names), new_token(place.app, call.by)

    def press(key: str) -> Press:
        program = Program(place.app.test_client(), token)
        return lambda: program.post(path, call.body, **{"Idempotency-Key": key}).status_code

    return [press(f"key {tab}") for tab in range(TABS) for _ in range(PRESSES)]


def outcome_of(app: Flask, presses: list[Press], at_once: int) -> Outcome:
    ready = Barrier(at_once)

    def send(press: Press) -> int:
        ready.wait()
        return press()

    with ThreadPoolExecutor(at_once) as threads:
        answers = sorted(threads.map(send, presses))
    return Outcome(answers, rows_of_each_table(app))


def rows_of_each_table(app: Flask) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_COUNTED]
    counts = (select(func.count()).select_from(table).scalar_subquery() for table in tables)
    with app.app_context():
        (row,) = db.session.execute(select(*counts))
    return dict(zip((table.name for table in tables), row, strict=True))
