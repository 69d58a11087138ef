"""Every view says who may use it: `public`, or `requires(permission)`. Otherwise no start."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Request, abort, current_app, request
from flask_login import current_user

from booking import permissions
from booking.members.models import Member

View = TypeVar("View", bound=Callable[..., Any])


def acting_member() -> Member | None:
    """The member who is signed in, by cookie or token."""
    person = current_user._get_current_object()
    return person if person.is_authenticated else None


def get_acting_member() -> Member:
    """The member who is signed in; for views that `requires` guards."""
    member = acting_member()
    if member is None:
        abort(401)
    return member


def may(permission: str, thing: Any = None) -> bool:
    """Whether the present user may do this; for views and templates."""
    return permissions.may(acting_member(), permission, thing)


def public(view: View) -> View:
    """Anyone may use this view."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(permission: str, of: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Only who holds `permission` may use the view.

    With `of`, the view's URL arguments are given to it; what it finds is handed to the view in
    their place. What is not there and what belongs to others answers 404 alike.
    """
    if permission not in permissions.PERMISSIONS:
        raise KeyError(permission)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            member = acting_member()
            if member is None:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if of is None:
                if not permissions.may(member, permission):
                    abort(403)
                return view(**arguments)
            thing = of(**arguments)
            if thing is None or not permissions.may(member, permission, thing):
                abort(404)
            return view(thing)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def check_declared(app: Flask) -> None:
    """Stop the start when a view does not say who may use it."""
    undeclared = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    )
    if undeclared:
        raise RuntimeError(f"views without declared access: {', '.join(undeclared)}")


def wants_json(asking: Request | None = None) -> bool:
    """Whether the answer goes to a program: errors become problem documents."""
    return (asking or request).path.startswith("/api/")
