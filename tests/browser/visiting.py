"""People at a browser: what they do on a page, and what no page may do to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from booking.demo import PASSWORD


@dataclass(frozen=True)
class Device:
    name: str
    width: int
    height: int
    is_touched: bool = False

    @property
    def viewport(self) -> ViewportSize:
        return {"width": self.width, "height": self.height}

    def __str__(self) -> str:
        return self.name


DESKTOP = Device("desktop", 1280, 800)
PHONE = Device("phone", 390, 844, is_touched=True)
DEVICES = (DESKTOP, PHONE)

PATIENCE = 10_000
"""Milliseconds; a page that takes longer has failed."""

TELLS_TOO_WIDE = """
addEventListener("load", () => {
  const width = Math.max(document.documentElement.scrollWidth, innerWidth);
  if (width > %d) console.error(`${location.pathname} is ${width} px wide`);
});
"""


def new_context(
    chromium: Browser,
    base_url: str,
    device: Device = DESKTOP,
    java_script: bool = True,
) -> BrowserContext:
    context = chromium.new_context(
        base_url=base_url,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport=device.viewport,
        has_touch=device.is_touched,
        is_mobile=device.is_touched,
        java_script_enabled=java_script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(TELLS_TOO_WIDE % device.width)
    return context


@dataclass
class Visitor:
    """Somebody with a page in front of him.

    `faults` gathers what no page may do: an error or a breach of the content policy told on the
    console, a request that fails, a page wider than the screen. An answer that refuses
    something is one too, until the story says that it `was_refused`.
    """

    page: Page
    device: Device = DESKTOP
    loads: int = 0
    refusals: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("load", self._count)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", self._miss)
        self.page.on("response", self._look_at)

    def _count(self, _page: Page) -> None:
        self.loads += 1

    def _hear(self, message: ConsoleMessage) -> None:
        # That an answer was an error is known from the answer itself.
        if message.type in ("error", "warning") and "Failed to load" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _miss(self, request: Request) -> None:
        # Who leaves a page gives up what it was still fetching.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _look_at(self, response: Response) -> None:
        if response.status < 400:
            return
        if response.request.is_navigation_request() and response.status < 500:
            self.refusals.append(response.status)
        else:
            self.faults.append(f"{response.status}: {response.url}")

    # What they do

    def sign_in(self, name: str) -> None:
        """As the demo's account of this name, such as `claire.bastian`."""
        self.go("/login")
        self.page.get_by_label("Adresse électronique").fill(f"{name}@example.org")
        self.page.get_by_label("Mot de passe").fill(PASSWORD)
        self.press("Se connecter")
        expect(self.page).not_to_have_url(re.compile("/login"))

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, button: str) -> None:
        self.main.get_by_role("button", name=button).click()

    def follow(self, link: str) -> None:
        self.main.get_by_role("link", name=link).first.click()

    def choose(self, way: str) -> None:
        """A way of the main navigation."""
        ways = self.page.get_by_role("navigation", name="Navigation principale")
        ways.get_by_role("link", name=way).click()

    def choose_in_menu(self, way: str) -> None:
        """A way of the account's menu."""
        self.page.locator("summary", has_text="Menu du compte").click()
        self.page.locator(".menu[open]").get_by_text(way, exact=True).click()

    def follow_time(self, start: str, state: str = "free") -> None:
        """The first time of this state on a planning that starts at or within `start`.

        A day such as `2026-11-25`, or an instant; on a phone it stands in a list.
        """
        link = self.page.locator(f'[data-state="{state}"] a[href*="starts_at={start}"]:visible')
        link.first.click()

    # What they see

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def sees_heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def was_refused(self, status: int) -> None:
        """Note that the page before us refuses something, as it should."""
        assert status in self.refusals, self.refusals
        self.refusals.remove(status)

    def complaints(self) -> list[str]:
        return self.faults + [f"refused: {status}" for status in self.refusals]
