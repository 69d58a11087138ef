"""What the API promises: requests checked against their schemas, and the OpenAPI document.

Below `@requires` or `@public`, `@contract.validate(json=..., resp=answers(...))` refuses what does
not fit the schema before the view sees it; the view takes `json`, `query` or `headers` by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn

from flask import Request, abort
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin
from spectree.utils import get_multidict_items
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from booking.api.schemas.problems import Problem
from booking.api.wording import explain_all, fault
from booking.web.errors import problem

ALWAYS_POSSIBLE = (429, 500, 503)


class StrictFlask(FlaskPlugin):
    """Reads a request without guessing: what is not JSON is refused as such."""

    def request_validation(
        self, request: Request, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        request.context = Context(  # type: ignore[attr-defined]
            query=query and query.model_validate(get_multidict_items(request.args, query)),
            json=json and json.model_validate(body_of(request)),
            form=None,
            headers=headers and headers.model_validate(dict(request.headers)),
            cookies=None,
        )


def body_of(request: Request) -> Any:
    """The JSON sent, `{}` for an empty body; raises what becomes 400, 413 or 415."""
    if not request.get_data():
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest from None


def refuse_invalid(
    _request: Any, _response: Any, error: Exception | None, _instance: Any, _adapter: Any
) -> None:
    if isinstance(error, ValidationError):
        abort(problem(422, errors=explain_all(error)))


def refused(field: str, code: str) -> NoReturn:
    """Answer 422 for one field whose value fits the schema and yet names nothing."""
    abort(problem(422, errors=[fault(field, code)]))


def name_of(model: type[BaseModel]) -> str:
    return model.__name__


contract = SpecTree(
    backend=StrictFlask,
    before=refuse_invalid,
    validation_error_model=Problem,
    naming_strategy=name_of,
    nested_naming_strategy=lambda _parent, child: child,
    mode="strict",
    title="Établi",
    version="1",
    description=(
        "Machines, trainings, certifications and reservations of a shared workshop.\n\n"
        "Instants are ISO 8601 with an offset; answers carry the offset of the workshop's clock. "
        "Periods are half-open: one that ends at 10:00 does not touch one that starts at 10:00. "
        "Machines, areas, trainings and members are named by their codes. Texts come in the "
        "language of the account, for visitors in the best one of `Accept-Language` (fr, en, de)."
    ),
    openapi_version="3.1.0",
    security_schemes=[
        SecurityScheme(
            name="bearer",
            data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"),
        )
    ],
)

BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
BEARER_OR_NONE: list[dict[str, list[str]]] = [{"bearer": []}, {}]


def answers(
    model: type[BaseModel], *problems: int, status: int = 200, **described: Any
) -> Response:
    """The answers of a view: its own, the named problems, and those that any view may give.

    `described` names further answers as spectree does, such as `HTTP_409=(Model, "why")`.
    """
    models = {f"HTTP_{code}": Problem for code in sorted({*problems, *ALWAYS_POSSIBLE})}
    return Response(**{f"HTTP_{status}": model} | models | described)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    made: dict[str, Any] = contract.spec
    for operation in _operations(made):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and "content" in answer:
                answer["content"] = {
                    "application/problem+json": answer["content"]["application/json"]
                }
    return made


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in made["paths"].values():
        yield from path.values()
