"""PDF files as tests read them: their text, and their pages as pictures.

Without the libraries that WeasyPrint draws with these tests are skipped, with one line at the end
of the run that says so; with BOOKING_REQUIRE_PDF=1 they fail instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from booking.web.pdf import _weasyprint, makes_pdf

if TYPE_CHECKING:
    from PIL.Image import Image

NO_PANGO = (
    "WeasyPrint found nothing to draw with, so the tests of PDF files did not run. "
    "On Debian and Ubuntu: sudo apt install libpangoft2-1.0-0 libharfbuzz-subset0"
)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_PANGO in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(NO_PANGO, yellow=True)


@pytest.fixture
def pdf_maker() -> None:
    """For tests that need PDF files to be made."""
    if not makes_pdf():
        if os.environ.get("BOOKING_REQUIRE_PDF") == "1":
            pytest.fail(NO_PANGO)
        pytest.skip(NO_PANGO)


@pytest.fixture
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine where WeasyPrint cannot be imported."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    _weasyprint.cache_clear()
    yield
    _weasyprint.cache_clear()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2

    with closing(pypdfium2.PdfDocument(data)) as document:
        yield document


def text_of(data: bytes) -> str:
    """What is written on all pages, one after the other."""
    with _opened(data) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def sizes_of(data: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in millimetres."""
    with _opened(data) as document:
        sizes = [page.get_size() for page in document]
    return [(round(w / 72 * 25.4, 1), round(h / 72 * 25.4, 1)) for w, h in sizes]


def pictures_of(data: bytes, scale: float = 2) -> list[Image]:
    with _opened(data) as document:
        return [page.render(scale=scale).to_pil() for page in document]


def codes_in(picture: Any) -> list[str]:
    """The texts of the QR codes in a picture, read by a decoder that is not the encoder's."""
    import zxingcpp

    return [found.text for found in zxingcpp.read_barcodes(picture)]
