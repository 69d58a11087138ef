"""Training files of professional sessions, and the yearly activity that they add up to."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from flask import Response as FileResponse
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.site.queries import site_zone
from booking.trainings.forms import EmptyForm
from booking.trainings.forms.files import DueForm, FundingForm, SetUpForm
from booking.trainings.queries.categories import all_categories
from booking.trainings.queries.files import (
    TraineeFile,
    TrainingFile,
    due_on,
    find_file,
    list_files_of_year,
)
from booking.trainings.rules import QuestionnaireKind, Sum, activity_of, sum_of
from booking.trainings.service import files as service
from booking.trainings.views.blueprints import training_files
from booking.web.access import get_acting_member, requires
from booking.web.filters import iso_local, localized
from booking.web.forms import first_result, remember_result
from booking.web.pdf import makes_pdf, pdf_bytes

FIRST_YEAR, LAST_YEAR = 2000, 2100


@training_files.app_template_filter()
def category_word(key: str) -> str:
    """The words of `income:CODE` or `objective:CODE`; of an empty code that it lacks."""
    category = all_categories().get(key)
    return localized(category.words) if category else _("Non renseigné")


@training_files.app_template_filter()
def category_line(key: str) -> str:
    """The line of the official form on which `income:CODE` or `objective:CODE` stands."""
    category = all_categories().get(key)
    return category.line if category else ""


@training_files.app_template_filter()
def in_order_of_the_form(parts: Mapping[str, Sum], kind: str) -> list[tuple[str, Sum]]:
    """The parts of a year by code, what is not filled in last."""
    places = {key: place for place, key in enumerate(all_categories())}
    return sorted(parts.items(), key=lambda part: places.get(f"{kind}:{part[0]}", len(places)))


class Trainee(NamedTuple):
    """One person's part of a session's file, as a form speaks of it."""

    file: TrainingFile
    part: TraineeFile


def _find_trainee(code: str, member: str) -> Trainee | None:
    file = find_file(code)
    parts = file.trainees if file else ()
    part = next((one for one in parts if one.enrolment.member.code == member), None)
    return Trainee(file, part) if file and part else None


# The year


@training_files.get("")
@requires("activity.see")
def activity() -> str:
    """The figures of a year, session by session and in all, empty years too."""
    this_year = clock.today(site_zone()).year
    year = min(max(request.args.get("year", this_year, type=int), FIRST_YEAR), LAST_YEAR)
    return _activity_page(year, DueForm(formdata=None))


@training_files.post("/<int:year>/due")
@requires("activity.edit")
def note_due(year: int) -> Response | tuple[str, int]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    form = DueForm()
    if not form.validate():
        return _activity_page(year, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.announce_due(year, form.due_on.data, get_acting_member())
        url = remember_result(form, url_for("training_files.activity", year=year))
    flash(_("Date limite enregistrée."), "success")
    return redirect(url, 303)


def _activity_page(year: int, form: DueForm) -> str:
    files = list_files_of_year(year, clock.now())
    facts = [[trainee.fact for trainee in file.trainees] for file in files]
    due = due_on(year)
    if due and form.due_on.data is None and not form.errors:
        form.due_on.data = due.due_on
    return render_template(
        "training_files/activity.html",
        year=year,
        lines=list(zip(files, map(sum_of, facts), strict=True)),
        activity=activity_of(facts),
        due=due,
        form=form,
    )


# One session


@training_files.get("/<code>")
@requires("training_file.see", of=find_file)
def show(file: TrainingFile) -> str:
    """What the file holds, person by person, and what it still lacks."""
    form = SetUpForm(formdata=None, professional=file.is_professional, programme=file.programme)
    return _file_page(file, form)


@training_files.post("/<code>")
@requires("training_file.edit", of=find_file)
def set_up(file: TrainingFile) -> Response | tuple[str, int]:
    form = SetUpForm()
    if not form.validate():
        return _file_page(file, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.set_up(
            file,
            get_acting_member(),
            professional=form.professional.data,
            programme=form.programme.data or "",
        )
        url = remember_result(form, _page_of(file))
    flash(_("Dossier enregistré."), "success")
    return redirect(url, 303)


def _file_page(file: TrainingFile, form: SetUpForm) -> str:
    return render_template(
        "training_files/show.html",
        file=file,
        form=form,
        kinds=list(QuestionnaireKind),
        act_form=EmptyForm(formdata=None),
    )


def _page_of(file: TrainingFile) -> str:
    return url_for("training_files.show", code=file.session.code)


@training_files.get("/<code>/trainees/<member>")
@requires("training_file.edit", of=_find_trainee)
def funding(trainee: Trainee) -> str:
    """Where one trainee's money comes from, and what the training is for."""
    known = trainee.part.funding
    cents = known.income_cents if known else _usual_price(trainee)
    form = FundingForm(
        formdata=None,
        income=known.income if known else None,
        objective=known.objective if known else "OTHER",
        amount=cents,
    )
    return _funding_page(trainee, form)


