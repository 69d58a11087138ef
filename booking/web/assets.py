"""Static files under addresses that change with their content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, url_for


def init_app(app: Flask) -> None:
    app.add_template_global(asset_url)


def asset_url(name: str) -> str:
    """The address of a file of `static/`, with a mark of its content."""
    return url_for("static", filename=name, v=_mark(str(current_app.static_folder), name))


@cache
def _mark(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
