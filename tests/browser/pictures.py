"""`python -m tests.browser.pictures`: takes the screenshots of the documentation anew.

They show the demo site with its agenda at the reference clock and go to `docs/images/`. Date
fields are drawn in the browser's own language: for French ones Debian has `chromium-l10n`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from booking import create_app
from tests.applications import load_demo, migrate, settings_for
from tests.browser.visiting import DESKTOP, PHONE, Device, Visitor, new_context
from tests.chromium import NO_CHROMIUM, find_chromium, served

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 200_000
"""Bytes of one picture, so that the README opens fast."""

SUNDAY_ON_THE_LASER = (
    "machine=M03&starts_at=2026-11-29T10:00%2B01:00&ends_at=2026-11-29T12:00%2B01:00"
)


@dataclass(frozen=True)
class Picture:
    file: str
    device: Device
    who: str
    path: str


PICTURES = (
    Picture("week-desktop.png", DESKTOP, "mathieu.schwoerer", "/planning/machines/M02"),
    Picture("week-phone.png", PHONE, "mathieu.schwoerer", "/planning/machines/M02"),
    Picture("day-desktop.png", DESKTOP, "claire.bastian", "/planning?on=2026-11-25"),
    Picture("decisions-desktop.png", DESKTOP, "claire.bastian", "/decisions"),
    Picture(
        "refusal-desktop.png",
        DESKTOP,
        "guillaume.fritsch",
        f"/reservations/new?{SUNDAY_ON_THE_LASER}",
    ),
    Picture("machine-phone.png", PHONE, "mathieu.schwoerer", "/machines/M01"),
)


def main() -> None:
    program = find_chromium()
    if program is None:
        sys.exit(NO_CHROMIUM)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"], env={**os.environ, "LANGUAGE": "fr"}
        )
        with served(lambda url: demo_site(Path(folder), url)) as site:
            for picture in PICTURES:
                take(browser, site.url, picture)
        browser.close()


def demo_site(folder: Path, url: str) -> Flask:
    database_url = f"sqlite:///{folder / 'pictures.sqlite'}"
    settings = settings_for(database_url, folder, mode="demo", base_url=url)
    migrate(settings)
    load_demo(settings, with_agenda=True)
    return create_app(settings)


def take(browser: Browser, base_url: str, picture: Picture) -> None:
    context = new_context(browser, base_url, picture.device)
    visitor = Visitor(context.new_page(), picture.device)
    visitor.sign_in(picture.who)
    visitor.go(picture.path)
    if complaints := visitor.complaints():
        sys.exit(f"{picture.path}: {complaints}")
    file = FOLDER / picture.file
    visitor.page.screenshot(path=file)
    context.close()
    size = file.stat().st_size
    print(f"{picture.file}: {size // 1000} kB")
    if size > LARGEST:
        sys.exit(f"{picture.file} has {size} bytes, more than {LARGEST}")


if __name__ == "__main__":
    main()
