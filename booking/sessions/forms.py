"""The forms of sessions: wall times of the workshop become half-days here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from booking.machines.models import Machine
from booking.members.models import Member
from booking.periods import NonexistentWallTime, Period, resolve_wall_time
from booking.reservations.rules.series import Frequency
from booking.sessions.rules.ranking import Half, key_of
from booking.sessions.rules.scheduling import MOST_HALF_DAYS, MOST_MACHINES
from booking.sessions.service.scheduling import Draft
from booking.sessions.wording import half_day_word
from booking.trainings.models import SessionKind, Training, TrainingSession
from booking.trainings.wording import SESSION_KINDS
from booking.web.fields import choices_of
from booking.web.filters import local_date, local_time, localized, zone
from booking.web.forms import BaseForm, CheckboxesField, PlainName, SensibleDate

DAYS_OFFERED = 6
"""Monday to Saturday."""
MOST_REPEATS = 20


class DespiteForm(BaseForm):
    """Why a session is held though the place is closed then."""

    despite = TextAreaField(_l("Raison de la dérogation"), validators=[Optional(), Length(max=500)])

    @property
    def waives(self) -> str:
        return (self.despite.data or "").strip()


class SessionForm(DespiteForm):
    """A session's terms. Half-days and machines come in numbered rows; empty ones are left out."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[InputRequired()])
    training = SelectField(_l("Formation"), validators=[DataRequired()])
    kind = RadioField(
        _l("Nature"), choices=choices_of(SESSION_KINDS), default=SessionKind.COURSE.value
    )
    trainer = SelectField(_l("Formateur responsable"), validators=[DataRequired()])
    co_trainers = CheckboxesField(_l("Avec"))
    places = IntegerField(_l("Places"), validators=[InputRequired(), NumberRange(1, 100)])
    place = StringField(
        _l("Lieu de rendez-vous"),
        description=_l("Facultatif, par exemple la salle ou l’endroit où se retrouver."),
        validators=[Length(max=200), PlainName()],
    )
    minimum = IntegerField(
        _l("Inscrits au moins"), validators=[InputRequired(), NumberRange(1, 100)]
    )
    decision_hours = IntegerField(
        _l("Décision (heures avant le début)"),
        description=_l("Avec trop peu d’inscrits, elle est alors annulée. Vide : jamais."),
        validators=[Optional(), NumberRange(0, 720)],
    )
    opens = BooleanField(_l("Ouvrir tout de suite aux inscriptions"), default=True)

    def offer(
        self,
        trainings: Iterable[Training],
        trainers: Iterable[Member],
        machines: Iterable[Machine],
    ) -> None:
        """Set what may be chosen."""
        self._trainings = {training.code: training for training in trainings}
        self._trainers = {trainer.code: trainer for trainer in trainers}
        self._machines = {machine.code: machine for machine in machines}
        self.training.choices = choices_of(
            {code: f"{code} {localized(one.title)}" for code, one in self._trainings.items()}
        )
        names = {code: one.name for code, one in self._trainers.items()}
        self.trainer.choices = choices_of(names)
        self.co_trainers.choices = choices_of(names)
        offered = {"": ""} | {
            code: f"{code} {localized(one.name)}" for code, one in self._machines.items()
        }
        for select, _units in self.machine_rows:
            select.choices = choices_of(offered)

    @property
    def half_day_rows(self) -> list[tuple[Field, Field, Field]]:
        """Day, start and end of each row."""
        return [
            (self[f"day_{n}"], self[f"starts_{n}"], self[f"ends_{n}"])
            for n in range(1, MOST_HALF_DAYS + 1)
        ]

    @property
    def machine_rows(self) -> list[tuple[Field, Field]]:
        """Machine and number of units of each row."""
        return [(self[f"machine_{n}"], self[f"units_{n}"]) for n in range(1, MOST_MACHINES + 1)]

    @property
    def rows_shown(self) -> int:
        """So many half-days as are filled in, and one more."""
        filled = [n for n, (day, *_rest) in enumerate(self.half_day_rows, start=1) if day.data]
        return min(MOST_HALF_DAYS, max(filled, default=1) + 1)

    @property
    def machine_rows_shown(self) -> int:
        """So many machines as are filled in, and two more."""
        filled = [n for n, row in enumerate(self.machine_rows, start=1) if row[0].data]
        return min(MOST_MACHINES, max(filled, default=0) + 2)

    def is_whole(self) -> bool:
        """Whether what was sent can be judged; the periods are worked out on the way."""
        is_valid = self.validate()
        self.periods: list[Period] = []
        for row in self.half_day_rows:
            is_valid = self._read(row) and is_valid
        if is_valid and not self.periods:
            self.half_day_rows[0][0].errors = [_("Choisissez au moins une demi-journée.")]
            return False
        return is_valid

    def _read(self, row: tuple[Field, Field, Field]) -> bool:
        day, starts, ends = row
        if any(field.errors for field in row):
            return False
        if not any(field.data for field in row):
            return True
        for field in row:
            if field.data is None:
                field.errors = [*field.errors, _("Complétez cette demi-journée.")]
                return False
        try:
            period = _on_the_clock(day.data, starts.data, ends.data)
        except NonexistentWallTime as met:
            text = _(
                "Le %(day)s, les horloges avancent d’une heure : %(time)s n’existe pas.",
                day=local_date(met.day),
                time=local_time(met.time),
            )
            starts.errors = [text]
            return False
        if period is None:
            ends.errors = [_("La fin vient après le début.")]
            return False
        self.periods.append(period)
        return True

    @property
    def draft(self) -> Draft:
        """What a whole form says."""
        first = self._trainers[self.trainer.data]
        others = [self._trainers[code] for code in self.co_trainers.data or []]
        hours = self.decision_hours.data
        units: dict[Machine, int] = {}
        for select, count in self.machine_rows:
            if select.data:
                machine = self._machines[select.data]
                units[machine] = units.get(machine, 0) + (count.data or 1)
        return Draft(
            training=self._trainings[self.training.data],
            kind=SessionKind(self.kind.data),
            trainers=(first, *(one for one in others if one is not first)),
            places=self.places.data,
            place=self.place.data or "",
            minimum=self.minimum.data,
            decides_before=None if hours is None else timedelta(hours=hours),
            half_days=tuple(sorted(self.periods)),
            units=units,
            despite=self.waives,
        )


