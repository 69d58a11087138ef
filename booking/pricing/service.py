"""Moving credit hours. Whoever calls has locked the sources before deciding (`lock_sources`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import BindParameter, Select, bindparam, select

from booking import clock
from booking.database import db, lock, rows_of, write_rows
from booking.members.models import Member, Plan, Subscription, SubscriptionCover
from booking.pricing.models import CreditMovement, Movement, Pack
from booking.pricing.rules import AN_HOUR, CreditKey, CreditKind, CreditUse


def lock_sources(member_ids: Iterable[int]) -> None:
    """Hold every source of credit hours of these persons until the transaction ends.

    Those of an organisation are shared: two of its people cannot spend the same hour.
    """
    member_ids = list(member_ids)
    lock(_SUBSCRIPTIONS, member_ids=member_ids)
    lock(_PACKS, member_ids=member_ids)


def _subscriptions_of(member_ids: BindParameter[list[int]]) -> Select[int]:
    covered = select(SubscriptionCover.subscription_id).where(
        SubscriptionCover.member_id.in_(member_ids)
    )
    subscriptions = select(Subscription.id).where(Subscription.id.in_(covered))
    return subscriptions.order_by(Subscription.id).with_for_update(key_share=True)


def _packs_of(member_ids: BindParameter[list[int]]) -> Select[int]:
    organisations = select(Member.organisation_id).where(Member.id.in_(member_ids))
    packs = select(Pack.id).where(
        Pack.member_id.in_(member_ids) | Pack.organisation_id.in_(organisations)
    )
    return packs.order_by(Pack.id).with_for_update(key_share=True)


_SUBSCRIPTIONS = _subscriptions_of(bindparam("member_ids", expanding=True))
_PACKS = _packs_of(bindparam("member_ids", expanding=True))
"""Made once, since every reservation asks them."""


def spend(
    uses: Iterable[CreditUse], reservation_id: int, begun: Collection[CreditKey] = ()
) -> None:
    """Take hours from their sources; a month of a plan gets its hours at its first use. Of those
    that have `begun` it is known already, with the sources held.
    """
    for key, minutes in uses:
        if key.kind is CreditKind.PLAN and key not in begun:
            _grant_month(key)
        _move(key, Movement.USE, -minutes, reservation_id)


def exchange(before: Iterable[CreditUse], after: Iterable[CreditUse], reservation_id: int) -> None:
    """Have a use rest on other hours than before; only what differs moves."""
    more = dict(after)
    for key, minutes in before:
        more[key] = more.get(key, 0) - minutes
    give_back((CreditUse(key, -left) for key, left in more.items() if left < 0), reservation_id)
    spend((CreditUse(key, left) for key, left in more.items() if left > 0), reservation_id)


def give_back(uses: Iterable[CreditUse], reservation_id: int) -> None:
    """Return hours to the sources they came from."""
    for key, minutes in uses:
        _move(key, Movement.RETURN, minutes, reservation_id)


def _grant_month(key: CreditKey) -> None:
    if rows_of(_IN_MONTH, subscription_id=key.holder_id, month_on=key.first_on):
        return
    hours = db.session.scalar(
        select(Plan.credit_hours_per_month)
        .join(Subscription, Subscription.plan_id == Plan.id)
        .where(Subscription.id == key.holder_id)
    )
    _move(key, Movement.GRANT, (hours or 0) * AN_HOUR)


_IN_MONTH = (
    select(CreditMovement.id)
    .where(
        CreditMovement.subscription_id == bindparam("subscription_id"),
        CreditMovement.month_on == bindparam("month_on"),
    )
    .limit(1)
)


def _move(key: CreditKey, kind: Movement, minutes: int, reservation_id: int | None = None) -> None:
    of_a_plan = key.kind is CreditKind.PLAN
    row = {
        "subscription_id": key.holder_id if of_a_plan else None,
        "month_on": key.first_on if of_a_plan else None,
        "pack_id": None if of_a_plan else key.holder_id,
        "kind": kind,
        "minutes": minutes,
        "reservation_id": reservation_id,
        "at": clock.now(),
    }
    write_rows(CreditMovement, row)
