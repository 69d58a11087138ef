"""Who asks."""

from __future__ import annotations

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract
from booking.api.schemas.members import Me
from booking.web.access import get_acting_member, requires


@api.get("/me")
@requires("account.use")
@contract.validate(resp=answers(Me, 401), tags=["account"], security=BEARER)
def me() -> Me:
    """The member whose token is shown"""
    member = get_acting_member()
    return Me(
        code=member.code,
        name=member.name,
        email=member.email,
        language=member.language,
        state=member.state.lower(),
        roles=sorted(role.lower() for role in member.roles),
        organisation=member.organisation.code if member.organisation else None,
    )
