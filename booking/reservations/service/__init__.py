"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from booking.reservations.service.absences import forgive_no_shows
from booking.reservations.service.arriving import (
    CannotCheckIn,
    RefusedAtCheckIn,
    against_arriving_now,
    check_in,
)
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
from booking.reservations.service.companions import CannotAnswer, accept, decline, name_another
from booking.reservations.service.fees import fee_if_cancelled, share_kept, waive_fee
from booking.reservations.service.leaving import (
    MOST_GRAMS,
    EndAnswers,
    check_out,
    overrun_now,
    tell_who_comes_next,
    waive_overrun,
)
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
from booking.reservations.service.repeating import (
    cancel_some,
    list_concerned,
    reserve_series,
    wishes_of,
)
from booking.reservations.service.reserving import assess, judge, reserve
from booking.reservations.service.settling import settle
from booking.reservations.service.several import RefusedSome, Rehearsal, rehearse, reserve_all
from booking.reservations.service.wishes import Assessment, Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "MOST_GRAMS",
    "Assessment",
    "CannotAnswer",
    "CannotCancel",
    "CannotCheckIn",
    "CannotMove",
    "Change",
    "EndAnswers",
    "Refused",
    "RefusedAtCheckIn",
    "RefusedSome",
    "Rehearsal",
    "Wish",
    "accept",
    "against_arriving_now",
    "assess",
    "assess_move",
    "cancel",
    "cancel_by_site",
    "cancel_some",
    "cannot_move",
    "check_in",
    "check_out",
    "decline",
    "fee_if_cancelled",
    "forgive_no_shows",
    "has_started",
    "is_by_member",
    "judge",
    "list_concerned",
    "member_leaves",
    "move",
    "name_another",
    "overrun_now",
    "rehearse",
    "remind_due",
    "reserve",
    "reserve_all",
    "reserve_series",
    "settle",
    "share_kept",
    "suspend_member",
    "tell_who_comes_next",
    "waive_fee",
    "waive_overrun",
    "warn_at_risk",
    "warn_rules_changed",
    "why_it_stays",
    "wishes_of",
]
