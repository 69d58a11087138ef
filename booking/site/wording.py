"""The words of the site: refusals, and the texts that those who run it write in Markdown."""

from __future__ import annotations

import re

import nh3
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from booking.site.refusals import SiteRefusal

_markdown = MarkdownIt("commonmark", {"html": False})


def explain(refusal: SiteRefusal) -> str:
    """Why the act is refused, and what to do."""
    return {
        SiteRefusal.ALREADY_THERE: _("Le lieu existe déjà."),
        SiteRefusal.CHANGED_MEANWHILE: _(
            "Quelqu’un a modifié les réglages pendant que vous les remplissiez. "
            "Rien n’a été enregistré : rechargez la page et reprenez vos changements."
        ),
        SiteRefusal.VERSION_TAKEN: _("Une version porte déjà ce nom."),
    }[refusal]


def markdown(text: str) -> Markup:
    """Markdown as safe HTML; its headings start below the page's own."""
    html = re.sub(r"(?<=<h|/h)[1-5](?=>)", lambda level: str(int(level[0]) + 1), _render(text))
    return Markup(nh3.clean(html))  # noqa: S704 - cleaned just now


def _render(text: str) -> str:
    return _markdown.render(text)
