"""The blueprints the pages of this slice are bound to."""

from __future__ import annotations

from flask import Blueprint

members = Blueprint("members", __name__)
organisations = Blueprint("organisations", __name__, url_prefix="/organisations")