def _usual_price(trainee: Trainee) -> int:
    """What the place was taken for, else the training's price; in cents without VAT."""
    taken_for = trainee.part.enrolment.price_excl_cents
    return trainee.file.session.training.price_cents if taken_for is None else taken_for


@training_files.post("/<code>/trainees/<member>")
@requires("training_file.edit", of=_find_trainee)
def note_funding(trainee: Trainee) -> Response | tuple[str, int]:
    form = FundingForm()
    form.offer(trainee.file.ends_at.astimezone(site_zone()).date())
    if not form.validate():
        return _funding_page(trainee, form), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.note_funding(trainee.file, trainee.part, form.paid, get_acting_member())
        url = remember_result(form, _page_of(trainee.file))
    flash(_("Financement enregistré."), "success")
    return redirect(url, 303)


def _funding_page(trainee: Trainee, form: FundingForm) -> str:
    form.offer(trainee.file.ends_at.astimezone(site_zone()).date())
    return render_template(
        "training_files/funding.html", file=trainee.file, trainee=trainee.part, form=form
    )


# The papers in one archive


@training_files.post("/<code>/export")
@requires("training_file.see", of=find_file)
def export(file: TrainingFile) -> Response:
    """Every paper of the file with a manifest, as a ZIP; the journal notes who took it."""
    data = archive_of(file)
    with writing():
        service.note_export(file, get_acting_member())
    answer = FileResponse(data, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{archive_name(file)}"'
    return answer


class _Paper(NamedTuple):
    name: str
    content: bytes


def archive_name(file: TrainingFile) -> str:
    return f"dossier-{file.session.code}.zip"


def archive_of(file: TrainingFile) -> bytes:
    """Every paper of the file with a manifest, as a ZIP, made now from what is there."""
    made_at = clock.now()
    papers = list(_papers(file))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in [*papers, _Paper("manifest.json", _manifest(file, papers))]:
            local = made_at.astimezone(site_zone())
            info = zipfile.ZipInfo(paper.name, local.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, paper.content)
    return buffer.getvalue()


def _manifest(file: TrainingFile, papers: list[_Paper]) -> bytes:
    """What the archive holds, with the dates of the session and the digest of each paper."""
    told = {
        "session": file.session.code,
        "training": file.session.training.code,
        "half_days": [
            {"starts_at": iso_local(half.starts_at), "ends_at": iso_local(half.ends_at)}
            for half in file.session.half_days
        ],
        "answered": [
            {
                "trainee": trainee.enrolment.member.code,
                "questionnaire": kind.lower(),
                "at": iso_local(answer.answered_at),
            }
            for trainee in file.trainees
            for kind, answer in sorted(trainee.answers.items())
            if answer.answered_at
        ],
        "made_at": iso_local(clock.now()),
        "papers": [
            {"name": paper.name, "sha256": hashlib.sha256(paper.content).hexdigest()}
            for paper in papers
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _papers(file: TrainingFile) -> Iterator[_Paper]:
    """The papers in the order of the training; as pages beside their style sheet without PDF."""
    parts = [
        ("01-programme", "programme", {}),
        ("02-evaluation-entree", "answers", {"kind": QuestionnaireKind.ENTRY}),
        ("03-emargement", "attendance", {}),
        ("04-evaluations", "assessments", {}),
        ("05-satisfaction", "answers", {"kind": QuestionnaireKind.AT_ONCE}),
        ("06-satisfaction-3-mois", "answers", {"kind": QuestionnaireKind.LATER}),
    ]
    for name, template, names in parts:
        yield _paper(name, template, file, **names)
    for trainee in file.trainees:
        if trainee.has_attended:
            code = trainee.enrolment.member.code
            yield _paper(f"07-realisation-{code}", "completion", file, trainee=trainee)
    if not makes_pdf():
        sheet = Path(str(current_app.static_folder)) / "css" / "papers.css"
        yield _Paper("papers.css", sheet.read_bytes())


def _paper(name: str, template: str, file: TrainingFile, **names: object) -> _Paper:
    sheet = {} if makes_pdf() else {"stylesheet": "papers.css"}
    page = render_template(
        f"training_files/papers/{template}.html", as_pdf=True, file=file, **names, **sheet
    )
    if makes_pdf():
        return _Paper(f"{name}.pdf", pdf_bytes(page))
    return _Paper(f"{name}.html", page.encode())
