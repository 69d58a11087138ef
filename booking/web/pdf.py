"""Pages as PDF files, where WeasyPrint and the libraries it draws with are installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, current_app
from werkzeug.security import safe_join

HERE = "https://etabli.invalid"
"""What the addresses of a page are taken against; nothing is ever fetched from there."""


def init_app(app: Flask) -> None:
    app.add_template_global(makes_pdf)


def makes_pdf() -> bool:
    """Whether pages can be handed out as files; otherwise the browser prints them."""
    return _weasyprint() is not None


def pdf_of(page: str, name: str) -> Response:
    """The file that a page's markup makes, to be opened in the browser as `<name>.pdf`."""
    response = Response(pdf_bytes(page), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def pdf_bytes(page: str) -> bytes:
    """The content of that file, with the marks that those who hear it need (PDF/UA)."""
    weasyprint = _weasyprint()
    assert weasyprint is not None, "ask makes_pdf() first"
    document = weasyprint.HTML(string=page, base_url=HERE, url_fetcher=_fetcher())
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))


@cache
def _weasyprint() -> Any:
    """The library, or None where it or what it loads from the system is missing."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    return weasyprint


def _fetcher() -> Any:
    """Reads our own static files for a page, and nothing else: neither the network nor the disk."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            asked = urlsplit(url)
            if f"{asked.scheme}://{asked.netloc}" != HERE or "/static/" not in asked.path:
                raise ValueError(f"not a file of ours: {url}")
            name = unquote(asked.path.partition("/static/")[2])
            path = safe_join(str(current_app.static_folder), name)
            if path is None:
                raise ValueError(f"not a file of ours: {url}")
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "text/css"})

    return OwnFiles()
