"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from booking.reservations.service.cancelling import (
    CANCELLABLE_STATES,
    CannotCancel,
    cancel,
    cancel_by_site,
    member_leaves,
    suspend_member,
    warn_at_risk,
)
from booking.reservations.service.reserving import judge, reserve
from booking.reservations.service.wishes import Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "CannotCancel",
    "Refused",
    "Wish",
    "cancel",
    "cancel_by_site",
    "judge",
    "member_leaves",
    "reserve",
    "suspend_member",
    "warn_at_risk",
]
