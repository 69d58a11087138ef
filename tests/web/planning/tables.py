"""Reading a planning page as a person would: what each row says at which hour."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tests.web.checking import Page
from tests.web.markup import Element


@dataclass(frozen=True)
class ShownCell:
    """A cell of the table: its columns, its state, its words, and where it leads."""

    first: int
    last: int
    state: str
    text: str
    href: str
    starts: str

    @property
    def asks(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.href).query).items()}


def rows(page: Page) -> dict[str, list[ShownCell]]:
    """The cells of each row by its line: a machine's code, or a date."""
    return {
        row["data-line"]: list(_cells(row)) for row in page.document.all("tr") if row["data-line"]
    }


def _cells(row: Element) -> list[ShownCell]:
    cells = []
    column = 0
    for cell in row.all("td"):
        width = int(cell["colspan"] or 1)
        links = cell.all("a")
        href = links[0]["href"] if links else ""
        starts = cell["data-start"]
        cells.append(ShownCell(column, column + width, cell["data-state"], cell.text, href, starts))
        column += width
    return cells


def headings(page: Page) -> list[tuple[str, int]]:
    """The hours above the columns, without the corner."""
    head = page.document.first("thead")
    return [(th.text, int(th["colspan"] or 1)) for th in head.all("th")[1:]]


def hours(page: Page) -> list[str]:
    """The time above each column of half an hour."""
    return [
        label if not half else label.replace(":00", ":30", 1)
        for label, width in headings(page)
        for half in range(width)
    ]


def state_at(page: Page, line: str, hour: str) -> ShownCell:
    """The cell of a line under an hour such as `09:30`."""
    column = hours(page).index(hour)
    return next(cell for cell in rows(page)[line] if cell.first <= column < cell.last)


def listed(page: Page, heading: str) -> list[str]:
    """The lines of the list under a heading, as `free 08:00 – 12:00 Libre …`."""
    for day in page.document.all("li"):
        if "agenda-day" in day["class"] and heading in day.first("h2").text:
            return [
                f"{item['data-state']} {item.text}" for item in day.all("li") if item["data-state"]
            ]
    raise AssertionError(heading)
