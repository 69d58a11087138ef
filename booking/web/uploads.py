"""Requests that carry files: larger than any other, and only where a view says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

_LIMIT = "most_bytes_sent"


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Below the declared access: this view alone may be sent so many bytes."""

    def mark(view: View) -> View:
        setattr(view, _LIMIT, most_bytes)
        return view

    return mark


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_raise_the_limit)


def _raise_the_limit(endpoint: str | None, _values: object) -> None:
    """Before anything reads the body, such as the protection of forms."""
    view = current_app.view_functions.get(endpoint or "")
    most_bytes = getattr(view, _LIMIT, None)
    if most_bytes is not None:
        request.max_content_length = most_bytes
