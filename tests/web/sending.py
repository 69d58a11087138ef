"""Opening a page and sending its form, in one line."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.web.checking import Browser, Form, Page


def send(
    browser: Browser, path: str, status: int = 303, *, action: str = "", **values: Any
) -> Page:
    """The page that follows the form of a page: the one sent to `action`, or to the page itself.

    A refusal (`status` 4xx) is the page shown again.
    """
    return browser.send(form_to(browser.get(path), action or path), status, **values)


def form_to(page: Page, action: str) -> Form:
    """The form that a page posts to an address; of the buttons of a list, the first."""
    found = [form for form in page.forms if form.posts and urlsplit(form.action).path == action]
    assert found, f"{page.url} has no form for {action}"
    return found[0]
