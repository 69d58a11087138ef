"""Commands of occupancies."""

from __future__ import annotations

from flask.cli import AppGroup

doctor = AppGroup("doctor")
