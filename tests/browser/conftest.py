"""Browsers for the stories; no page of a story may have a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import DESKTOP, DEVICES, Device, Visitor, new_context
from tests.chromium import Served


@pytest.fixture(params=DEVICES, ids=str)
def device(request: pytest.FixtureRequest) -> Device:
    """A desktop, then a phone: the story is lived on each."""
    return request.param


class Visit(Protocol):
    def __call__(
        self, name: str | None = None, device: Device = DESKTOP, java_script: bool = True
    ) -> Visitor: ...


@pytest.fixture
def visit(chromium: Browser, live_server: Served) -> Iterator[Visit]:
    """Gives somebody a browser of his own, signed in when named: `visit("claire.bastian")`."""
    visitors: list[Visitor] = []

    def begin(
        name: str | None = None, device: Device = DESKTOP, java_script: bool = True
    ) -> Visitor:
        context = new_context(chromium, live_server.url, device, java_script)
        visitor = Visitor(context.new_page(), device)
        visitors.append(visitor)
        if name is not None:
            visitor.sign_in(name)
        return visitor

    yield begin
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints()]
    for visitor in visitors:
        visitor.page.context.close()
    assert not complaints, complaints
