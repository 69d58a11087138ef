"""The acts on the place itself: its settings and its house rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from booking.database import db
from booking.journal import service as journal
from booking.site.models import HouseRules, Sector, Site
from booking.site.queries import find_house_rules, find_site
from booking.site.refusals import SiteRefusal, SiteRefused

FIRST_CODE = "SITE"

SECTORS = {
    "WOOD": {"fr": "Bois", "en": "Wood", "de": "Holz"},
    "METAL": {"fr": "Métal", "en": "Metal", "de": "Metall"},
    "TEXTILE": {"fr": "Textile", "en": "Textile", "de": "Textil"},
    "LEATHER": {"fr": "Cuir", "en": "Leather", "de": "Leder"},
    "CERAMICS": {"fr": "Céramique", "en": "Ceramics", "de": "Keramik"},
    "PRINTING": {
        "fr": "Impression et signalétique",
        "en": "Printing and signs",
        "de": "Druck und Beschilderung",
    },
    "DIGITAL": {
        "fr": "Fabrication numérique",
        "en": "Digital fabrication",
        "de": "Digitale Fertigung",
    },
    "GLASS": {"fr": "Verre", "en": "Glass", "de": "Glas"},
    "JEWELLERY": {"fr": "Bijouterie", "en": "Jewellery", "de": "Schmuck"},
    "FOOD": {"fr": "Alimentation", "en": "Food", "de": "Lebensmittel"},
    "COSMETICS": {
        "fr": "Savonnerie et cosmétique",
        "en": "Soap and cosmetics",
        "de": "Seife und Kosmetik",
    },
    "REUSE": {"fr": "Réemploi", "en": "Reuse", "de": "Wiederverwendung"},
}
"""The trades a new site starts with."""


def create_site(name: str) -> Site:
    """The row of this installation, with the values every place may start from."""
    if find_site() is not None:
        raise SiteRefused(SiteRefusal.ALREADY_THERE)
    site = Site(code=FIRST_CODE, name=name)
    db.session.add(site)
    db.session.add_all(Sector(code=code, name=text) for code, text in SECTORS.items())
    journal.record("site.created", "site", site.code, actor_id=None, after={"name": name})
    return site


def update_site(site: Site, version: int, values: dict[str, Any], actor_id: int) -> None:
    """Write `values` (by column name) over the settings they were made from."""
    if site.version != version:
        raise SiteRefused(SiteRefusal.CHANGED_MEANWHILE)
    before = {name: getattr(site, name) for name in values}
    for name, value in values.items():
        setattr(site, name, value)
    journal.record_change(
        "site.changed", "site", site.code, actor_id=actor_id, before=before, after=values
    )


def publish_house_rules(version: str, in_force_from: date, text: str, actor_id: int) -> None:
    """Add a version; those before it stay, so that what was accepted can be read."""
    if find_house_rules(version) is not None:
        raise SiteRefused(SiteRefusal.VERSION_TAKEN)
    db.session.add(HouseRules(version=version, in_force_from=in_force_from, text=text))
    journal.record(
        "house_rules.published",
        "house_rules",
        version,
        actor_id=actor_id,
        after={"in_force_from": in_force_from.isoformat()},
    )
