"""Why an act on an account is refused."""

from __future__ import annotations

from enum import StrEnum


class AccountRefusal(StrEnum):
    """The reasons, as codes; their words are in `wording`."""

    WRONG_STATE = "WRONG_STATE"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    ONLY_ADMINISTRATORS = "ONLY_ADMINISTRATORS"
    OWN_ROLES = "OWN_ROLES"
    OWN_ACCOUNT = "OWN_ACCOUNT"
    EMAIL_TAKEN = "EMAIL_TAKEN"
    BADGE_TAKEN = "BADGE_TAKEN"
    RULES_CHANGED = "RULES_CHANGED"


class ActRefused(Exception):  # noqa: N818 - it names what happened
    """The act cannot be; nothing of it is kept."""

    def __init__(self, refusal: AccountRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
