"""Where a person is sent after an act: only ever to a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_address(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None.

    Browsers read `//host`, `/\\host` and control characters in ways that lead elsewhere.
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if not target.isprintable():
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None
