"""Pages of the planning; each module adds its own to the blueprint."""

import booking.planning.views.at_the_machine
import booking.planning.views.calendars
import booking.planning.views.controllers
import booking.planning.views.day
import booking.planning.views.feeds
import booking.planning.views.kiosk
import booking.planning.views.paths
import booking.planning.views.sheet
import booking.planning.views.today
import booking.planning.views.week  # noqa: F401
from booking.planning.views.blueprint import planning

__all__ = ["planning"]
