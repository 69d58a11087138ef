"""Static files under addresses that change with their content, so browsers may keep them; the
signs of the pages.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from markupsafe import Markup


def init_app(app: Flask) -> None:
    app.add_template_global(asset_url)
    app.add_template_global(icon)


def asset_url(name: str) -> str:
    """The address of a file of `static/`, with a mark of its content."""
    return _address(name, request.script_root)


@cache
def _address(name: str, _root: str) -> str:
    """Made once: a page names some twenty signs of the same file."""
    content = (Path(str(current_app.static_folder)) / name).read_bytes()
    return url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:12])


def icon(name: str, class_: str = "") -> Markup:
    """A sign of `static/icons.svg`. Decoration only: its word stands beside it, or in a
    visually-hidden span where there is no room.
    """
    return _drawn(asset_url("icons.svg"), name, class_)


@cache
def _drawn(sprite: str, name: str, class_: str) -> Markup:
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    ).format(f"icon {class_}".strip(), sprite, name)