for _n in range(1, MOST_HALF_DAYS + 1):  # rows, since a form without JavaScript cannot grow
    setattr(
        SessionForm,
        f"day_{_n}",
        DateField(_l("Jour"), validators=[Optional(), SensibleDate()]),
    )
    setattr(SessionForm, f"starts_{_n}", TimeField(_l("De"), validators=[Optional()]))
    setattr(SessionForm, f"ends_{_n}", TimeField(_l("À"), validators=[Optional()]))
for _n in range(1, MOST_MACHINES + 1):
    setattr(SessionForm, f"machine_{_n}", SelectField(_l("Machine"), default=""))
    setattr(
        SessionForm,
        f"units_{_n}",
        IntegerField(_l("Postes"), default=1, validators=[Optional(), NumberRange(1, 100)]),
    )


def _on_the_clock(day: Any, starts: time, ends: time) -> Period | None:
    start = resolve_wall_time(day, starts, zone())
    end = resolve_wall_time(day, ends, zone())
    return Period(start, end) if end > start else None


def values_of(session: TrainingSession, units: Mapping[Machine, int]) -> dict[str, Any]:
    """A session as data of a `SessionForm`."""
    hours = None
    if session.auto_cancel_at is not None:
        hours = round((session.starts_at - session.auto_cancel_at) / timedelta(hours=1))
    return {
        "version": session.version,
        "training": session.training.code,
        "kind": session.kind.value,
        "trainer": session.trainer.code,
        "co_trainers": [one.code for one in session.co_trainers],
        "places": session.places,
        "place": session.place,
        "minimum": session.minimum,
        "decision_hours": hours,
        **rows_of([one.period for one in session.half_days], units),
    }


def rows_of(half_days: Sequence[Period], units: Mapping[Machine, int]) -> dict[str, Any]:
    """Half-days and machines as data of the rows."""
    rows: dict[str, Any] = {}
    for n, half_day in enumerate(half_days, start=1):
        start, end = (_wall(one) for one in (half_day.starts_at, half_day.ends_at))
        rows |= {f"day_{n}": start.date(), f"starts_{n}": start.time(), f"ends_{n}": end.time()}
    for n, (machine, count) in enumerate(units.items(), start=1):
        rows |= {f"machine_{n}": machine.code, f"units_{n}": count}
    return rows


def _wall(instant: datetime) -> datetime:
    return instant.astimezone(zone())


class TrainersForm(BaseForm):
    """Who gives a session, the first of them answering for it."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[InputRequired()])
    trainer = SelectField(_l("Formateur responsable"), validators=[DataRequired()])
    co_trainers = CheckboxesField(_l("Avec"))

    def offer(self, trainers: Iterable[Member]) -> None:
        """Set whom one may name."""
        self._trainers = {one.code: one for one in trainers}
        names = {code: one.name for code, one in self._trainers.items()}
        self.trainer.choices = choices_of(names)
        self.co_trainers.choices = choices_of(names)

    @property
    def chosen(self) -> list[Member]:
        """Those who were named, each once."""
        codes = dict.fromkeys([self.trainer.data, *(self.co_trainers.data or [])])
        return [self._trainers[code] for code in codes]


class EnrolForm(BaseForm):
    """For whom a place is asked; nobody named is oneself."""

    member = SelectField(_l("Pour"), default="")

    def offer(self, people: Sequence[Member]) -> None:
        """Set whom one may enrol besides oneself."""
        self.member.choices = choices_of({"": _("Moi-même"), **{p.code: p.name for p in people}})


class RepeatForm(DespiteForm):
    """How often a session is given again, at the same wall times."""

    frequency = RadioField(
        _l("Rythme"),
        choices=choices_of(
            {
                Frequency.WEEK.value: _l("Chaque semaine"),
                Frequency.TWO_WEEKS.value: _l("Toutes les deux semaines"),
                Frequency.MONTH_POSITION.value: _l("Chaque mois, le même jour de la même semaine"),
            }
        ),
        default=Frequency.WEEK.value,
        coerce=Frequency,
    )
    times = IntegerField(
        _l("Encore combien de fois"),
        validators=[InputRequired(), NumberRange(1, MOST_REPEATS)],
        default=1,
    )


class InterestForm(BaseForm):
    """On which half-days of the week somebody would attend; none is any."""

    half_days = CheckboxesField(
        _l("Demi-journées qui vous conviennent"), description=_l("Aucune cochée : toutes.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [key_of(day, half) for day in range(DAYS_OFFERED) for half in Half]
        self.half_days.choices = choices_of({key: half_day_word(key) for key in keys})


class ReasonForm(BaseForm):
    """An act that asks why; the people concerned read it."""

    reason = TextAreaField(_l("Raison"), validators=[DataRequired(), Length(max=500)])
