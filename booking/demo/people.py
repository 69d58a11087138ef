"""Organisations, staff and members, with their papers, plans and subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from booking.database import db
from booking.demo.files import ZONE, Files
from booking.members.models import (
    Member,
    MemberRole,
    Organisation,
    Paper,
    Plan,
    Role,
    RulesAcceptance,
    Subscription,
    SubscriptionCover,
)
from booking.members.rules import AccountState, PaperKind
from booking.periods import when_clock_reaches

OFFICE_OPENS = time(9)
"""What the files date by day alone happened at this time of that day."""

MANAGER = "S1"


def at_office_opening(day: date) -> datetime:
    return when_clock_reaches(day, OFFICE_OPENS, ZONE)


def add_organisations(files: Files) -> dict[str, Organisation]:
    organisations = {
        item["code"]: Organisation(
            code=item["code"],
            name=item["name"],
            legal_form=item["legal_form"],
            siren=item.get("siren"),
            vat_id=item.get("vat_id"),
            vat_regime=item["vat_regime"],
            sector_code=item["sector"],
            town=item["town"],
            country=item["country"],
            founded_on=item["founded_on"],
            headcount=item["headcount"],
        )
        for item in files.members["organisations"]
    }
    db.session.add_all(organisations.values())
    db.session.flush()
    return organisations


def add_people(
    files: Files, organisations: Mapping[str, Organisation], password_hash: str
) -> dict[str, Member]:
    """Staff and members by code, all with the same password."""
    items = [*files.members["staff"], *files.members["members"]]
    people = {item["code"]: _person(item, organisations, password_hash) for item in items}
    db.session.add_all(people.values())
    db.session.flush()
    for item in files.members["members"]:
        db.session.add_all(_papers(item, people))
        db.session.add_all(_acceptances(item, files, people[item["code"]]))
    return people


def _person(
    item: dict[str, Any], organisations: Mapping[str, Organisation], password_hash: str
) -> Member:
    organisation = organisations.get(item.get("organisation", ""))
    return Member(
        code=item["code"],
        name=item["name"],
        email=item["email"],
        password_hash=password_hash,
        language=item["language"],
        trade=item.get("trade_fr") or item["job_fr"],
        town=item.get("town", ""),
        organisation_id=organisation.id if organisation else None,
        state=AccountState(item["account_state"]),
        born_on=item.get("born_on"),
        joined_on=item.get("joined_on"),
        left_on=item.get("left_on"),
        badge=item.get("badge"),
        prefers_list=item.get("calendar_view") == "LIST",
        role_rows=[MemberRole(role=Role(role)) for role in item["roles"]],
    )


def _papers(item: dict[str, Any], people: Mapping[str, Member]) -> Iterator[Paper]:
    papers = [(document["kind"], document["valid_until"]) for document in item.get("documents", [])]
    if "insurance_valid_until" in item:
        papers.insert(0, (PaperKind.INSURANCE, item["insurance_valid_until"]))
    for kind, valid_until in papers:
        yield Paper(
            member_id=people[item["code"]].id,
            kind=PaperKind(kind),
            valid_until=valid_until,
            recorded_at=at_office_opening(item["joined_on"]),
            recorded_by_id=people[MANAGER].id,
        )


def _acceptances(item: dict[str, Any], files: Files, member: Member) -> Iterator[RulesAcceptance]:
    """The version that the file names, and before it those in force since the member joined."""
    if not item["house_rules_accepted"]:
        return
    versions = files.site["house_rules"]["versions"]
    successors = [version["in_force_from"] for version in versions[1:]]
    for version, replaced_on in zip(versions, [*successors, date.max], strict=True):
        if item["joined_on"] < replaced_on:
            accepted_on = max(item["joined_on"], version["in_force_from"])
            yield RulesAcceptance(
                member_id=member.id,
                version=version["version"],
                accepted_at=at_office_opening(accepted_on),
            )
        if version["version"] == item["house_rules_version"]:
            return


def add_subscriptions(
    files: Files, organisations: Mapping[str, Organisation], people: Mapping[str, Member]
) -> list[tuple[dict[str, Any], Subscription]]:
    """The subscriptions, each with the line of the data file it comes from."""
    plans = {item["code"]: _plan(item) for item in files.site["plans"]}
    db.session.add_all(plans.values())
    db.session.flush()
    added = []
    for item in files.members["subscriptions"]:
        organisation = organisations.get(item["holder"])
        subscription = Subscription(
            plan_id=plans[item["plan"]].id,
            organisation_id=organisation.id if organisation else None,
            member_id=None if organisation else people[item["holder"]].id,
            starts_on=item["starts_on"],
            ends_on=item.get("ends_on"),
            covers=[SubscriptionCover(member_id=people[code].id) for code in item["covers"]],
        )
        db.session.add(subscription)
        added.append((item, subscription))
    db.session.flush()
    return added


def _plan(item: dict[str, Any]) -> Plan:
    return Plan(
        code=item["code"],
        name=item["name"],
        billing=item["billing"],
        price_cents=item["price_cents"],
        discount_percent=item["discount_percent"],
        credit_hours_per_month=item["credit_hours_per_month"],
        supervised_only=item["supervised_only"],
        extended_access=item["extended_access"],
        conditions=item["conditions_fr"],
    )
