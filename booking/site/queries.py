"""Reads of the site and its house rules."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.database import db
from booking.site.models import HouseRules, Sector, Site


def find_site() -> Site | None:
    """The one site, or None before the installation has been set up; read once a session."""
    session = db.session()
    known: Site | None = session.info.get("site")
    if known is None or known not in session:
        known = session.get(Site, 1)
        hold_site(known)
    return known


def hold_site(site: Site | None) -> None:
    """Keep the site that was read: what nobody holds, the session forgets and reads again."""
    db.session.info["site"] = site


def get_site() -> Site:
    """The one site; raises `LookupError` before the installation has been set up."""
    site = find_site()
    if site is None:
        raise LookupError("no site yet: run `flask demo load` or `flask site create`")
    return site


def site_zone() -> ZoneInfo:
    """The time zone in which the workshop's clock is read."""
    return ZoneInfo(get_site().timezone)


def list_house_rules(on: date) -> list[HouseRules]:
    """Versions in force on a local date, the newest first."""
    query = select(HouseRules).where(HouseRules.in_force_from <= on)
    return list(db.session.scalars(query.order_by(HouseRules.in_force_from.desc())))


def list_sectors() -> list[Sector]:
    return list(db.session.scalars(select(Sector).order_by(Sector.code)))


def list_all_house_rules() -> list[HouseRules]:
    """Every version, future ones too, the newest first."""
    return list(db.session.scalars(select(HouseRules).order_by(HouseRules.in_force_from.desc())))


def find_house_rules(version: str) -> HouseRules | None:
    return db.session.get(HouseRules, version)
