"""Commands of members."""

from __future__ import annotations

from flask.cli import AppGroup

members = AppGroup("members")
tokens = AppGroup("tokens")
