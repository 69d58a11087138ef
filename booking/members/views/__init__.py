"""Pages of members and organisations."""

from booking.members.views import directory, me, signing_in, subscriptions
from booking.members.views import organisations as organisation_pages
from booking.members.views.blueprints import members, organisations

__all__ = [
    "directory",
    "me",
    "members",
    "organisation_pages",
    "organisations",
    "signing_in",
    "subscriptions",
]
