"""The form that narrows the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from booking.journal.wording import act_name
from booking.periods import local_day
from booking.web.fields import choices_of
from booking.web.forms import FilterForm, SensibleDate


class JournalFilterForm(FilterForm):
    act = SelectField(_l("Action"), default="")
    subject = StringField(
        _l("Objet"), description=_l("Par exemple machine:M01."), validators=[Length(max=100)]
    )
    actor = StringField(
        _l("Auteur"), description=_l("Code du membre."), validators=[Length(max=20)]
    )
    words = StringField(_l("Rechercher"), validators=[Length(max=80)])
    since = DateField(_l("Du"), validators=[Optional(), SensibleDate()])
    until = DateField(_l("Au"), validators=[Optional(), SensibleDate()])

    def offer(self, acts: Iterable[str]) -> None:
        named = sorted((act_name(act), act) for act in acts)
        self.act.choices = choices_of({"": _("Toutes")} | {act: name for name, act in named})

    def chosen(self, zone: ZoneInfo) -> dict[str, Any]:
        """The arguments of `search_entries`; the days are local and both included."""
        return {
            "act": self.act.data or "",
            "subject": self.subject.data or "",
            "actor": self.actor.data or "",
            "words": self.words.data or "",
            "since": local_day(self.since.data, zone).starts_at if self.since.data else None,
            "before": local_day(self.until.data, zone).ends_at if self.until.data else None,
        }
