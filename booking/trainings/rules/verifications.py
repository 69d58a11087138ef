"""What a stranger who checks a certificate reads of its holder."""

from __future__ import annotations

from enum import StrEnum


class ShownName(StrEnum):
    """How much of the holder's name he has agreed to show."""

    NOTHING = "NOTHING"
    INITIALS = "INITIALS"
    WHOLE = "WHOLE"


def shown_name(name: str, shown: ShownName) -> str:
    """The part of a name that may be read; empty for none of it."""
    match shown:
        case ShownName.WHOLE:
            return name
        case ShownName.INITIALS:
            return " ".join(_initials(word) for word in name.split())
        case ShownName.NOTHING:
            return ""


def _initials(word: str) -> str:
    return "-".join(f"{part[0]}." for part in word.split("-") if part)
