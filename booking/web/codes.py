"""Codes to scan that lead to an address of the site."""

from __future__ import annotations

import segno
from flask import Flask
from markupsafe import Markup


def init_app(app: Flask) -> None:
    app.add_template_global(code_image)


def code_image(address: str) -> Markup:
    """The code as an SVG image of black squares on white."""
    code = segno.make(address, error="m", micro=False)
    image = code.svg_inline(border=2, dark="#000", light="#fff", svgclass="qr", omitsize=True)
    return Markup(image)  # noqa: S704 - made here of an address of ours
