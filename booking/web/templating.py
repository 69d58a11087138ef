"""What every template may use."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, has_request_context, templating, url_for
from flask_login import current_user
from jinja2 import StrictUndefined, Template, nodes
from jinja2.visitor import NodeTransformer
from werkzeug.local import LocalProxy

from booking import clock
from booking.site.queries import find_site
from booking.web.access import may
from booking.web.addresses import address_of
from booking.web.locale import LANGUAGES, language, say
from booking.web.navigation import navigation, user_menu


class Environment(templating.Environment):
    """Jinja that makes each template once for every language: its sentences stand in it as they
    are said, and a page need not look up some sixty of them.
    """

    spoken: str | None = None
    """The language of the templates made here; None where they are only asked for."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._by_language: dict[str, Environment] = {}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's name
        if self.spoken is None:
            return self._speaking(language())._load_template(name, globals)
        return super()._load_template(name, globals)

    def _speaking(self, spoken: str) -> Environment:
        if spoken not in self._by_language:
            made: Any = self.overlay()
            made.spoken = spoken
            self._by_language[spoken] = made
        return self._by_language[spoken]

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        if self.spoken is not None:
            source = Saying().visit(source)
        return super()._generate(source, name, filename, defer_init)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As they are when a template is first used, in one layer: Jinja's two are looked through
        for each name, and compared wherever a page takes macros from another file.
        """
        return {**self.globals, **(d or {})}


class Saying(NodeTransformer):
    """Puts the words of the present language where a template names a sentence without values."""

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        is_sentence = isinstance(node.node, nodes.Name) and node.node.name == "_"
        match node.args:
            case [nodes.Const(value=str(text))] if is_sentence and not node.kwargs:
                said = nodes.Const(say(text), lineno=node.lineno)
                return nodes.MarkSafeIfAutoescape(said, lineno=node.lineno)
        return node


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        may=may,
        navigation=navigation,
        user_menu=user_menu,
        now=clock.now,
        url_for=_url_for,
        address_of=address_of,
        current_user=current_user,  # macros see what is global, not the page's context
    )
    app.context_processor(_common)


def _url_for(endpoint: str, **values: Any) -> str:
    """As Flask's; every page names a dozen addresses that need no values."""
    if values or not has_request_context():
        return url_for(endpoint, **values)
    return address_of(endpoint)


def _common() -> dict[str, Any]:
    return {
        "site": LocalProxy(find_site),
        "current_language": language(),
        "languages": list(LANGUAGES.items()),
    }
