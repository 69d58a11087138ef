"""Pages of upkeep: machines stopped and put back, their units and requirements, closures."""

from booking.upkeep.views import areas, closures, hours, machines, outages, quotas, rules
from booking.upkeep.views.blueprint import upkeep

__all__ = ["areas", "closures", "hours", "machines", "outages", "quotas", "rules", "upkeep"]
