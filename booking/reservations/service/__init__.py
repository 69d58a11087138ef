"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from booking.reservations.service.cancelling import (
    CANCELLABLE_STATES,
    CannotCancel,
    cancel,
    cancel_by_site,
    fee_if_cancelled,
    is_by_member,
    member_leaves,
    suspend_member,
    waive_fee,
    warn_at_risk,
)
from booking.reservations.service.reserving import assess, judge, reserve
from booking.reservations.service.wishes import Assessment, Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "Assessment",
    "CannotCancel",
    "Refused",
    "Wish",
    "assess",
    "cancel",
    "cancel_by_site",
    "fee_if_cancelled",
    "is_by_member",
    "judge",
    "member_leaves",
    "reserve",
    "suspend_member",
    "waive_fee",
    "warn_at_risk",
]
