"""Commands of outbox."""

from __future__ import annotations

from flask.cli import AppGroup

worker = AppGroup("worker")
