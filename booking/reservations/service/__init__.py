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
from booking.reservations.service.fees import fee_if_cancelled, share_kept, waive_fee
from booking.reservations.service.moving import (
    CannotMove,
    Change,
    assess_move,
    cannot_move,
    has_started,
    move,
    why_it_stays,
)
from booking.reservations.service.reminding import remind_due
from booking.reservations.service.reserving import assess, judge, reserve
from booking.reservations.service.settling import settle
from booking.reservations.service.several import RefusedSome, Rehearsal, rehearse, reserve_all
from booking.reservations.service.wishes import Assessment, Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "Assessment",
    "CannotCancel",
    "CannotMove",
    "Change",
    "Refused",
    "RefusedSome",
    "Rehearsal",
    "Wish",
    "assess",
    "assess_move",
    "cancel",
    "cancel_by_site",
    "cannot_move",
    "fee_if_cancelled",
    "has_started",
    "is_by_member",
    "judge",
    "member_leaves",
    "move",
    "rehearse",
    "remind_due",
    "reserve",
    "reserve_all",
    "settle",
    "share_kept",
    "suspend_member",
    "waive_fee",
    "warn_at_risk",
    "warn_rules_changed",
    "why_it_stays",
]
