"""The acts on organisations and on what they or private persons subscribe to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from booking.database import db, hold_row
from booking.journal import service as journal
from booking.members.models import (
    Member,
    Organisation,
    Plan,
    Subscription,
    SubscriptionCover,
)
from booking.members.queries import next_code
from booking.members.refusals import AccountRefusal, ActRefused


@dataclass(frozen=True)
class OrganisationDetails:
    """What a form says of an organisation."""

    name: str
    legal_form: str
    siren: str | None
    vat_id: str | None
    vat_regime: str
    sector_code: str | None
    town: str
    country: str
    founded_on: date | None
    headcount: int | None


def create_organisation(details: OrganisationDetails, actor: Member) -> Organisation:
    organisation = Organisation(code=next_code(Organisation.code, "O"), **asdict(details))
    db.session.add(organisation)
    db.session.flush()
    journal.record(
        "organisation.created", "organisation", organisation.code,
        actor_id=actor.id, after=_as_plain(organisation),
    )  # fmt: skip
    return organisation


def update_organisation(
    organisation: Organisation, version: int, details: OrganisationDetails, actor: Member
) -> None:
    """Write what a form says over the record it was made from; raises `ActRefused`."""
    if organisation.version != version:
        raise ActRefused(AccountRefusal.CHANGED_MEANWHILE)
    before = _as_plain(organisation)
    for name, value in asdict(details).items():
        setattr(organisation, name, value)
    journal.record_change(
        "organisation.changed", "organisation", organisation.code,
        actor_id=actor.id, before=before, after=_as_plain(organisation),
    )  # fmt: skip


@dataclass(frozen=True)
class SubscriptionDetails:
    """What is subscribed to and who uses it; `ends_on` is inclusive, None goes on."""

    plan: Plan
    starts_on: date
    ends_on: date | None
    covered: Collection[Member]


def subscribe(
    holder: Organisation | Member, details: SubscriptionDetails, actor: Member
) -> Subscription:
    """A plan for an organisation or a private person, who pays for it."""
    subscription = Subscription(
        organisation_id=holder.id if isinstance(holder, Organisation) else None,
        member_id=holder.id if isinstance(holder, Member) else None,
    )
    _write(subscription, details)
    db.session.add(subscription)
    db.session.flush()
    journal.record(
        "subscription.created", _kind(holder), holder.code,
        actor_id=actor.id, after=_subscription_as_plain(subscription),
    )  # fmt: skip
    return subscription


def change_subscription(
    subscription: Subscription, details: SubscriptionDetails, actor: Member
) -> None:
    hold_row(subscription)
    holder = subscription.holder
    before = _subscription_as_plain(subscription)
    _write(subscription, details)
    journal.record_change(
        "subscription.changed", _kind(holder), holder.code,
        actor_id=actor.id, before=before, after=_subscription_as_plain(subscription),
    )  # fmt: skip


def _write(subscription: Subscription, details: SubscriptionDetails) -> None:
    subscription.plan = details.plan
    subscription.starts_on = details.starts_on
    subscription.ends_on = details.ends_on
    wanted = {member.id for member in details.covered}
    kept = [cover for cover in subscription.covers if cover.member_id in wanted]
    new = wanted - {cover.member_id for cover in kept}
    subscription.covers = kept + [SubscriptionCover(member_id=id_) for id_ in sorted(new)]


def _kind(holder: Organisation | Member) -> str:
    return "organisation" if isinstance(holder, Organisation) else "member"


def _as_plain(organisation: Organisation) -> dict[str, Any]:
    names = OrganisationDetails.__dataclass_fields__
    plain = {name: getattr(organisation, name) for name in names}
    founded_on = organisation.founded_on
    return plain | {"founded_on": founded_on.isoformat() if founded_on else None}


def _subscription_as_plain(subscription: Subscription) -> dict[str, Any]:
    return {
        "subscription": subscription.id,
        "plan": subscription.plan.code,
        "starts_on": subscription.starts_on.isoformat(),
        "ends_on": subscription.ends_on.isoformat() if subscription.ends_on else None,
        "covers": sorted(cover.member.code for cover in subscription.covers),
    }
