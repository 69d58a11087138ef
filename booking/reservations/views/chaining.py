"""Uses that follow one another: a proposal with its price, then all of it in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import writing
from booking.machines.models import Machine
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.periods import Period
from booking.pricing.rules import Price
from booking.reservations import service
from booking.reservations.forms import LENGTHS, ChainForm
from booking.reservations.queries.searching import Use, find_chain
from booking.reservations.queries.workshop import get_workshop
from booking.reservations.service import RefusedSome, Rehearsal, Wish
from booking.reservations.views.asking import period_asked_for
from booking.reservations.views.blueprint import reservations
from booking.reservations.views.people import member_asked_for, people_to_reserve_for
from booking.reservations.wording import Explained, explain_all
from booking.web.access import get_acting_member, requires
from booking.web.filters import localized, zone
from booking.web.forms import first_result, remember_result


@dataclass(frozen=True)
class Link:
    """One use of a proposal, with its price or what stands against it."""

    machine: Machine
    period: Period
    price: Price | None
    refusals: Sequence[Explained]


@reservations.get("/reservations/chain")
@requires("reservation.make")
def new_chain() -> str:
    """A form whose first use is the reservation that others are to follow."""
    form = ChainForm(formdata=None)
    period = period_asked_for()
    start = (period.starts_at if period else clock.now()).astimezone(zone())
    form.on.data, form.at.data = start.date(), start.time().replace(second=0, microsecond=0)
    form.first.data = request.args.get("machine", "")
    form.member.data = request.args.get("member", "")
    form.purpose.data = request.args.get("purpose", "")[:200]
    _offer(form)
    if period and (minutes := period.duration // timedelta(minutes=1)) in LENGTHS:
        form.first_minutes.data = minutes
    return _page(form)


@reservations.post("/reservations/chain")
@requires("reservation.make")
def create_chain() -> Response | str | tuple[str, int]:
    """Propose the earliest times that fit; or reserve those that were proposed, all or nothing."""
    form = ChainForm()
    _offer(form)
    member = member_asked_for(form.member.data)
    start = form.start(zone())
    if start is None:
        return _page(form), 422
    starts = form.planned_starts()
    if form.judge.data or len(starts) != len(form.steps()):
        return _proposal_page(form, member, start)
    wishes = _wishes(form, member, starts)
    with writing():
        if first := first_result(form):
            return redirect(first, 303)
        outcome = service.reserve_all(wishes, get_acting_member())
        if not isinstance(outcome, RefusedSome):
            remember_result(form, url_for("reservations.index"))
    if isinstance(outcome, RefusedSome):
        page = _proposal_page(form, member, start, was_refused=True)
        return page, 409 if outcome.only_taken else 422
    flash(_("C’est réservé, toutes les étapes ensemble."), "success")
    return redirect(url_for("reservations.index"), 303)


def _wishes(form: ChainForm, member: Member, starts: Sequence[datetime]) -> list[Wish]:
    approved = service.decides_for(get_acting_member(), member)
    return [
        Wish(
            member=member,
            machine=get_machine(code),
            period=Period(start, start + length),
            purpose=(form.purpose.data or "").strip(),
            approved=approved,
        )
        for (code, length), start in zip(form.steps(), starts, strict=True)
    ]


def _proposal_page(
    form: ChainForm, member: Member, start: datetime, was_refused: bool = False
) -> str:
    """The earliest times that fit, with what each costs after those before it."""
    offered = {machine.code: machine for machine in get_workshop().machines}
    gap = timedelta(hours=form.gap_hours.data)
    uses = [Use(offered[code], length, gap) for code, length in form.steps()]
    times = find_chain(member, uses, start)
    if times is None:
        form.planned.data = ""
        return _page(form, was_refused=was_refused, found_nothing=True)
    wishes = _wishes(form, member, [time.starts_at for time in times])
    with writing():
        told = service.rehearse(wishes, get_acting_member())
    links = [_link(n, wish, told) for n, wish in enumerate(wishes)]
    form.planned.data = " ".join(time.starts_at.isoformat() for time in times)
    return _page(form, links, was_refused)


def _link(position: int, wish: Wish, told: Rehearsal) -> Link:
    against = told.refused.get(position)
    refusals = (
        explain_all(against.refusals, wish.member, wish.machine, wish.period) if against else ()
    )
    return Link(wish.machine, wish.period, told.prices.get(position), refusals)


def _offer(form: ChainForm) -> None:
    """Every machine that is priced by time: a firing is asked for with its type, one by one."""
    names = {
        machine.code: f"{machine.code} · {localized(machine.name)}"
        for machine in get_workshop().machines
        if not machine.facts.prices.is_per_firing
    }
    form.offer(names, people_to_reserve_for())


def _page(
    form: ChainForm,
    links: Sequence[Link] = (),
    was_refused: bool = False,
    found_nothing: bool = False,
) -> str:
    prices = [link.price for link in links if link.price]
    return render_template(
        "reservations/chain.html",
        form=form,
        links=links,
        is_possible=bool(links) and not any(link.refusals for link in links),
        excl_cents=sum(price.excl_cents for price in prices),
        incl_cents=sum(price.incl_cents for price in prices),
        was_refused=was_refused,
        found_nothing=found_nothing,
    )
