"""The forms of messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Length

from booking.outbox.models import MessageState
from booking.outbox.wording import KINDS, STATES
from booking.web.fields import choices_of
from booking.web.forms import BaseForm, FilterForm
from booking.web.locale import LANGUAGES


class MessageFilterForm(FilterForm):
    words = StringField(_l("Destinataire"), validators=[Length(max=80)])
    kind = SelectField(_l("Sujet"), choices=choices_of({"": _l("Tous"), **KINDS}), default="")
    state = SelectField(_l("État"), choices=choices_of({"": _l("Tous"), **STATES}), default="")
    language = SelectField(
        _l("Langue"), choices=choices_of({"": _l("Toutes"), **LANGUAGES}), default=""
    )

    def chosen(self) -> dict[str, Any]:
        """The arguments of `search_messages`."""
        return {
            "words": self.words.data or "",
            "kind": self.kind.data or "",
            "state": MessageState(self.state.data) if self.state.data else None,
            "language": self.language.data or "",
        }


class SendAgainForm(BaseForm):
    """A button."""
