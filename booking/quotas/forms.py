"""The forms of quotas, peak hours and priorities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SubmitField, TimeField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from booking.machines.forms.sheet import VersionedForm
from booking.machines.models import Area, Machine
from booking.machines.wording import category_word
from booking.members.models import Plan
from booking.openings.rules import MIDNIGHT
from booking.openings.wording import weekday_name
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.rules import Holder, Place, PlaceKind, Span
from booking.quotas.wording import HOLDERS, SPANS
from booking.web.fields import choices_of
from booking.web.filters import localized
from booking.web.forms import CheckboxesField

EVERYWHERE = PlaceKind.EVERYWHERE.value
MINUTES_AN_HOUR = 60


class PlacedForm(VersionedForm):
    """Where something counts: everywhere, an area, a category, a machine."""

    place = SelectField(_l("Où"))

    def offer_places(self, areas: Iterable[Area], machines: Iterable[Machine]) -> None:
        """Fill the list of places to choose from."""
        machines = list(machines)
        self.areas = {f"{PlaceKind.AREA} {area.code}": area for area in areas}
        self.machines = {f"{PlaceKind.MACHINE} {one.code}": one for one in machines}
        categories = sorted({one.category for one in machines}, key=category_word)
        self.place.choices = choices_of(
            {EVERYWHERE: _("Toutes les machines")}
            | {key: localized(area.name) for key, area in self.areas.items()}
            | {f"{PlaceKind.CATEGORY} {code}": category_word(code) for code in categories}
            | {key: f"{one.code} {localized(one.name)}" for key, one in self.machines.items()}
        )

    def place_columns(self) -> dict[str, Any]:
        key = self.place.data
        kind, _space, code = key.partition(" ")
        area, machine = self.areas.get(key), self.machines.get(key)
        return {
            "area_id": area.id if area else None,
            "machine_id": machine.id if machine else None,
            "category": code if kind == PlaceKind.CATEGORY else None,
        }


def place_key(place: Place) -> str:
    return EVERYWHERE if place.kind is PlaceKind.EVERYWHERE else f"{place.kind} {place.code}"


class QuotaForm(PlacedForm):
    who = SelectField(_l("Pour qui"), default=Holder.PERSON.value)
    span = RadioField(
        _l("Compté"),
        choices=choices_of(SPANS),
        default=Span.WEEK.value,
        validators=[InputRequired()],
    )
    limit_hours = IntegerField(
        _l("Au plus (heures)"), validators=[InputRequired(), NumberRange(1, 2000)]
    )
    peak_only = BooleanField(
        _l("Seulement aux heures de pointe"),
        description=_l("Le reste du temps ne compte pas."),
    )
    try_it = SubmitField(_l("Essayer sur le mois dernier"))

    def offer_holders(self, plans: Iterable[Plan]) -> None:
        self.plans = {f"plan {plan.code}": plan for plan in plans}
        self.who.choices = choices_of(
            {holder.value: word for holder, word in HOLDERS.items()}
            | {
                key: _("chaque personne de la formule %(plan)s", plan=localized(plan.name))
                for key, plan in self.plans.items()
            }
        )

    def columns(self) -> dict[str, Any]:
        plan = self.plans.get(self.who.data)
        return self.place_columns() | {
            "holder": Holder.PERSON if plan else Holder(self.who.data),
            "plan_id": plan.id if plan else None,
            "span": Span(self.span.data),
            "limit_minutes": self.limit_hours.data * MINUTES_AN_HOUR,
            "peak_only": self.peak_only.data,
        }


def values_of_quota(quota: Quota) -> dict[str, Any]:
    return {
        "version": str(quota.version),
        "place": place_key(quota.place),
        "who": f"plan {quota.plan.code}" if quota.plan else quota.holder.value,
        "span": quota.span.value,
        "limit_hours": quota.limit_minutes // MINUTES_AN_HOUR,
        "peak_only": quota.peak_only,
    }


class WeeklyForm(VersionedForm):
    """Times of the week, in wall time."""

    weekdays = CheckboxesField(
        _l("Jours"), coerce=int, validators=[InputRequired(_l("Choisissez au moins un jour."))]
    )
    starts = TimeField(_l("De"), validators=[InputRequired()])
    ends = TimeField(_l("À"), description=_l("00:00 pour minuit."), validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = choices_of({day: weekday_name(day) for day in range(7)})

    def validate_ends(self, field: TimeField) -> None:
        starts = self.starts.data
        if field.data and starts and field.data != MIDNIGHT and field.data <= starts:
            raise ValidationError(_("La fin vient après le début."))

    def week_columns(self) -> dict[str, Any]:
        return {
            "weekdays": sorted(set(self.weekdays.data)),
            "starts": self.starts.data,
            "ends": self.ends.data,
        }

    def columns(self) -> dict[str, Any]:
        return self.week_columns()


def values_of_week(window: PeakWindow | PriorityWindow) -> dict[str, Any]:
    return {"weekdays": window.weekdays, "starts": window.starts, "ends": window.ends}


class PriorityForm(WeeklyForm, PlacedForm):
    plans = CheckboxesField(
        _l("Formules servies d’abord"),
        validators=[InputRequired(_l("Choisissez au moins une formule."))],
    )
    opens_hours = IntegerField(
        _l("Ouvert à tous (heures avant le début)"),
        description=_l("0 : jamais avant le début."),
        validators=[InputRequired(), NumberRange(0, 24 * 60)],
    )

    def offer_plans(self, plans: Iterable[Plan]) -> None:
        self.plans.choices = choices_of({plan.code: localized(plan.name) for plan in plans})

    def columns(self) -> dict[str, Any]:
        return {
            **self.week_columns(),
            **self.place_columns(),
            "plan_codes": sorted(set(self.plans.data)),
            "opens_hours": self.opens_hours.data,
        }


def values_of_priority(window: PriorityWindow) -> dict[str, Any]:
    return values_of_week(window) | {
        "version": str(window.version),
        "place": place_key(window.place),
        "plans": window.plan_codes,
        "opens_hours": window.opens_hours,
    }
