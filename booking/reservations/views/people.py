"""For whom one may reserve, besides oneself."""

from __future__ import annotations

from flask import abort

from booking.members.models import Member
from booking.members.queries import find_member, list_machine_users
from booking.web.access import get_acting_member, may


def people_to_reserve_for() -> list[Member]:
    """Everybody for those who run the place, the firm's people for who answers for it."""
    me = get_acting_member()
    if may("reservation.make_for_anybody"):
        people = list_machine_users()
    elif may("reservation.list_of_organisation") and me.organisation_id is not None:
        people = list_machine_users(me.organisation_id)
    else:
        return []
    return [person for person in people if person.id != me.id]


def member_asked_for(code: str | None) -> Member:
    """Whom a form names, oneself where it names nobody; 403 for somebody who is not one's own.

    Where nobody has this code it is oneself too: the form refuses it as no choice of its list.
    """
    named = find_member(code) if code else None
    if named is None or named.id == get_acting_member().id:
        return get_acting_member()
    if not may("reservation.make_for_others", named):
        abort(403)
    return named
