"""The place: site, house rules, areas, hours, closures, machines and their outages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from booking.database import db
from booking.demo.files import ZONE, Files, read_text
from booking.machines.models import (
    Area,
    Machine,
    MachineDocument,
    Outage,
    Ppe,
    PriceUnit,
    Requirement,
    Unit,
)
from booking.machines.rules import MachineState, OutageKind, OutsideStaffed, RiskClass
from booking.members.models import Member
from booking.openings.models import Closure, Opening
from booking.openings.rules import Access, ClosureScope
from booking.periods import A_DAY, local_day
from booking.pricing.rules import AN_HOUR
from booking.site.models import HouseRules, PlanGapPolicy, Sector, Site

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

PARAMETERS_OF_THE_SITE = (
    "slot_step_minutes",
    "default_min_minutes",
    "default_max_minutes",
    "lead_minutes",
    "horizon_days",
    "buffer_minutes",
    "rules_reacceptance_grace_days",
    "minor_green_alone_min_age",
    "single_person_team",
    "payment_overdue_block_days",
    "cancel_free_hours",
    "cancel_partial_hours",
    "cancel_partial_fee_percent",
    "cancel_late_fee_percent",
    "late_fee_has_vat",
    "no_show_warning_count",
    "no_show_stop_count",
    "no_show_window_days",
)
OTHER_NAMES_OF_PARAMETERS = {
    "vat_basis_points": "vat_rate_basis_points",
    "future_hours_per_machine": "future_hours_per_person_and_machine",
    "end_warning_minutes": "overrun_warning_minutes_before_end",
    "overrun_step_minutes": "overrun_rounding_minutes",
    "slot_hold_minutes": "waitlist_offer_hold_minutes",
    "session_minimum": "training_min_trainees",
    "session_decision_hours": "training_decision_hours_before",
    "session_cancel_hours": "training_free_cancel_hours",
    "session_hold_hours": "training_place_hold_hours",
}
FACTS_OF_THE_SITE = (
    "code",
    "name",
    "legal_form_label",
    "siren",
    "street",
    "postcode",
    "town",
    "department",
    "email",
    "phone",
    "timezone",
    "default_language",
    "local_law_holidays",
    "good_friday_holiday",
)
FACTS_OF_A_MACHINE = (
    "code",
    "name",
    "category",
    "min_minutes",
    "max_minutes",
    "buffer_minutes",
    "alone_forbidden",
    "deposit_cents",
    "forbidden_materials",
)


def add_site(files: Files) -> None:
    site, parameters = files.site["site"], files.site["parameters"]
    db.session.add(
        Site(
            **{name: site[name] for name in FACTS_OF_THE_SITE},
            **{name: parameters[name] for name in PARAMETERS_OF_THE_SITE},
            **{name: parameters[other] for name, other in OTHER_NAMES_OF_PARAMETERS.items()},
            companion_deadline_minutes=parameters["buddy_repair_deadline_hours"] * AN_HOUR,
            plan_gap_policy=PlanGapPolicy(parameters["plan_gap_policy"]),
            description=site["description_fr"],
        )
    )
    db.session.add_all(
        Sector(code=sector["code"], name=sector["name"]) for sector in files.site["sectors"]
    )
    db.session.add_all(
        HouseRules(
            version=rules["version"],
            in_force_from=rules["in_force_from"],
            text=read_text(rules["text_file"]),
        )
        for rules in files.site["house_rules"]["versions"]
    )
    db.session.flush()


def add_areas(files: Files) -> dict[str, Area]:
    """The areas by code, with their hours."""
    areas = {
        area["code"]: Area(
            code=area["code"],
            name=area["name"],
            floor_area_m2=area["floor_area_m2"],
            position=position,
        )
        for position, area in enumerate(files.site["areas"], start=1)
    }
    db.session.add_all(areas.values())
    db.session.flush()
    db.session.add_all(_openings(files, areas))
    return areas


def _most_common_group(files: Files) -> str:
    """The group of hours that most areas keep: these are the site's own."""
    return Counter(area["opening_group"] for area in files.site["areas"]).most_common(1)[0][0]


def _openings(files: Files, areas: Mapping[str, Area]) -> Iterator[Opening]:
    of_the_site = _most_common_group(files)
    yield from _openings_of_group(files, of_the_site, None)
    for area in files.site["areas"]:
        if area["opening_group"] != of_the_site:
            yield from _openings_of_group(files, area["opening_group"], areas[area["code"]].id)


