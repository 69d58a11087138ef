"""The page on which a trainer writes down a practical test."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.members.models import Member
from booking.members.queries import find_member
from booking.site.queries import site_zone
from booking.trainings.forms import PracticeForm, practice_form, practice_in
from booking.trainings.models import Training
from booking.trainings.queries import assessments_of, find_training
from booking.trainings.service.assessing import assess as write_down
from booking.trainings.views.blueprints import assessments, do_once
from booking.trainings.wording import item_result_word
from booking.web.access import get_acting_member, requires

assessments.add_app_template_filter(item_result_word)

Pair = tuple[Training, Member]


def _pair(code: str, member: str) -> Pair | None:
    training, trainee = find_training(code), find_member(member)
    return (training, trainee) if training and trainee else None


@assessments.get("/<code>/<member>")
@requires("practical.assess", of=_pair)
def new(pair: Pair) -> str:
    """A form with every item of the checklist, and the tests there were before."""
    form = practice_form(pair[0], blank=True)
    form.assessed_on.data = clock.today(site_zone())
    return _page(pair, form)


@assessments.post("/<code>/<member>")
@requires("practical.assess", of=_pair)
def assess(pair: Pair) -> Response | tuple[str, int]:
    training, member = pair
    form = practice_form(training)
    if not form.validate():
        return _page(pair, form), 422
    practice = practice_in(form, training)
    done = do_once(
        form,
        lambda: write_down(member, training, practice, get_acting_member()),
        lambda _kept: url_for("certifications.new", member=member.code, training=training.code),
    )
    if done is None:
        return _page(pair, form), 422
    flash(_("Épreuve pratique enregistrée."), "success")
    return redirect(done.url, 303)


def _page(pair: Pair, form: PracticeForm) -> str:
    training, member = pair
    return render_template(
        "assessments/new.html",
        training=training,
        member=member,
        form=form,
        earlier=assessments_of([member.id]).get((member.id, training.id), []),
    )
