"""Why an act on the site is refused."""

from __future__ import annotations

from enum import StrEnum


class SiteRefusal(StrEnum):
    """The reasons, as codes; their words are in `wording`."""

    ALREADY_THERE = "ALREADY_THERE"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    VERSION_TAKEN = "VERSION_TAKEN"


class SiteRefused(Exception):  # noqa: N818 - it names what happened
    """The act cannot be; nothing of it is kept."""

    def __init__(self, refusal: SiteRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
