"""The acts on reservations: gather, decide, change, record. The caller holds the transaction."""

from booking.reservations.service.absences import forgive_no_shows
from booking.reservations.service.answering import (
    CannotTake,
    assess_offer,
    decline_offer,
    take_offer,
)
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
    hold_machines_of,
    is_by_member,
    member_leaves,
    suspend_member,
    warn_at_risk,
    warn_rules_changed,
)
from booking.reservations.service.companions import CannotAnswer, accept, decline, name_another
from booking.reservations.service.fees import fee_if_cancelled, share_kept, waive_fee
from booking.reservations.service.handing_over import (
    CannotHandOver,
    RefusedHandOver,
    accept_hand_over,
    assess_hand_over,
    decline_hand_over,
    offer_to,
    withdraw_hand_over,
)
from booking.reservations.service.leaving import (
    MOST_GRAMS,
    EndAnswers,
    check_out,
    tell_who_comes_next,
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
from booking.reservations.service.offering import offer_freed
from booking.reservations.service.overruns import overrun_now, waive_overrun
from booking.reservations.service.reminding import remind_due
from booking.reservations.service.repeating import (
    cancel_some,
    list_concerned,
    reserve_series,
    wishes_of,
)
from booking.reservations.service.reserving import assess, judge, reserve
from booking.reservations.service.settling import Freed, settle
from booking.reservations.service.several import RefusedSome, Rehearsal, rehearse, reserve_all
from booking.reservations.service.waiting import (
    CannotLeave,
    FreeAlready,
    LengthNotAllowed,
    NoRoom,
    NotEligible,
    WaitRefusal,
    WaitsAlready,
    Watch,
    WatchTooLong,
    join,
    leave,
)
from booking.reservations.service.wishes import Assessment, Refused, Wish

__all__ = [
    "CANCELLABLE_STATES",
    "MOST_GRAMS",
    "Assessment",
    "CannotAnswer",
    "CannotCancel",
    "CannotCheckIn",
    "CannotHandOver",
    "CannotLeave",
    "CannotMove",
    "CannotTake",
    "Change",
    "EndAnswers",
    "FreeAlready",
    "Freed",
    "LengthNotAllowed",
    "NoRoom",
    "NotEligible",
    "Refused",
    "RefusedAtCheckIn",
    "RefusedHandOver",
    "RefusedSome",
    "Rehearsal",
    "WaitRefusal",
    "WaitsAlready",
    "Watch",
    "WatchTooLong",
    "Wish",
    "accept",
    "accept_hand_over",
    "against_arriving_now",
    "assess",
    "assess_hand_over",
    "assess_move",
    "assess_offer",
    "cancel",
    "cancel_by_site",
    "cancel_some",
    "cannot_move",
    "check_in",
    "check_out",
    "decline",
    "decline_hand_over",
    "decline_offer",
    "fee_if_cancelled",
    "forgive_no_shows",
    "has_started",
    "hold_machines_of",
    "is_by_member",
    "join",
    "judge",
    "leave",
    "list_concerned",
    "member_leaves",
    "move",
    "name_another",
    "offer_freed",
    "offer_to",
    "overrun_now",
    "rehearse",
    "remind_due",
    "reserve",
    "reserve_all",
    "reserve_series",
    "settle",
    "share_kept",
    "suspend_member",
    "take_offer",
    "tell_who_comes_next",
    "waive_fee",
    "waive_overrun",
    "warn_at_risk",
    "warn_rules_changed",
    "why_it_stays",
    "wishes_of",
    "withdraw_hand_over",
]
