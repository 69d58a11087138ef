"""What may stand in an address or a form: what a database can look for. The rest is refused. And
the addresses that a page names often, made with less work.

The converters say "not found" themselves: a mere mismatch would read as a wrong method where
another method has the same address.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, UnicodeConverter

from booking.web.access import wants_json

LARGEST_ID = 2**31 - 1
"""The largest INTEGER of PostgreSQL."""

ADDRESSES_KEPT = 1024


class IdConverter(IntegerConverter):
    """The number of a row; one that no row can have is an address that does not exist."""

    def to_python(self, value: str) -> int:
        number = int(super().to_python(value))
        if number > LARGEST_ID:
            raise NotFound
        return number


class TextConverter(UnicodeConverter):
    """Text without control characters."""

    def to_python(self, value: str) -> str:
        if not value.isprintable():
            raise NotFound
        return super().to_python(value)


def address_of(endpoint: str, **values: Any) -> str:
    """As `url_for`, for an address that is the same for everybody: made once."""
    return _made(endpoint, request.script_root, **values)


def address_of_number(endpoint: str, number: int | str = "") -> str:
    """The address of something that has a number; without one, what the number is added to."""
    return f"{address_of(endpoint, number=0).removesuffix('0')}{number}"


@lru_cache(ADDRESSES_KEPT)
def _made(endpoint: str, _root: str, **values: Any) -> str:
    return url_for(endpoint, **values)


def with_query(address: str, **values: object) -> str:
    """An address of this site that asks for these values, as `url_for` would write it; what is None
    is left out. Where a page names one address again and again, the query alone is made anew.
    """
    asked = {name: value for name, value in values.items() if value is not None}
    return f"{address}?{urlencode(asked)}" if asked else address


def init_app(app: Flask) -> None:
    app.url_map.converters |= {
        "int": IdConverter,
        "string": TextConverter,
        "default": TextConverter,
    }
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """PostgreSQL has no text with NUL in it, and no person types one."""
    sent = [*request.args.values()]
    if request.method not in ("GET", "HEAD") and not wants_json():  # nobody reads a form then
        sent += request.form.values()
    if any("\0" in text for text in sent):
        abort(400)
