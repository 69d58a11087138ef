"""Every table of the application, gathered so that the schema is whole wherever it is needed."""

from __future__ import annotations

import booking.journal.models
import booking.machines.models
import booking.members.models
import booking.occupancies.models
import booking.openings.models
import booking.outbox.models
import booking.planning.models
import booking.pricing.models
import booking.quotas.models
import booking.reservations.models
import booking.sessions.models
import booking.site.models
import booking.trainings.models  # noqa: F401
from booking.database import Base

metadata = Base.metadata
