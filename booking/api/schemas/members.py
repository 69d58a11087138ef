"""The member who asks."""

from __future__ import annotations

from typing import Annotated

from booking.api.schemas.fields import LowerCase, Told
from booking.members.models import Role
from booking.members.rules import AccountState


class Me(Told):
    code: str
    name: str
    email: str
    language: str
    state: Annotated[str, LowerCase(AccountState)]
    roles: list[Annotated[str, LowerCase(Role)]]
    organisation: str | None
