"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from booking.reservations.service.cancelling import (
    CANCELLABLE_STATES,
    CannotCancel,
    cancel,
    cancel_by_site,
    is_by_member,
    member_leaves,
    suspend_member,
    warn_at_risk,
    warn_rules_changed,
)
from booking.reservations.service.fees import fee_if_cancelled, waive_fee
from booking.reservations.service.reminding import remind_due
from booking.reservations.service.reserving import assess, judge, reserve
from booking.reservations.service.settling import settle
from booking.reservations.service.several import RefusedSome, Rehearsal, rehearse, reserve_all
from booking.reservations.service.wishes import Assessment, Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "Assessment",
    "CannotCancel",
    "Refused",
    "RefusedSome",
    "Rehearsal",
    "Wish",
    "assess",
    "cancel",
    "cancel_by_site",
    "fee_if_cancelled",
    "is_by_member",
    "judge",
    "member_leaves",
    "rehearse",
    "remind_due",
    "reserve",
    "reserve_all",
    "settle",
    "suspend_member",
    "waive_fee",
    "warn_at_risk",
    "warn_rules_changed",
]
