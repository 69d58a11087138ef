"""Pages of upkeep: machines stopped and put back, their units and requirements, closures."""

from booking.upkeep.views import areas, closures, machines, outages, quotas, rules
from booking.upkeep.views.blueprint import upkeep

__all__ = ["areas", "closures", "machines", "outages", "quotas", "rules", "upkeep"]
