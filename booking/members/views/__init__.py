"""Pages of members and organisations."""

from booking.members.views import directory, me, signing_in
from booking.members.views.blueprints import members, organisations

__all__ = ["directory", "me", "members", "organisations", "signing_in"]
