"""Only addresses of this site are followed after an act."""

from __future__ import annotations

import pytest

from booking.web.redirects import local_address


@pytest.mark.parametrize("target", ["/", "/me", "/machines?area=BOIS&page=2", "/é", "/a//b"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert local_address(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "me",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/me\r\nSet-Cookie: x=1",
        "\x00/me",
        " /me",
    ],
)
def test_anything_else_is_not(target: str | None) -> None:
    assert local_address(target) is None
