"""The words of what a check of a certificate tells of its holder."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from booking.trainings.rules import ShownName

SHOWN_NAMES = {
    ShownName.NOTHING: _l("pas du tout"),
    ShownName.INITIALS: _l("en initiales"),
    ShownName.WHOLE: _l("en entier"),
}
