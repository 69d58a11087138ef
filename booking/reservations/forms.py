"""The forms of reservations: wall times of the workshop become instants here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput, TextInput

from booking.machines.models import Machine, PriceUnit
from booking.members.models import Member
from booking.periods import (
    NonexistentWallTime,
    Period,
    is_ambiguous,
    resolve_wall_time,
    wall_times,
)
from booking.reservations.models import Reservation
from booking.reservations.queries.workshop import OfferedMachine
from booking.reservations.refusals import RefusalCode
from booking.reservations.rules import (
    LONGEST_RESERVATION_DAYS,
    CompanionRole,
    MachineFacts,
    Mode,
)
from booking.reservations.rules.series import (
    MOST_SHIFTED,
    MOST_TIMES,
    Frequency,
    Hours,
    Recurrence,
    Scope,
    days_of,
)
from booking.reservations.rules.waiting import Waits
from booking.reservations.service import MOST_GRAMS, EndAnswers
from booking.reservations.wording import frequency_name, shift_name
from booking.web.addresses import LARGEST_ID
from booking.web.fields import choices_of
from booking.web.filters import duration, local_date, local_time
from booking.web.forms import BaseForm, CheckboxesField, SensibleDate

FIRING_TYPES = {"BISQUE": _l("Cuisson biscuit"), "STONEWARE": _l("Cuisson grès")}


MODES = {Mode.AUTONOMOUS.value: _l("autonome"), Mode.SUPERVISED.value: _l("accompagné")}

LENGTHS = (30, 60, 90, 120, 180, 240, 300, 360, 480)
"""The lengths that can be looked for, in minutes."""


class WallTimeField(SelectField):
    """A time of the workshop's clock: `14:30`, or `02:30+02:00` where the clock shows it twice."""

    def __init__(self, label: object, **options: object) -> None:
        super().__init__(label, validate_choice=False, validators=[InputRequired()], **options)

    def pre_validate(self, form: object) -> None:
        wall_and_offset(self.data or "")

    def offer(self, day: date, zone: ZoneInfo, step_minutes: int) -> None:
        """Offer the real grid times of a local day; what was sent stays among them."""
        times = {_value(at): local_time(at) for at in _grid(day, zone, step_minutes)}
        sent = self.data
        if sent and sent not in times:
            times = dict(sorted([*times.items(), (sent, sent)]))
        self.choices = choices_of(times)

    def set_instant(self, instant: datetime, zone: ZoneInfo) -> None:
        self.data = _value(instant.astimezone(zone))


def _grid(day: date, zone: ZoneInfo, step_minutes: int) -> list[datetime]:
    return [wall.instant.astimezone(zone) for wall in wall_times(day, zone, step_minutes)]


def _value(local: datetime) -> str:
    zone = local.tzinfo
    if isinstance(zone, ZoneInfo) and is_ambiguous(local.date(), local.time(), zone):
        return local.strftime("%H:%M") + local.isoformat()[-6:]
    return local.strftime("%H:%M")


def wall_and_offset(text: str) -> tuple[time, timedelta | None]:
    """A time field's text as wall time and, where given, offset; raises `ValidationError`."""
    try:
        wall = time.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Indiquez une heure comme 14:30.")) from None
    if wall.second or wall.microsecond:
        raise ValidationError(_("Indiquez une heure comme 14:30."))
    return wall.replace(tzinfo=None), wall.utcoffset()


