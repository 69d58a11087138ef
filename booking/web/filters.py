"""How dates, hours, money and localised texts are shown, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask, g
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from booking.periods import is_ambiguous
from booking.site.queries import site_zone
from booking.web.locale import language

DAYS_KEPT = 4096

DATE_PATTERNS = {
    "long": {"fr": "EEEE d MMMM y", "en": "EEEE d MMMM y", "de": "EEEE, d. MMMM y"},
    "short": {"fr": "EEE d MMM", "en": "EEE d MMM", "de": "EEE, d. MMM"},
    "numeric": {"fr": "dd/MM/y", "en": "dd/MM/y", "de": "dd.MM.y"},
    "month": {"fr": "MMMM y", "en": "MMMM y", "de": "MMMM y"},
    "weekday": {"fr": "EEEE", "en": "EEEE", "de": "EEEE"},
}


def init_app(app: Flask) -> None:
    for filter_ in (
        localized, local_date, local_time, local_datetime, local_period, duration, money, hours,
        iso_local,
    ):  # fmt: skip
        app.add_template_filter(filter_)


def zone() -> ZoneInfo:
    """The site's time zone, read once a request."""
    if "zone" not in g:
        g.zone = site_zone()
    return g.zone


def localized(text: Mapping[str, str] | None) -> str:
    """A text in the reader's language, else in French."""
    text = text or {}
    return text.get(language()) or text.get("fr", "")


def _as_day(value: date | datetime) -> date:
    return value.astimezone(zone()).date() if isinstance(value, datetime) else value


def local_date(value: date | datetime, style: str = "long") -> str:
    """A local day: `lundi 23 novembre 2026`; styles long, short, numeric, month, weekday."""
    return _day_text(_as_day(value), style, language())


@lru_cache(DAYS_KEPT)
def _day_text(day: date, style: str, language: str) -> str:
    pattern = DATE_PATTERNS[style][language]
    if language == "fr" and day.day == 1:
        pattern = pattern.replace(" d ", " d'er' ")  # no language file has the French ordinal
    return format_date(day, pattern, locale=language)


def local_time(value: datetime | time) -> str:
    """Wall time on a 24 h clock; with its offset where the clock shows it twice that night."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    local = value.astimezone(zone())
    shown = local.strftime("%H:%M")
    if is_ambiguous(local.date(), local.time().replace(tzinfo=None), zone()):
        return f"{shown} ({_offset(local)})"
    return shown


def _offset(local: datetime) -> str:
    return f"UTC{local.strftime('%z')[:3]}"


def local_datetime(value: datetime, style: str = "long") -> str:
    return _("%(day)s à %(time)s", day=local_date(value, style), time=local_time(value))


def local_period(period: object, style: str = "long") -> str:
    """Day and hours of anything with `starts_at` and `ends_at`; both days where it spans two."""
    start: datetime = period.starts_at  # type: ignore[attr-defined]
    end: datetime = period.ends_at  # type: ignore[attr-defined]
    if _as_day(start) == _as_day(end - timedelta(microseconds=1)):
        return _(
            "%(day)s, %(start)s – %(end)s",
            day=local_date(start, style), start=local_time(start), end=local_time(end),
        )  # fmt: skip
    return _(
        "du %(start)s au %(end)s",
        start=local_datetime(start, style), end=local_datetime(end, style),
    )  # fmt: skip


def iso_local(value: datetime) -> str:
    """Local time with its offset, for links and `datetime` attributes."""
    return value.astimezone(zone()).isoformat(timespec="minutes")


def duration(value: timedelta | int | None) -> str:
    """Elapsed time as `2 h 30`, `45 min` or `1 j`; numbers are minutes."""
    if value is None:
        return ""
    minutes = int(value.total_seconds() // 60) if isinstance(value, timedelta) else value
    full, rest = divmod(minutes, 60)
    if full and not rest:
        return _("%(hours)s h", hours=full)
    if full:
        return _("%(hours)s h %(minutes)02d", hours=full, minutes=rest)
    return _("%(minutes)s min", minutes=rest)


def hours(minutes: int) -> str:
    """Minutes as decimal hours in the reader's notation."""
    amount = format_decimal(minutes / 60, format="#,##0.##", locale=get_locale() or "fr")
    return ngettext("%(amount)s heure", "%(amount)s heures", int(minutes > 60) + 1, amount=amount)


def money(cents: int) -> str:
    """Euro cents as an amount: `1 234,50 €`."""
    return format_currency(cents / 100, "EUR", locale=get_locale() or "fr")
