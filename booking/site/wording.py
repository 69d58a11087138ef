"""The words of the site: its texts, written in Markdown by those who run it."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False})


def markdown(text: str) -> Markup:
    """Markdown as safe HTML; its headings start below the page's own."""
    html = _markdown.render(text)
    for level in range(5, 0, -1):
        html = html.replace(f"<h{level}>", f"<h{level + 1}>")
        html = html.replace(f"</h{level}>", f"</h{level + 1}>")
    return Markup(nh3.clean(html))  # noqa: S704 - cleaned just now
