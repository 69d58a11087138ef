"""Several readers at the same moment: each gets his own page, as if he were alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from flask import Flask

from tests.web.checking import Browser
from tests.web.planning.asking import forget_what_is_drawn

PLANNINGS = ("/planning?on=2026-11-25", "/planning/machines/M17")
PAGES = (
    *PLANNINGS,
    "/",
    "/planning?on=2026-11-25&view=list",
    "/machines/M03",
    "/machines/M05/path",
    "/reservations",
    "/reservations/new?machine=M11",
    "/certifications",
    "/decisions",
)
READERS = (("U05", "fr"), ("S1", "de"), ("U25", "en"), ("U02", "fr"))
OFTEN = 40
DIFFERENT_EACH_TIME = re.compile(r'(name="(?:csrf_token|form_key)"[^>]* value)="[^"]*"')


@pytest.fixture(autouse=True)
def threads_take_turns_all_the_time() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([*product(PAGES, READERS)], id="every page"),
        # Two that stand in each other's way for the length of one step are seldom caught at it.
        pytest.param([*product(PLANNINGS, READERS)] * OFTEN, id="the plannings often"),
    ],
)
@pytest.mark.sqlite_only
def test_a_page_is_the_same_whoever_else_reads_at_that_moment(
    demo_app: Flask, asked: list[tuple[str, tuple[str, str]]]
) -> None:
    browsers = {reader: Browser(demo_app, *reader) for reader in READERS}

    def shown(one: tuple[str, tuple[str, str]]) -> tuple[int, str]:
        page, reader = one
        answer = browsers[reader].ask(page)
        return answer.status_code, DIFFERENT_EACH_TIME.sub(r"\1", answer.text)

    alone = {one: shown(one) for one in {*asked}}
    forget_what_is_drawn()
    with ThreadPoolExecutor(len(READERS)) as readers:
        together = [*readers.map(shown, asked)]
    assert {one for one, page in zip(asked, together, strict=True) if page != alone[one]} == set()
