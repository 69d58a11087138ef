"""Pages of the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from booking.database import db, writing
from booking.journal import service, wording
from booking.journal.forms import JournalFilterForm
from booking.journal.models import JournalEntry
from booking.journal.queries import list_acts, search_entries
from booking.web.access import get_acting_member, requires
from booking.web.filters import iso_local, zone
from booking.web.pagination import paginate, url_of_page
from booking.web.spreadsheets import csv_file

journal = Blueprint("journal", __name__, url_prefix="/journal")

for filter_ in (wording.act_name, wording.subject_name, wording.plain):
    journal.add_app_template_filter(filter_)


@journal.get("")
@requires("journal.see")
def index() -> Any:
    form = _filter_form()
    if not form.validate():
        return _refused(form)
    page = paginate(search_entries(**form.chosen(zone())))
    return render_template("journal/index.html", form=form, page=page, url_of_page=url_of_page)


@journal.post("/export")
@requires("journal.export")
def export() -> Any:
    """The chosen entries as CSV; the export itself is an act of the journal."""
    form = _filter_form()
    if not form.validate():
        return _refused(form)
    entries = list(db.session.scalars(search_entries(**form.chosen(zone()))))
    answer = csv_file("journal.csv", _headings(), _rows(entries))
    with writing():
        service.record(
            "journal.exported", "journal", "csv", actor_id=get_acting_member().id,
            after={"entries": len(entries)} | request.args.to_dict(),
        )  # fmt: skip
    return answer


def _filter_form() -> JournalFilterForm:
    form = JournalFilterForm(request.args)
    form.offer(list_acts())
    return form


def _refused(form: JournalFilterForm) -> Any:
    return render_template("journal/index.html", form=form, page=None), 422


def _headings() -> list[str]:
    return [
        _("Quand"), _("Code de l’auteur"), _("Auteur"), _("Action"), _("Objet"), _("Code"),
        _("Raison"), _("Avant"), _("Après"),
    ]  # fmt: skip


def _rows(entries: Iterable[JournalEntry]) -> Iterator[tuple[Any, ...]]:
    for entry in entries:
        yield (
            iso_local(entry.at),
            entry.actor.code if entry.actor else "",
            entry.actor.name if entry.actor else "",
            entry.act,
            entry.subject_kind,
            entry.subject_code,
            entry.reason,
            json.dumps(entry.before, ensure_ascii=False),
            json.dumps(entry.after, ensure_ascii=False),
        )