def _openings_of_group(files: Files, group: str, area_id: int | None) -> Iterator[Opening]:
    for rule in files.site["openings"]:
        if rule["group"] != group:
            continue
        for day in rule["days"]:
            yield Opening(
                area_id=area_id,
                weekday=WEEKDAYS.index(day),
                starts=rule["starts"],
                ends=rule["ends"],
                staffed=rule["staffed"],
                access=Access(rule["access"]),
            )


def add_machines(
    files: Files, areas: Mapping[str, Area], people: Mapping[str, Member]
) -> dict[str, Machine]:
    """The machines by code, with units, requirements and documents. The trainings exist."""
    db.session.add_all(Ppe(code=item["code"], name=item["name"]) for item in files.machines["ppe"])
    machines = {item["code"]: _machine(item, areas, people) for item in files.machines["machines"]}
    db.session.add_all(machines.values())
    db.session.flush()
    return machines


def _machine(
    item: dict[str, Any], areas: Mapping[str, Area], people: Mapping[str, Member]
) -> Machine:
    firing = item.get("price_per_firing_cents", {})
    restricted = item["state"] == MachineState.RESTRICTED
    return Machine(
        **{name: item[name] for name in FACTS_OF_A_MACHINE},
        model_family=item.get("model_family", ""),
        area_id=areas[item["area"]].id,
        risk_class=RiskClass(item["risk_class"]),
        # DOWN is an outage with a period; only what lasts is the machine's own state.
        state=MachineState.RESTRICTED if restricted else MachineState.IN_SERVICE,
        state_reason=item["state_reason_fr"] if restricted else "",
        description=item["description_fr"],
        referent_id=people[item["referent"]].id,
        quota_minutes_per_day=item.get("quota_minutes_per_person_and_day"),
        outside_staffed=OutsideStaffed(item["outside_staffed"]),
        price_unit=PriceUnit(item["price_unit"]),
        price_hour_cents=item.get("price_hour_cents", 0),
        price_half_day_cents=item.get("price_half_day_cents", 0),
        price_day_cents=item.get("price_day_cents", 0),
        price_bisque_cents=firing.get("BISQUE"),
        price_stoneware_cents=firing.get("STONEWARE"),
        power_watts=round(item["power_kw"] * 1000),
        ppe_codes=item["ppe"],
        conditional_materials=item.get("conditional_materials", []),
        sector_codes=item["sectors"],
        units=[Unit(number=number) for number in range(1, item["capacity"] + 1)],
        requirements=[
            Requirement(
                training_code=asked["training"],
                supervised_level=asked["supervised_level"],
                autonomous_level=asked["autonomous_level"],
            )
            for asked in item["requirements"]
        ],
        documents=[MachineDocument(title=title) for title in item["documents"]],
    )


def add_closures(files: Files, areas: Mapping[str, Area], machines: Mapping[str, Machine]) -> None:
    """The announced closures, and those of the past twelve months."""
    for closure in files.site["closures"]:
        scope, target = closure["scope"], closure.get("target", "")
        db.session.add(
            Closure(
                area_id=areas[target].id if scope == ClosureScope.AREA else None,
                machine_id=machines[target].id if scope == ClosureScope.MACHINE else None,
                starts_at=closure["starts_at"],
                ends_at=closure["ends_at"],
                reason=closure["reason_fr"],
            )
        )
    for closure in files.records["history"]["closures"]:
        db.session.add(
            Closure(
                starts_at=local_day(closure["from_on"], ZONE).starts_at,
                ends_at=local_day(closure["to_on"] + A_DAY, ZONE).starts_at,
                reason=closure["reason_fr"],
            )
        )


def add_outages(
    files: Files, machines: Mapping[str, Machine], people: Mapping[str, Member]
) -> None:
    for outage in files.records["outages"]:
        ended_by = people.get(outage.get("ended_by", ""))
        db.session.add(
            Outage(
                machine_id=machines[outage["machine"]].id,
                kind=OutageKind(outage["kind"]),
                starts_at=outage["starts_at"],
                expected_end_at=outage["expected_end_at"],
                ended_at=outage.get("ended_at"),
                reason=outage["reason_fr"],
                reported_by_id=people[outage["reported_by"]].id,
                ended_by_id=ended_by.id if ended_by else None,
                release_note=outage.get("release_note_fr", ""),
            )
        )
