"""The forms of weekly hours and closures: wall times of the workshop become instants here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from booking.openings.models import Closure, Level, Opening
from booking.openings.rules import MIDNIGHT, Access
from booking.openings.service.hours import Hours
from booking.openings.wording import ACCESS, place_name, weekday_name
from booking.periods import A_DAY, NonexistentWallTime, local_day, resolve_wall_time
from booking.web.fields import choices_of
from booking.web.filters import local_date, local_time, zone
from booking.web.forms import BaseForm, CheckboxesField, SensibleDate


class HoursForm(BaseForm):
    """Hours on some days of the week, in wall time."""

    weekdays = CheckboxesField(
        _l("Jours"), coerce=int, validators=[InputRequired(_l("Choisissez au moins un jour."))]
    )
    starts = TimeField(_l("De"), validators=[InputRequired()])
    ends = TimeField(_l("À"), description=_l("00:00 pour minuit."), validators=[InputRequired()])
    staffed = BooleanField(_l("Une personne de l’équipe est présente"), default=True)
    access = RadioField(
        _l("Pour qui"),
        choices=choices_of(ACCESS),
        default=Access.ALL.value,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = choices_of({day: weekday_name(day) for day in range(7)})

    @property
    def hours(self) -> Hours:
        return Hours(
            weekdays=tuple(sorted(set(self.weekdays.data))),
            starts=self.starts.data,
            ends=self.ends.data,
            staffed=self.staffed.data,
            access=Access(self.access.data),
        )


def values_of_hours(opening: Opening) -> dict[str, Any]:
    """A rule as data of an `HoursForm`."""
    return {
        "weekdays": [opening.weekday],
        "starts": opening.starts,
        "ends": opening.ends,
        "staffed": opening.staffed,
        "access": opening.access.value,
    }


def start_of(day: date, wall: time | None) -> datetime:
    """The instant of a wall time of a local day, or the day's beginning when none is given."""
    return local_day(day, zone()).starts_at if wall is None else _instant(day, wall, 0)


def end_of(day: date, wall: time | None) -> datetime:
    """The end at a wall time of a local day, or with that day when none is given.

    A time that the clock shows twice ends at its second showing, so that nothing opens too early.
    """
    return local_day(day, zone()).ends_at if wall is None else _instant(day, wall, 1)


def _instant(day: date, wall: time, fold: int) -> datetime:
    try:
        return resolve_wall_time(day, wall, zone(), fold)
    except NonexistentWallTime:
        raise ValidationError(
            _(
                "Le %(day)s, les horloges avancent d’une heure : %(time)s n’existe pas.",
                day=local_date(day),
                time=local_time(wall),
            )
        ) from None


class ClosureForm(BaseForm):
    """A closure: what closes, from when to when in wall time, and why."""

    place = SelectField(_l("Ce qui ferme"))
    starts_on = DateField(_l("Premier jour"), validators=[InputRequired(), SensibleDate()])
    starts_time = TimeField(
        _l("À partir de"), description=_l("Vide : toute la journée."), validators=[Optional()]
    )
    ends_on = DateField(_l("Dernier jour"), validators=[InputRequired(), SensibleDate()])
    ends_time = TimeField(
        _l("Jusqu’à"), description=_l("Vide : toute la journée."), validators=[Optional()]
    )
    reason = StringField(
        _l("Motif"),
        description=_l("Affiché sur le planning et dans les messages aux membres."),
        validators=[DataRequired(), Length(max=200)],
    )

    def offer(self, levels: Iterable[Level]) -> None:
        """Fill the list of places to choose from."""
        self.levels = {_key(level): level for level in levels}
        self.place.choices = choices_of(
            {key: place_name(level) for key, level in self.levels.items()}
        )

    def validate_starts_time(self, field: TimeField) -> None:
        if self.starts_on.data:
            start_of(self.starts_on.data, field.data)

    def validate_ends_time(self, field: TimeField) -> None:
        if self.ends_on.data:
            end_of(self.ends_on.data, field.data)

    @property
    def level(self) -> Level:
        return self.levels[self.place.data]

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Start and end of a valid form; the end may still come before the start."""
        return (
            start_of(self.starts_on.data, self.starts_time.data),
            end_of(self.ends_on.data, self.ends_time.data),
        )


def values_of_closure(closure: Closure) -> dict[str, Any]:
    """A closure as data of a `ClosureForm`; whole days have no times."""
    starts = closure.starts_at.astimezone(zone())
    ends = closure.ends_at.astimezone(zone())
    to_midnight = ends.time() == MIDNIGHT
    return {
        "place": _key(closure.level),
        "starts_on": starts.date(),
        "starts_time": None if starts.time() == MIDNIGHT else starts.time(),
        "ends_on": ends.date() - A_DAY if to_midnight else ends.date(),
        "ends_time": None if to_midnight else ends.time(),
        "reason": closure.reason,
    }


def _key(level: Level) -> str:
    return f"{level.kind} {level.code}"
