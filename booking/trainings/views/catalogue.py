"""Pages of the catalogue of trainings: what managers edit, and asking for a certification.

The catalogue itself and the pages of certifications tell how people stand today, which rests on
their reservations; so they are added to these blueprints in `decisions`.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.trainings.forms import (
    EmptyForm,
    NewTrainingForm,
    RefresherForm,
    RequestForm,
    TrainingForm,
    values_of,
)
from booking.trainings.models import SessionKind, Training
from booking.trainings.queries import (
    find_training,
    list_sessions,
    list_trainings,
    refreshable_levels,
)
from booking.trainings.queries.proofs import proofs_of
from booking.trainings.refusals import Refused
from booking.trainings.service import catalogue, certifying
from booking.trainings.views.blueprints import do_once, trainings
from booking.trainings.wording import (
    act_word,
    explain,
    level_name,
    level_title,
    session_kind_word,
    session_state_word,
)
from booking.web.access import get_acting_member, requires

for word in (level_name, level_title, act_word, session_kind_word, session_state_word):
    trainings.add_app_template_filter(word)


@trainings.get("/new")
@requires("training.edit")
def new() -> str:
    return _new_page(NewTrainingForm(formdata=None))


@trainings.post("/new")
@requires("training.edit")
def create() -> Response | tuple[str, int]:
    form = NewTrainingForm()
    form.offer(list_trainings())
    if not form.validate():
        return _new_page(form), 422
    terms = form.terms(form.code.data)
    done = do_once(form, lambda: catalogue.create(terms, get_acting_member()), page_of)
    if done is None:
        return _new_page(form), 422
    flash(_("Formation ajoutée au catalogue."), "success")
    return redirect(done.url, 303)


def _new_page(form: NewTrainingForm) -> str:
    form.offer(list_trainings())
    return render_template("trainings/edit.html", form=form, training=None)


@trainings.get("/<code>/edit")
@requires("training.edit", of=find_training)
def edit(training: Training) -> str:
    return edit_page(training, TrainingForm(formdata=None, data=values_of(training)))


def edit_page(training: Training, form: TrainingForm) -> str:
    form.offer(possible_prerequisites(training))
    return render_template("trainings/edit.html", form=form, training=training)


def possible_prerequisites(training: Training) -> list[Training]:
    return [other for other in list_trainings() if other.id != training.id]


@trainings.get("/<code>/archive")
@requires("training.edit", of=find_training)
def confirm_archive(training: Training) -> str:
    """What would be archived, or what stands against it."""
    return _archive_page(training, EmptyForm(formdata=None))


@trainings.post("/<code>/archive")
@requires("training.edit", of=find_training)
def archive(training: Training) -> Response | tuple[str, int]:
    form = EmptyForm()
    done = do_once(form, lambda: catalogue.archive(training.id, get_acting_member()), page_of)
    if done is None:
        return _archive_page(training, form), 422
    flash(_("Formation archivée : elle n’est plus proposée."), "success")
    return redirect(done.url, 303)


def _archive_page(training: Training, form: EmptyForm) -> str:
    against = catalogue.against_archiving(training)
    return render_template(
        "trainings/archive.html",
        training=training,
        form=form,
        against=explain(against) if against else None,
    )


@trainings.post("/<code>/restore")
@requires("training.edit", of=find_training)
def restore(training: Training) -> Response:
    with writing():
        outcome = catalogue.restore(training.id, get_acting_member())
    if isinstance(outcome, Refused):
        flash(explain(outcome), "danger")
    else:
        flash(_("Formation de nouveau proposée."), "success")
    return redirect(page_of(training), 303)


def page_of(training: Training) -> str:
    return url_for("trainings.show", code=training.code)


@trainings.get("/<code>/request")
@requires("certification.request", of=find_training)
def confirm_request(training: Training) -> str:
    return _request_page(training, RequestForm(formdata=None))


@trainings.post("/<code>/request", endpoint="request")
@requires("certification.request", of=find_training)
def request_certification(training: Training) -> Response | tuple[str, int]:
    """A member asks for his own certification."""
    form = RequestForm()
    form.offer(training)
    if not form.validate():
        return _request_page(training, form), 422
    level, evidence = form.level.data, form.evidence.data or ""
    done = do_once(
        form,
        lambda: certifying.request(get_acting_member(), training, level, evidence),
        lambda certification: url_for("certifications.show", number=certification.id),
    )
    if done is None:
        return _request_page(training, form), 422
    flash(_("Demande envoyée aux formateurs."), "success")
    return redirect(done.url, 303)


def _request_page(training: Training, form: RequestForm) -> str:
    form.offer(training)
    return render_template("trainings/request.html", training=training, form=form)


@trainings.get("/<code>/refresher")
@requires("certification.request", of=find_training)
def confirm_refresher(training: Training) -> str:
    """What a refresher asks for, where the reader has been certified before."""
    return _refresher_page(training, RefresherForm(formdata=None))


@trainings.post("/<code>/refresher", endpoint="ask_refresher")
@requires("certification.request", of=find_training)
def ask_refresher(training: Training) -> Response | tuple[str, int]:
    """A member asks for a refresher of a certification that has ended or was stopped."""
    me, form = get_acting_member(), RefresherForm()
    form.offer(refreshable_levels(me.id, training))
    if not form.validate():
        return _refresher_page(training, form), 422
    done = do_once(
        form,
        lambda: certifying.request(me, training, form.level.data, is_refresher=True),
        lambda certification: url_for("certifications.show", number=certification.id),
    )
    if done is None:
        return _refresher_page(training, form), 422
    flash(_("Demande envoyée aux formateurs."), "success")
    return redirect(done.url, 303)


def _refresher_page(training: Training, form: RefresherForm) -> str:
    me = get_acting_member()
    levels = refreshable_levels(me.id, training)
    form.offer(levels)
    proofs = proofs_of(me.id, training, max(training.levels), is_refresher=True)
    sessions = list_sessions([training.code], clock.now())
    return render_template(
        "trainings/refresher.html",
        training=training,
        form=form,
        levels=levels,
        quiz_passed=proofs.quiz_passed,
        sessions=[one for one in sessions if one.kind is SessionKind.REFRESHER],
    )
