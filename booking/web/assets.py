"""Static files under addresses that change with their content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for


def init_app(app: Flask) -> None:
    app.add_template_global(asset_url)


def asset_url(name: str) -> str:
    """The address of a file of `static/`, with a mark of its content."""
    return _address(str(current_app.static_folder), name, request.script_root)


@cache
def _address(folder: str, name: str, _root: str) -> str:
    """Made once: a page names some twenty signs of the same file."""
    mark = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=mark)