def instant_of(day: date, text: str, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """The instant of a wall time of a day; raises `ValidationError` for one that is not.

    A time that the clock shows twice is taken at its first showing, unless the offset says the
    other or the first would not come after `after`.
    """
    wall, offset = wall_and_offset(text)
    try:
        readings = [resolve_wall_time(day, wall, zone, fold) for fold in (0, 1)]
    except NonexistentWallTime:
        raise ValidationError(
            _(
                "Cette nuit-là, les horloges avancent d’une heure : %(time)s n’existe pas.",
                time=text,
            )
        ) from None
    if offset is not None:
        readings = [r for r in readings if r.astimezone(zone).utcoffset() == offset]
        if not readings:
            raise ValidationError(_("Ce décalage horaire n’est pas celui de ce jour-là."))
    later = [reading for reading in readings if after is None or reading > after]
    return (later or readings)[0]


class WaiversForm(BaseForm):
    """What a manager sets aside. The choices are set by the view, from what stands against it."""

    waive = CheckboxesField(_l("Motifs à écarter"), validate_choice=False)
    waiver_reason = TextAreaField(
        _l("Raison de la dérogation"), validators=[Optional(), Length(max=500)]
    )

    def waivers(self) -> dict[RefusalCode, str]:
        """What a manager sets aside, with the reason."""
        known = set(RefusalCode)
        reason = (self.waiver_reason.data or "").strip()
        return {RefusalCode(code): reason for code in self.waive.data or [] if code in known}

    def explains_waivers(self) -> bool:
        if self.waive.data and len((self.waiver_reason.data or "").strip()) < 3:
            return _fail(self.waiver_reason, _("Une dérogation demande une raison écrite."))
        return True


class TimesForm(WaiversForm):
    """From when to when, on the dial of the workshop's clock. The choices are set by the view."""

    starts_on = DateField(_l("Jour"), validators=[InputRequired(), SensibleDate()])
    start_time = WallTimeField(_l("Début"))
    ends_on = DateField(_l("Jour de fin"), validators=[InputRequired(), SensibleDate()])
    end_time = WallTimeField(_l("Fin"))
    judge = SubmitField(_l("Voir le prix"))

    period: Period | None = None

    def offer_times(self, zone: ZoneInfo, step_minutes: int) -> None:
        """Set the choices of times that depend on the days chosen."""
        for day, wall in ((self.starts_on, self.start_time), (self.ends_on, self.end_time)):
            known = day.data if isinstance(day.data, date) else None
            if known and SensibleDate.FIRST <= known <= SensibleDate.LAST:
                wall.offer(known, zone, step_minutes)
            else:
                wall.choices = choices_of({wall.data: wall.data} if wall.data else {})

    def prefill_times(self, period: Period, zone: ZoneInfo) -> None:
        for instant, day, wall in (
            (period.starts_at, self.starts_on, self.start_time),
            (period.ends_at, self.ends_on, self.end_time),
        ):
            day.data = instant.astimezone(zone).date()
            wall.set_instant(instant, zone)

    def has_period(self, zone: ZoneInfo) -> bool:
        """Whether the times can be understood; sets `period`."""
        try:
            start = instant_of(self.starts_on.data, self.start_time.data, zone)
        except ValidationError as error:
            return _fail(self.start_time, str(error))
        try:
            end = instant_of(self.ends_on.data, self.end_time.data, zone, after=start)
        except ValidationError as error:
            return _fail(self.end_time, str(error))
        if end <= start:
            return _fail(self.end_time, _("La fin vient après le début."))
        if end - start > timedelta(days=LONGEST_RESERVATION_DAYS):
            message = _(
                "Une réservation dure au plus %(days)s jours.", days=LONGEST_RESERVATION_DAYS
            )
            return _fail(self.ends_on, message)
        self.period = Period(start, end)
        return True


class ReservationForm(TimesForm):
    """What somebody wants to reserve. The choices of machines and members are set by the view."""

    machine = SelectField(_l("Machine"), validators=[InputRequired()])
    unit = SelectField(_l("Poste"), default="")
    firing_type = SelectField(
        _l("Type de cuisson"), choices=choices_of({"": _l("Choisir"), **FIRING_TYPES}), default=""
    )
    purpose = StringField(
        _l("Travail prévu"),
        validators=[Optional(), Length(max=200)],
        description=_l("Facultatif, visible de vous et de l’équipe."),
    )
    member = SelectField(_l("Pour"), default="")
    mode = RadioField(_l("Usage"), choices=choices_of(MODES), default=Mode.AUTONOMOUS.value)
    companion = StringField(
        _l("Qui sera là"),
        validators=[Optional(), Length(max=200)],
        description=_l("Nom complet, adresse électronique ou numéro de membre."),
    )
    credit_only = BooleanField(
        _l("Payer seulement avec mes heures de crédit"),
        description=_l("Sans elles, rien n’est réservé."),
    )

    repeat = SubmitField(_l("Répéter…"))
    several = SubmitField(_l("Ajouter une machine à la même heure…"))
    chain = SubmitField(_l("Enchaîner une autre machine…"))

    units: Mapping[str, int] = {}

    def offer(
        self,
        machines: Sequence[OfferedMachine],
        members: list[Member],
        zone: ZoneInfo,
        step_minutes: int,
    ) -> None:
        """Set the choices that depend on who asks, and on the days chosen."""
        self.machine.choices = choices_of({machine.code: machine.code for machine in machines})
        self.member.choices = choices_of({"": _("Moi-même")} | {m.code: m.name for m in members})
        self.offer_times(zone, step_minutes)

    def offer_units(self, numbers: Sequence[int]) -> None:
        """Let one unit of a pool be named."""
        self.units = {str(number): number for number in numbers} if len(numbers) > 1 else {}
        words = {text: _("Poste %(number)s", number=text) for text in self.units}
        self.unit.choices = choices_of({"": _("N’importe lequel")} | words)

    @property
    def unit_number(self) -> int | None:
        """The one unit that is wanted, None where any will do."""
        return self.units.get(self.unit.data or "")

    @property
    def asked_mode(self) -> Mode:
        supervised = self.mode.data == Mode.SUPERVISED
        return Mode.SUPERVISED if supervised else Mode.AUTONOMOUS

    @property
    def asked_role(self) -> CompanionRole:
        """What the person named would be there for."""
        supervised = self.asked_mode is Mode.SUPERVISED
        return CompanionRole.SUPERVISOR if supervised else CompanionRole.BUDDY

    def prefill(self, machine: Machine, period: Period, zone: ZoneInfo) -> None:
        self.machine.data = machine.code
        self.prefill_times(period, zone)

    def is_whole(self, machine: Machine | None, zone: ZoneInfo) -> bool:
        """Whether the form can be understood; `period` is set when the times can."""
        fires = machine is not None and machine.price_unit is PriceUnit.FIRING
        if not fires:
            self.firing_type.data = ""
        if not self.units:
            self.unit.data = ""
        if not self.validate():
            return False
        return all([self.has_period(zone), self._says_firing(fires), self.explains_waivers()])

    def _says_firing(self, fires: bool) -> bool:
        if fires and not self.firing_type.data:
            return _fail(self.firing_type, _("Choisissez le type de cuisson."))
        return True


class MoveForm(TimesForm):
    """When a reservation is to be instead, and on which of the machines alike. `version` is the
    one that was shown.
    """

    machine = SelectField(_l("Machine"), validators=[InputRequired()])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def prefill(self, reservation: Reservation, period: Period, zone: ZoneInfo) -> None:
        self.machine.data = reservation.machine.code
        self.version.data = reservation.version
        self.prefill_times(period, zone)

    def offer(self, machines: Mapping[str, str], zone: ZoneInfo, step_minutes: int) -> None:
        """Set the choices: machines by code with their names, and the times of the days chosen."""
        self.machine.choices = choices_of(machines)
        self.offer_times(zone, step_minutes)

    def is_whole(self, zone: ZoneInfo) -> bool:
        """Whether the form can be understood; `period` is set when the times can."""
        return self.validate() and all([self.has_period(zone), self.explains_waivers()])


def _fail(field: Field, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False


class FindForm(BaseForm):
    """When somebody needs a machine, and for how long; sent by GET, nothing is changed."""

    on = DateField(_l("Jour"), validators=[InputRequired(), SensibleDate()])
    at = TimeField(_l("À partir de"), validators=[InputRequired()])
    minutes = SelectField(_l("Durée"), coerce=int)
    place = SelectField(_l("Où"), default="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.minutes.choices = choices_of({length: duration(length) for length in LENGTHS})

    def propose(self, now: datetime, zone: ZoneInfo) -> None:
        """The next full hour, for two hours."""
        next_hour = now.astimezone(zone).replace(minute=0, second=0) + timedelta(hours=1)
        self.on.data, self.at.data, self.minutes.data = next_hour.date(), next_hour.time(), 120

    def wanted(self, zone: ZoneInfo) -> Period | None:
        """The time asked for; None where it cannot be read, and the fields say why."""
        if not self.validate():
            return None
        try:
            start = instant_of(self.on.data, self.at.data.strftime("%H:%M"), zone)
        except ValidationError as error:
            _fail(self.at, str(error))
            return None
        return Period(start, start + timedelta(minutes=self.minutes.data))


class NameCompanionForm(BaseForm):
    companion = StringField(_l("Qui sera là"), validators=[InputRequired(), Length(max=200)])


class HandOverForm(BaseForm):
    """To whom a reservation is offered, and which one of that person is wanted for it."""

    to = StringField(
        _l("Adresse électronique de la personne"), validators=[InputRequired(), Length(max=254)]
    )
    in_exchange = IntegerField(
        _l("En échange de sa réservation numéro"),
        validators=[Optional(), NumberRange(1, LARGEST_ID)],
        description=_l("Facultatif ; la personne lit ce numéro sur sa réservation."),
    )


ACCEPT, DECLINE = "accept", "decline"


class AnswerForm(BaseForm):
    answer = SelectField(
        _l("Votre réponse"),
        choices=choices_of({ACCEPT: _l("Accepter"), DECLINE: _l("Refuser")}),
        validators=[InputRequired()],
    )

    @property
    def accepts(self) -> bool:
        return bool(self.answer.data == ACCEPT)


SCOPES = {
    Scope.ONE: _l("Seulement celle-ci"),
    Scope.FOLLOWING: _l("Celle-ci et les suivantes"),
    Scope.ALL: _l("Toutes celles à venir"),
}


class CancelForm(BaseForm):
    scope = RadioField(
        _l("Annuler"),
        choices=choices_of(SCOPES),
        default=Scope.ONE,
    )
    reason = TextAreaField(_l("Raison"), validators=[Optional(), Length(max=500)])


class WaiveFeeForm(BaseForm):
    reason = TextAreaField(_l("Raison"), validators=[InputRequired(), Length(min=3, max=500)])


class ArrivalForm(BaseForm):
    """A button alone."""


class KilogramsField(Field):
    """A weight typed as `2` or `0,4`; its data are grams, 0 for an empty field."""

    widget = TextInput()
    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{Decimal(self.data) / 1000}".replace(".", ",") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip().removesuffix("kg").strip()
        try:
            grams = Decimal(typed.replace(",", ".", 1) or "0") * 1000
        except InvalidOperation:
            raise ValueError(_("Indiquez un poids en kilogrammes, comme 0,4.")) from None
        if not grams.is_finite() or not 0 <= grams <= MOST_GRAMS:
            raise ValueError(_("Indiquez un poids entre 0 et 1 000 kg."))
        self.data = int(grams.to_integral_value(ROUND_HALF_UP))


class EndListForm(BaseForm):
    """What is asked of who leaves; a box without a tick is a plain no."""

    is_clean = BooleanField(_l("La machine et sa place sont propres"))
    tools_are_back = BooleanField(_l("Les outils sont rangés"))
    offcuts = KilogramsField(_l("Chutes laissées à réemployer (kg)"))
    problem = TextAreaField(_l("Un problème ?"), validators=[Optional(), Length(max=1000)])

    @property
    def answers(self) -> EndAnswers:
        return EndAnswers(
            is_clean=self.is_clean.data,
            tools_are_back=self.tools_are_back.data,
            offcut_grams=self.offcuts.data or 0,
            problem=self.problem.data or "",
        )


class EndAccountForm(BaseForm):
    reason = TextAreaField(_l("Raison"), validators=[InputRequired(), Length(min=3, max=500)])


class DatesForm(BaseForm):
    """Dates that are shown with what stands against each before the act. `in_the_way` are those
    that the page itself has ticked, and `shown` is what was asked for then.
    """

    leave_out = CheckboxesField(_l("Dates à laisser de côté"), validate_choice=False)
    in_the_way = HiddenField(validators=[Length(max=2000)])
    shown = HiddenField(validators=[Length(max=200)])
    judge = SubmitField(_l("Voir les dates et le prix"))

    asked: tuple[str, ...] = ()
    """The names of the fields that say which dates and hours are wanted."""

    @property
    def only_looks(self) -> bool:
        """Whether the dates are to be shown: so it was asked, or others are wanted than were."""
        return bool(self.judge.data) or self.shown.data not in ("", None, self._asked_for())

    @property
    def left_aside(self) -> set[str]:
        """What is ticked; looked at anew, what the page itself has ticked is judged again."""
        ticked = set(self.leave_out.data or ())
        return ticked - self._ticked_by_page() if self.only_looks else ticked

    def remember(self, in_the_way: Iterable[str]) -> None:
        """Tick what is in the way, and keep what was shown for the act that follows."""
        ticked = self.left_aside
        by_page = {*in_the_way, *(self._ticked_by_page() & ticked)}
        self.leave_out.data = sorted(ticked | by_page)
        self.in_the_way.data = " ".join(sorted(by_page))
        self.shown.data = self._asked_for()

    def _ticked_by_page(self) -> set[str]:
        return set((self.in_the_way.data or "").split())

    def _asked_for(self) -> str:
        return "|".join(str(self[name].data or "") for name in self.asked)


class SeriesForm(DatesForm):
    """The same hours of the wall clock, again and again. The choices are set by the view."""

    machine = SelectField(_l("Machine"), validators=[InputRequired()])
    member = SelectField(_l("Pour"), default="")
    starts_on = DateField(_l("Premier jour"), validators=[InputRequired(), SensibleDate()])
    start_time = WallTimeField(_l("Début"))
    end_time = WallTimeField(_l("Fin"), description=_l("Avant le début : le lendemain."))
    frequency = SelectField(_l("Répéter"), default=Frequency.WEEK)
    times = IntegerField(
        _l("Nombre de fois"),
        default=8,
        validators=[Optional(), NumberRange(min=1, max=MOST_TIMES)],
    )
    until = DateField(
        _l("Ou jusqu’au"),
        validators=[Optional(), SensibleDate()],
        description=_l("Ce jour compris."),
    )
    firing_type = SelectField(
        _l("Type de cuisson"), choices=choices_of({"": _l("Choisir"), **FIRING_TYPES}), default=""
    )
    purpose = StringField(_l("Travail prévu"), validators=[Optional(), Length(max=200)])

    asked = (
        "machine",
        "member",
        "starts_on",
        "start_time",
        "end_time",
        "frequency",
        "times",
        "until",
        "firing_type",
    )

    def offer(
        self,
        machines: Sequence[OfferedMachine],
        members: list[Member],
        zone: ZoneInfo,
        step_minutes: int,
    ) -> None:
        """Set the choices that depend on who asks, and on the first day."""
        self.machine.choices = choices_of({machine.code: machine.code for machine in machines})
        self.member.choices = choices_of({"": _("Moi-même")} | {m.code: m.name for m in members})
        self.frequency.choices = choices_of({f: frequency_name(f) for f in Frequency})
        day = self.starts_on.data
        known = day if isinstance(day, date) and _is_sensible(day) else SensibleDate.FIRST
        for wall in (self.start_time, self.end_time):
            wall.offer(known, zone, step_minutes)

    def prefill(self, machine: Machine | None, period: Period, zone: ZoneInfo) -> None:
        self.machine.data = machine.code if machine else ""
        self.starts_on.data = period.starts_at.astimezone(zone).date()
        self.start_time.set_instant(period.starts_at, zone)
        self.end_time.set_instant(period.ends_at, zone)

    def is_whole(self, machine: Machine | None) -> bool:
        """Whether the form can be understood."""
        fires = machine is not None and machine.price_unit is PriceUnit.FIRING
        if not fires:
            self.firing_type.data = ""
        if not self.validate():
            return False
        if fires and not self.firing_type.data:
            return _fail(self.firing_type, _("Choisissez le type de cuisson."))
        if (self.times.data is None) == (self.until.data is None):
            return _fail(self.times, _("Indiquez soit un nombre de fois, soit un dernier jour."))
        days = days_of(self.recurrence)
        if not days:
            return _fail(self.until, _("Le dernier jour vient avant la première date."))
        if len(days) > MOST_TIMES:
            return _fail(self.until, _("Une série compte au plus %(most)s dates.", most=MOST_TIMES))
        return True

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            Frequency(self.frequency.data), self.starts_on.data, self.times.data, self.until.data
        )

    @property
    def hours(self) -> Hours:
        return Hours(
            wall_and_offset(self.start_time.data)[0], wall_and_offset(self.end_time.data)[0]
        )

    def left_out(self) -> set[date]:
        """The dates that are not wanted, those that can be read."""
        return {date.fromisoformat(text) for text in self.left_aside if _is_day(text)}


def _is_sensible(day: date) -> bool:
    return SensibleDate.FIRST <= day <= SensibleDate.LAST


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class SeriesMoveForm(DatesForm, WaiversForm):
    """Other hours of the wall clock for dates of a series. The choices are set by the view; `seen`
    holds the versions of the reservations that were shown.
    """

    scope = RadioField(_l("Déplacer"), choices=choices_of(SCOPES), default=Scope.ALL)
    chosen = SelectField(_l("Celle du"), coerce=int)
    start_time = WallTimeField(_l("Début"))
    end_time = WallTimeField(_l("Fin"), description=_l("Avant le début : le lendemain."))
    shift_days = SelectField(_l("Jour"), coerce=int, default=0)
    seen = HiddenField(validators=[Length(max=2000)])

    asked = ("scope", "chosen", "start_time", "end_time", "shift_days")

    def offer(self, dates: Sequence[Reservation], zone: ZoneInfo, step_minutes: int) -> None:
        """Set the choices that depend on the dates that can be moved."""
        self.chosen.choices = [(one.id, local_date(one.starts_at)) for one in dates]
        self.shift_days.choices = [
            (days, shift_name(days)) for days in range(-MOST_SHIFTED, MOST_SHIFTED + 1)
        ]
        day = dates[0].starts_at.astimezone(zone).date()
        for wall in (self.start_time, self.end_time):
            wall.offer(day, zone, step_minutes)

    def prefill(self, reservation: Reservation, zone: ZoneInfo) -> None:
        self.chosen.data = reservation.id
        self.start_time.set_instant(reservation.starts_at, zone)
        self.end_time.set_instant(reservation.ends_at, zone)

    @property
    def hours(self) -> Hours:
        return Hours(
            wall_and_offset(self.start_time.data)[0], wall_and_offset(self.end_time.data)[0]
        )

    @property
    def left_out(self) -> frozenset[int]:
        """The ids of the reservations that stay as they are."""
        return frozenset(int(text) for text in self.left_aside if re.fullmatch(r"\d{1,9}", text))

    @property
    def versions_seen(self) -> dict[int, int] | None:
        """By the reservation's id; None where nothing was shown yet."""
        pairs = re.findall(r"(\d{1,9})-(\d{1,9})", self.seen.data or "")
        return {int(number): int(version) for number, version in pairs} or None

    def show_versions(self, reservations: Iterable[Reservation]) -> None:
        """Remember what is shown, for the act that follows."""
        self.seen.data = " ".join(f"{one.id}-{one.version}" for one in reservations)


class ChainForm(BaseForm):
    """Uses that follow one another. `planned` holds the starts of the proposal that was shown."""

    on = DateField(_l("Au plus tôt le"), validators=[InputRequired(), SensibleDate()])
    at = TimeField(_l("À partir de"), validators=[InputRequired()])
    first = SelectField(_l("D’abord"), validators=[InputRequired()])
    first_minutes = SelectField(_l("Durée"), coerce=int, default=180)
    second = SelectField(_l("Ensuite"), validators=[InputRequired()])
    second_minutes = SelectField(_l("Durée"), coerce=int, default=60)
    third = SelectField(_l("Puis"), default="")
    third_minutes = SelectField(_l("Durée"), coerce=int, default=60)
    gap_hours = SelectField(_l("Chaque étape commence au plus tard"), coerce=int, default=48)
    member = SelectField(_l("Pour"), default="")
    purpose = StringField(_l("Travail prévu"), validators=[Optional(), Length(max=200)])
    planned = HiddenField(validators=[Optional(), Length(max=200)])
    judge = SubmitField(_l("Chercher une proposition"))

    def offer(self, machines: Mapping[str, str], members: list[Member]) -> None:
        """Set the choices: machines by code with their names, and people."""
        self.first.choices = self.second.choices = choices_of({"": _("Choisir"), **machines})
        self.third.choices = choices_of({"": _("Rien de plus"), **machines})
        for minutes in (self.first_minutes, self.second_minutes, self.third_minutes):
            minutes.choices = choices_of({length: duration(length) for length in LENGTHS})
        words = {4: _("4 heures après"), 24: _("1 jour après"), 48: _("2 jours après")}
        self.gap_hours.choices = choices_of(words | {168: _("1 semaine après")})
        self.member.choices = choices_of({"": _("Moi-même")} | {m.code: m.name for m in members})

    def steps(self) -> list[tuple[str, timedelta]]:
        """The codes of the machines with the length of each use."""
        wanted = (
            (self.first.data, self.first_minutes.data),
            (self.second.data, self.second_minutes.data),
            (self.third.data, self.third_minutes.data),
        )
        return [(code, timedelta(minutes=minutes)) for code, minutes in wanted if code]

    def start(self, zone: ZoneInfo) -> datetime | None:
        """From when on; None where it cannot be read, and the fields say why."""
        if not self.validate():
            return None
        try:
            return instant_of(self.on.data, self.at.data.strftime("%H:%M"), zone)
        except ValidationError as error:
            _fail(self.at, str(error))
            return None

    def planned_starts(self) -> list[datetime]:
        """The starts of the proposal that is accepted; empty where they cannot be read."""
        try:
            starts = [datetime.fromisoformat(text) for text in (self.planned.data or "").split()]
        except ValueError:
            return []
        return [start for start in starts if start.utcoffset() is not None and _is_near(start)]


def _is_near(start: datetime) -> bool:
    return SensibleDate.FIRST.year <= start.year <= SensibleDate.LAST.year


ONLY_WRITE = _l("seulement m’écrire")


class WaitForm(BaseForm):
    """How long a use somebody waits for, and within which period."""

    from_on = DateField(_l("À partir du"), validators=[InputRequired(), SensibleDate()])
    from_at = TimeField(_l("Heure"), validators=[InputRequired()])
    until_on = DateField(_l("Jusqu’au"), validators=[InputRequired(), SensibleDate()])
    until_at = TimeField(_l("Heure"), validators=[InputRequired()])
    minutes = SelectField(_l("Durée voulue"), coerce=int)
    waits = RadioField(
        _l("Quand ce temps se libère"),
        choices=choices_of(
            {
                Waits.FOR_OFFER.value: _l("le tenir pour moi le temps que je réponde"),
                Waits.FOR_NOTICE.value: ONLY_WRITE,
            }
        ),
        default=Waits.FOR_OFFER.value,
    )

    period: Period | None = None

    def offer(self, machine: MachineFacts) -> None:
        """Set the lengths that this machine allows; one that was sent stays among them."""
        lengths = [
            length
            for length in (*LENGTHS, machine.min_minutes, machine.max_minutes)
            if machine.min_minutes <= length <= machine.max_minutes
            and length % machine.grid_minutes == 0
        ]
        if isinstance(self.minutes.data, int) and self.minutes.data <= machine.max_minutes:
            lengths.append(self.minutes.data)
        choices = {length: duration(length) for length in sorted(set(lengths))}
        self.minutes.choices = choices_of(choices)
        if machine.needs_approval:  # what is approved one by one is held for nobody
            self.waits.choices = choices_of({Waits.FOR_NOTICE.value: ONLY_WRITE})
            self.waits.data = self.waits.data if self.waits.raw_data else Waits.FOR_NOTICE.value

    def propose(self, period: Period, minutes: int, zone: ZoneInfo) -> None:
        for instant, day, wall in (
            (period.starts_at, self.from_on, self.from_at),
            (period.ends_at, self.until_on, self.until_at),
        ):
            local = instant.astimezone(zone)
            day.data, wall.data = local.date(), local.time()
        self.minutes.data = minutes

    def is_whole(self, zone: ZoneInfo) -> bool:
        """Whether the form can be understood; `period` is set when the times can."""
        if not self.validate():
            return False
        instants = []
        for day, wall in ((self.from_on, self.from_at), (self.until_on, self.until_at)):
            try:
                instants.append(instant_of(day.data, wall.data.strftime("%H:%M"), zone))
            except ValidationError as error:
                return _fail(wall, str(error))
        if instants[1] <= instants[0]:
            return _fail(self.until_on, _("La fin vient après le début."))
        self.period = Period(*instants)
        return True


class AcceptOfferForm(BaseForm):
    firing_type = SelectField(
        _l("Type de cuisson"), choices=choices_of({"": _l("Choisir"), **FIRING_TYPES}), default=""
    )

    def is_whole(self, fires: bool) -> bool:
        """Whether the form can be understood, for a machine that is priced by firing or not."""
        if not self.validate():
            return False
        if fires and not self.firing_type.data:
            return _fail(self.firing_type, _("Choisissez le type de cuisson."))
        return True


class SeveralForm(TimesForm):
    """Several machines, or several people, at one time: each place a machine and for whom."""

    machine_1 = SelectField(_l("Machine"), validators=[InputRequired()])
    member_1 = SelectField(_l("Pour"), default="")
    machine_2 = SelectField(_l("Deuxième machine"), validators=[InputRequired()])
    member_2 = SelectField(_l("Pour"), default="")
    machine_3 = SelectField(_l("Troisième machine"), default="")
    member_3 = SelectField(_l("Pour"), default="")
    machine_4 = SelectField(_l("Quatrième machine"), default="")
    member_4 = SelectField(_l("Pour"), default="")
    purpose = StringField(_l("Travail prévu"), validators=[Optional(), Length(max=200)])

    @property
    def places(self) -> list[tuple[SelectField, SelectField]]:
        return [(self[f"machine_{n}"], self[f"member_{n}"]) for n in range(1, 5)]

    def offer(self, machines: Mapping[str, str], members: list[Member], zone: ZoneInfo) -> None:
        """Set the choices: machines by code with their names, and people."""
        people = {"": _("Moi-même")} | {member.code: member.name for member in members}
        for machine, member in self.places:
            machine.choices = choices_of({"": _("Aucune"), **machines})
            member.choices = choices_of(people)
        self.offer_times(zone, 30)

    def is_whole(self, zone: ZoneInfo) -> bool:
        return self.validate() and self.has_period(zone)
