"""What is shipped to browsers: true to its sources, and light."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from tools import build_css

PROJECT = Path(__file__).resolve().parent.parent
STATIC = PROJECT / "booking" / "static"
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
PAGE_BUDGET_BYTES = 100_000
LARGEST_PAGE_BYTES = 25_000


def test_the_built_style_sheet_is_made_of_its_present_sources() -> None:
    assert build_css.BUILT.read_text(encoding="utf-8") == build_css.stylesheet(), (
        "run python3 tools/build_css.py"
    )


@pytest.mark.parametrize(
    "sums",
    sorted([*STATIC.glob("vendor/*/SHA256SUMS"), *PROJECT.glob("tests/vendor/*/SHA256SUMS")]),
    ids=lambda path: path.parent.name,
)
def test_vendored_files_are_the_released_ones_and_carry_their_licence(sums: Path) -> None:
    expected = {name: mark for mark, name in map(str.split, sums.read_text().splitlines())}
    actual = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sums.parent.iterdir()
        if path != sums
    }
    assert actual == expected
    assert "LICENSE" in actual


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    literal_icon = re.compile(r'\bicon\("([^"~]+)"[,)]')
    named = {name for path in TEMPLATES for name in literal_icon.findall(path.read_text())}
    assert named - drawn == set()


def test_no_template_carries_a_style_or_script_the_content_policy_refuses() -> None:
    inline = re.compile(r"<style|<[^>{]*\s(style|on[a-z]+)=|<script(?![^>]*\ssrc=)")
    offenders = [path.name for path in TEMPLATES if inline.search(path.read_text())]
    assert offenders == []


def test_no_template_switches_escaping_off_and_on() -> None:
    """A file of macros has one context for all threads: switched in one, it is switched in all."""
    switch = re.compile(r"{%[-+]?\s*(end)?autoescape")
    written = [*TEMPLATES, *(PROJECT / "templates").rglob("*.txt")]
    offenders = [path.name for path in written if switch.search(path.read_text())]
    assert offenders == []


def test_a_cold_page_with_every_file_stays_within_its_budget() -> None:
    files = ["css/app.css", "icons.svg", "js/app.js", "js/grid-select.js", "js/grid-move.js"]
    paths = [STATIC / name for name in files] + list(STATIC.glob("vendor/htmx-*/htmx.min.js"))
    weight = sum(len(gzip.compress(path.read_bytes())) for path in paths)
    assert weight + LARGEST_PAGE_BYTES <= PAGE_BUDGET_BYTES
