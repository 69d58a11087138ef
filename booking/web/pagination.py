"""Pages of long lists, named in the address."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select

from booking.database import db

PAGE_SIZE = 25
LAST_PAGE = 100_000


def paginate(query: Select[Any]) -> Pagination:
    """The page of `query` that the address asks for; two statements whatever the data."""
    return db.paginate(query, page=page_asked_for(), per_page=PAGE_SIZE, error_out=False)


def page_asked_for() -> int:
    """The number of the page that the address asks for, the first where it names none."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def url_of_page(number: int) -> str:
    """This same list, at another page."""
    arguments: dict[str, Any] = request.args.to_dict(flat=False) | {"page": number}
    return url_for(request.endpoint or "", **arguments, **(request.view_args or {}))
