"""Pages of what organisations and private persons subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from booking.database import writing
from booking.members.forms.organisations import SubscriptionForm
from booking.members.models import Member, Organisation, Subscription
from booking.members.queries import (
    find_member,
    find_organisation,
    find_subscription,
    list_members_of,
    list_plans,
)
from booking.members.service import organisations as service
from booking.members.views.blueprints import members, organisations
from booking.web.access import get_acting_member, requires
from booking.web.forms import first_result, remember_result


@organisations.get("/<code>/subscriptions/new", endpoint="new_subscription")
@requires("subscription.edit", of=find_organisation)
def new_for_organisation(organisation: Organisation) -> Any:
    return _subscription_page(_subscription_form(organisation), organisation, None)


@organisations.post("/<code>/subscriptions/new", endpoint="subscribe")
@requires("subscription.edit", of=find_organisation)
def subscribe_organisation(organisation: Organisation) -> Any:
    return _subscribe(organisation)


@members.get("/members/<code>/subscriptions/new", endpoint="new_subscription")
@requires("subscription.edit", of=find_member)
def new_for_member(member: Member) -> Any:
    return _subscription_page(_subscription_form(member), member, None)


@members.post("/members/<code>/subscriptions/new", endpoint="subscribe")
@requires("subscription.edit", of=find_member)
def subscribe_member(member: Member) -> Any:
    return _subscribe(member)


def _subscribe(holder: Organisation | Member) -> Any:
    form = _subscription_form(holder)
    if not form.validate():
        return _subscription_page(form, holder, None), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.subscribe(holder, form.details(), get_acting_member())
        url = remember_result(form, _url_of(holder))
    flash(_("Formule enregistrée."), "success")
    return redirect(url, 303)


@members.get("/subscriptions/<int:subscription_id>")
@requires("subscription.edit", of=find_subscription)
def edit_subscription(subscription: Subscription) -> Any:
    form = _subscription_form(subscription.holder)
    form.show(subscription)
    return _subscription_page(form, subscription.holder, subscription)


@members.post("/subscriptions/<int:subscription_id>")
@requires("subscription.edit", of=find_subscription)
def change_subscription(subscription: Subscription) -> Any:
    holder = subscription.holder
    form = _subscription_form(holder)
    if not form.validate():
        return _subscription_page(form, holder, subscription), 422
    with writing():
        if url := first_result(form):
            return redirect(url, 303)
        service.change_subscription(subscription, form.details(), get_acting_member())
        url = remember_result(form, _url_of(holder))
    flash(_("Formule enregistrée."), "success")
    return redirect(url, 303)


def _subscription_form(holder: Organisation | Member) -> SubscriptionForm:
    form = SubscriptionForm()
    form.offer(list_plans(), _people_of(holder))
    return form


def _people_of(holder: Organisation | Member) -> Sequence[Member]:
    return list_members_of(holder) if isinstance(holder, Organisation) else [holder]


def _subscription_page(
    form: SubscriptionForm, holder: Organisation | Member, subscription: Subscription | None
) -> str:
    return render_template(
        "members/subscription.html",
        form=form,
        holder=holder,
        url_of_holder=_url_of(holder),
        subscription=subscription,
    )


def _url_of(holder: Organisation | Member) -> str:
    slice_ = "organisations" if isinstance(holder, Organisation) else "members"
    return url_for(f"{slice_}.show", code=holder.code)
