"""Quotas, peak hours and priorities: listed in plain words, added, changed, ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.database import writing
from booking.machines.queries import list_areas, list_machines
from booking.machines.service import EditedMeanwhile
from booking.members.queries import list_plans
from booking.quotas import service
from booking.quotas.forms import (
    PriorityForm,
    QuotaForm,
    WeeklyForm,
    values_of_priority,
    values_of_quota,
    values_of_week,
)
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.queries import (
    find_peak,
    find_priority,
    find_quota,
    is_at,
    list_peaks,
    list_priorities,
    list_quotas,
    peak_times,
)
from booking.quotas.rules import Place, PlaceKind, QuotaFact
from booking.quotas.wording import Names, priority_words, quota_words, times_word
from booking.upkeep.forms import (
    AnsweredPeakForm,
    AnsweredPriorityForm,
    AnsweredQuotaForm,
    RulesAnswerForm,
)
from booking.upkeep.queries import Tried, try_on_last_month
from booking.upkeep.views.blueprint import Page, me, upkeep
from booking.upkeep.views.deciding import decide
from booking.web.access import requires
from booking.web.filters import zone

F = TypeVar("F", bound=RulesAnswerForm)


@upkeep.get("/quotas")
@requires("quota.edit")
def quotas() -> str:
    names = _names()
    return render_template(
        "upkeep/quotas.html",
        quotas=[(quota, quota_words(quota, names)) for quota in list_quotas()],
        ended=[(quota, quota_words(quota, names)) for quota in list_quotas(ended=True)],
        peaks=[(window, times_word(window)) for window in list_peaks()],
        priorities=[
            (window, times_word(window), priority_words(window, names))
            for window in list_priorities()
        ],
    )


def _names() -> Names:
    return Names(
        {area.code: area.name for area in list_areas()},
        {plan.code: plan.name for plan in list_plans()},
    )


def _index() -> str:
    return url_for("upkeep.quotas")


def _machine_ids(*places: Place) -> list[int]:
    return [
        machine.id
        for machine in list_machines(with_retired=True)
        if any(is_at(machine, place) for place in places)
    ]


def _everywhere() -> list[int]:
    return _machine_ids(Place(PlaceKind.EVERYWHERE))


def _save(
    form: F,
    act: Callable[[], None],
    page: Callable[[], str],
    said: str,
) -> Page:
    """Save in view of the reservations concerned; the machines of any place may be."""

    def change() -> Sequence[str]:
        act()
        return ()

    try:
        return decide(form, _everywhere, change, lambda _refused: (page(), 422), _index(), said)
    except EditedMeanwhile:
        form.form_errors.append(
            _(
                "Quelqu’un a modifié cette règle entre-temps : rien n’a été enregistré. "
                "Rechargez la page pour partir de la dernière version."
            )
        )
        return page(), 409


# quotas


@upkeep.get("/quotas/new")
@requires("quota.edit")
def new_quota() -> str:
    return _quota_page(_offer(AnsweredQuotaForm(formdata=None)), None)


@upkeep.post("/quotas/new")
@requires("quota.edit")
def add_quota() -> Page:
    form = _offer(AnsweredQuotaForm())
    if not form.is_filled:
        return _quota_page(form, None), 422
    if form.try_it.data:
        return _quota_page(form, None, _tried(form))
    return _save(
        form,
        lambda: service.add(Quota, form.columns(), me()),
        lambda: _quota_page(form, None),
        _("Le quota compte à partir de maintenant."),
    )


@upkeep.get("/quotas/<int:number>/edit")
@requires("quota.edit", of=find_quota)
def edit_quota(quota: Quota) -> str:
    form = AnsweredQuotaForm(formdata=None, data=values_of_quota(quota))
    return _quota_page(_offer(form), quota)


@upkeep.post("/quotas/<int:number>/edit")
@requires("quota.edit", of=find_quota)
def change_quota(quota: Quota) -> Page:
    form = _offer(AnsweredQuotaForm())
    if not form.is_filled:
        return _quota_page(form, quota), 422
    if form.try_it.data:
        return _quota_page(form, quota, _tried(form))
    return _save(
        form,
        lambda: service.edit(quota, form.seen_version, form.columns(), me()),
        lambda: _quota_page(form, quota),
        _("Le quota est modifié."),
    )


@upkeep.post("/quotas/<int:number>/end")
@requires("quota.edit", of=find_quota)
def end_quota(quota: Quota) -> Response:
    with writing():
        service.end(quota, me())
    flash(_("Le quota ne compte plus."), "success")
    return redirect(_index(), 303)


def _offer(form: AnsweredQuotaForm) -> AnsweredQuotaForm:
    form.offer_places(list_areas(), list_machines())
    form.offer_holders(list_plans())
    return form


def _tried(form: QuotaForm) -> Tried:
    """The quota as typed, tried on what was reserved last month."""
    columns = form.columns()
    area, machine = form.areas.get(form.place.data), form.machines.get(form.place.data)
    wanted = Quota(**columns, area=area, machine=machine)
    place = wanted.place
    plan = form.plans.get(form.who.data)
    fact = QuotaFact(
        holder=wanted.holder,
        plan=plan.code if plan else None,
        place=place,
        machines=frozenset(
            one.code for one in list_machines(with_retired=True) if is_at(one, place)
        ),
        span=wanted.span,
        limit_minutes=wanted.limit_minutes,
        peak_only=wanted.peak_only,
    )
    return try_on_last_month(fact, peak_times(zone()), zone())


def _quota_page(form: QuotaForm, quota: Quota | None, tried: Tried | None = None) -> str:
    return render_template("upkeep/quota.html", form=form, quota=quota, tried=tried)


# peak hours


@upkeep.get("/quotas/peaks/new")
@requires("quota.edit")
def new_peak() -> str:
    return _week_page(AnsweredPeakForm(formdata=None), None)


@upkeep.post("/quotas/peaks/new")
@requires("quota.edit")
def add_peak() -> Page:
    form = AnsweredPeakForm()
    if not form.is_filled:
        return _week_page(form, None), 422
    return _save(
        form,
        lambda: service.add(PeakWindow, form.columns(), me()),
        lambda: _week_page(form, None),
        _("Les heures de pointe sont enregistrées."),
    )


@upkeep.get("/quotas/peaks/<int:number>/edit")
@requires("quota.edit", of=find_peak)
def edit_peak(window: PeakWindow) -> str:
    return _week_page(AnsweredPeakForm(formdata=None, data=values_of_week(window)), window)


@upkeep.post("/quotas/peaks/<int:number>/edit")
@requires("quota.edit", of=find_peak)
def change_peak(window: PeakWindow) -> Page:
    form = AnsweredPeakForm()
    if not form.is_filled:
        return _week_page(form, window), 422
    return _save(
        form,
        lambda: service.edit(window, None, form.columns(), me()),
        lambda: _week_page(form, window),
        _("Les heures de pointe sont enregistrées."),
    )


@upkeep.post("/quotas/peaks/<int:number>/remove")
@requires("quota.edit", of=find_peak)
def remove_peak(window: PeakWindow) -> Response:
    with writing():
        service.remove(window, me())
    flash(_("Ces heures ne sont plus des heures de pointe."), "success")
    return redirect(_index(), 303)


def _week_page(form: WeeklyForm, window: Any) -> str:
    return render_template("upkeep/weekly_window.html", form=form, window=window)


# hours that some plans have first


@upkeep.get("/quotas/priorities/new")
@requires("quota.edit")
def new_priority() -> str:
    form = AnsweredPriorityForm(formdata=None, data={"opens_hours": 48})
    return _priority_page(_offer_plans(form), None)


@upkeep.post("/quotas/priorities/new")
@requires("quota.edit")
def add_priority() -> Page:
    form = _offer_plans(AnsweredPriorityForm())
    if not form.is_filled:
        return _priority_page(form, None), 422
    return _save(
        form,
        lambda: service.add(PriorityWindow, form.columns(), me()),
        lambda: _priority_page(form, None),
        _("La priorité est enregistrée."),
    )


@upkeep.get("/quotas/priorities/<int:number>/edit")
@requires("quota.edit", of=find_priority)
def edit_priority(window: PriorityWindow) -> str:
    form = AnsweredPriorityForm(formdata=None, data=values_of_priority(window))
    return _priority_page(_offer_plans(form), window)


@upkeep.post("/quotas/priorities/<int:number>/edit")
@requires("quota.edit", of=find_priority)
def change_priority(window: PriorityWindow) -> Page:
    form = _offer_plans(AnsweredPriorityForm())
    if not form.is_filled:
        return _priority_page(form, window), 422
    return _save(
        form,
        lambda: service.edit(window, form.seen_version, form.columns(), me()),
        lambda: _priority_page(form, window),
        _("La priorité est enregistrée."),
    )


@upkeep.post("/quotas/priorities/<int:number>/end")
@requires("quota.edit", of=find_priority)
def end_priority(window: PriorityWindow) -> Response:
    with writing():
        service.end(window, me())
    flash(_("Ces heures sont à tous."), "success")
    return redirect(_index(), 303)


def _offer_plans(form: AnsweredPriorityForm) -> AnsweredPriorityForm:
    form.offer_places(list_areas(), list_machines())
    form.offer_plans(list_plans())
    return form


def _priority_page(form: PriorityForm, window: PriorityWindow | None) -> str:
    return render_template("upkeep/weekly_window.html", form=form, window=window)
