"""The same hours again and again."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn
from zoneinfo import ZoneInfo

from flask import abort, url_for

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import problems, several
from booking.api.schemas import reservations as shapes
from booking.api.views.reservations import amounts, first_result, told, told_all, wish_of
from booking.api.views.several import judged, key_at, refuse_all
from booking.database import writing
from booking.periods import Period
from booking.reservations import service
from booking.reservations.models import Reservation, Series
from booking.reservations.queries import find_reservation, find_series, list_of_series
from booking.reservations.rules.series import (
    MOST_TIMES,
    Frequency,
    Hours,
    Recurrence,
    Scope,
    occurrences_of,
)
from booking.reservations.service import (
    CannotMove,
    MovedDate,
    NewHours,
    RefusedSome,
    Rescheduled,
    Wish,
)
from booking.reservations.wording import (
    cannot_cancel,
    cannot_move,
    no_such_time,
    series_has_changed,
)
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem
from booking.web.filters import zone


@api.post("/series")
@requires("reservation.make")
@contract.validate(
    resp=answers(
        several.SeriesTold,
        400, 401, 403, 413, 415,
        status=201,
        HTTP_200=(several.BatchJudgement, "The answer to a dry run, date by date"),
        HTTP_409=(several.BatchProblem, "Other times are all that is needed"),
        HTTP_422=(several.BatchProblem, "Refused"),
    ),
    tags=["series"],
    security=BEARER,
)  # fmt: skip
def create_series(
    json: several.NewSeries, headers: shapes.ReservationHeaders
) -> tuple[several.SeriesTold, int, dict[str, str]] | several.BatchJudgement:
    """Reserve the same hours again and again: every date, or nothing

    Wall times stay over a clock change. Refused dates are told by their place among those not
    skipped; reserving the others is a second request that skips them.
    """
    with writing():
        wishes = _wishes(json, headers.idempotency_key)
        if json.dry_run:
            rehearsal = service.rehearse(wishes, get_acting_member())
            return several.BatchJudgement(
                allowed=not rehearsal.refused,
                items=judged(wishes, rehearsal.prices, rehearsal.refused),
            )
        series = _first_series(wishes) or service.reserve_series(
            wishes, Frequency(json.frequency.upper()), get_acting_member()
        )
        if isinstance(series, RefusedSome):
            refuse_all(series, wishes)
        answer = told_series(series)
    return answer, 201, {"Location": url_for("api.show_series", number=answer.id)}


@api.get("/series/<int:number>")
@requires("reservation.see", of=find_series)
@contract.validate(resp=answers(several.SeriesTold, 401, 404), tags=["series"], security=BEARER)
def show_series(series: Series) -> several.SeriesTold:
    """A series with all its reservations"""
    return told_series(series)


@api.post("/series/<int:number>/cancel")
@requires("reservation.cancel", of=find_series)
@contract.validate(
    resp=answers(several.SeriesTold, 400, 401, 404, 409, 413, 415, 422),
    tags=["series"],
    security=BEARER,
)
def cancel_series(series: Series, json: several.SeriesCancellation) -> several.SeriesTold:
    """Give back what is still to come, or one reservation and those after it

    Each costs what its own cancellation costs. 409 when nothing is left to give back.
    """
    with writing():
        scope = Scope.ALL if json.following is None else Scope.FOLLOWING
        chosen = _member_of(series, json.following, "following")
        obstacle = service.cancel_some(chosen, scope, get_acting_member(), json.reason)
        if obstacle is not None:
            abort(problem(409, cannot_cancel(obstacle)))
        return told_series(series)


@api.post("/series/<int:number>/move")
@requires("reservation.move", of=find_series)
@contract.validate(
    resp=answers(
        several.SeriesMoveAnswer,
        400, 401, 403, 404, 413, 415,
        HTTP_409=(several.SeriesMoveProblem, "Other hours are all that is needed"),
        HTTP_422=(several.SeriesMoveProblem, "Refused"),
    ),
    tags=["series"],
    security=BEARER,
)  # fmt: skip
def move_series(series: Series, json: several.SeriesMove) -> several.SeriesMoveAnswer:
    """Give other hours to the dates still to come: all of the scope, or none

    Refused dates are told by their reservation; moving the others is a second request that skips
    them. 409 when only SLOT_TAKEN or BUFFER_CONFLICT stand in the way, when nothing is left to
    move, or when a date is no longer of the version that was read; else 422.
    """
    if json.waivers and not may("waiver.grant"):
        abort(403)
    with writing():
        wanted = _new_hours(series, json)
        act = service.rehearse_hours if json.dry_run else service.reschedule
        outcome = act(wanted, get_acting_member())
        if isinstance(outcome, CannotMove):
            changed = outcome is CannotMove.CHANGED
            abort(problem(409, series_has_changed() if changed else cannot_move(outcome)))
        if json.dry_run:
            return several.SeriesMoveAnswer(_judgement(outcome))
        if outcome.refused:
            _refuse_dates(outcome)
        return several.SeriesMoveAnswer(told_series(series))


def _new_hours(series: Series, asked: several.SeriesMove) -> NewHours:
    scope = Scope(asked.scope.upper())
    if scope is not Scope.ALL and asked.reservation is None:
        refused("reservation", "missing")
    return NewHours(
        reservation=_member_of(series, asked.reservation, "reservation"),
        scope=scope,
        hours=Hours(asked.start_time, asked.end_time),
        shift_days=asked.shift_days,
        left_out=frozenset(asked.skip),
        seen=asked.versions,
        waivers={waiver.code: waiver.reason for waiver in asked.waivers},
    )


def _judgement(outcome: Rescheduled) -> several.SeriesMoveJudgement:
    items = [
        several.JudgedDate(
            reservation=date.reservation.id,
            version=date.reservation.version,
            allowed=not date.is_in_the_way,
            starts_at=date.after.starts_at if date.after else None,
            ends_at=date.after.ends_at if date.after else None,
            refusals=_refusals(date),
            price_before=amounts(date.price_before) if date.price_before else None,
            price=amounts(date.price) if date.price else None,
            keeps_percent=date.keeps,
        )
        for date in outcome.dates
    ]
    return several.SeriesMoveJudgement(allowed=not outcome.refused, items=items)


def _refusals(date: MovedDate) -> list[problems.Refusal]:
    if date.after is None:
        return []
    return told_all(
        date.refusals, date.reservation.member, date.reservation.machine, date.after, date.before
    )


def _refuse_dates(outcome: Rescheduled) -> NoReturn:
    against = [
        several.RefusedDate(reservation=date.reservation.id, refusals=_refusals(date))
        for date in outcome.refused
    ]
    sentences = [refusal.message for one in against for refusal in one.refusals]
    if any(date.after is None for date in outcome.refused):
        sentences.append(no_such_time())
    told = [one.model_dump(mode="json") for one in against]
    status = 409 if outcome.only_taken else 422
    abort(problem(status, " ".join(sentences), refused=told))


def told_series(series: Series) -> several.SeriesTold:
    made = list_of_series(series.id, series.member_id)
    return several.SeriesTold(
        id=series.id,
        frequency=series.frequency.lower(),
        member=series.member.code,
        reservations=[told(reservation) for reservation in made],
    )


def _member_of(series: Series, number: int | None, field: str) -> Reservation:
    """The reservation of the series with this id, its last where the field names none."""
    made = list_of_series(series.id, series.member_id)
    chosen = next((one for one in made if one.id == number), None) if number else None
    if number and chosen is None:
        refused(field, "unknown_reservation")
    if not made:
        abort(problem(409))
    return chosen or made[-1]


def _wishes(asked: several.NewSeries, key: str | None) -> list[Wish]:
    """A wish for every date that is not skipped."""
    if (asked.count is None) == (asked.until is None):
        refused("count", "count_or_until")
    first = wish_of(asked)
    periods = _periods(asked, first.period, zone())
    if not periods:
        refused("until", "no_date")
    if len(periods) > MOST_TIMES:
        refused("until", "too_many_dates")
    return [
        replace(wish, idempotency_key=key_at(key, n))
        for n, wish in enumerate(service.wishes_of(first, periods))
    ]


def _periods(asked: several.NewSeries, first: Period, zone: ZoneInfo) -> list[Period]:
    starts, ends = first.starts_at.astimezone(zone), first.ends_at.astimezone(zone)
    frequency = Frequency(asked.frequency.upper())
    recurrence = Recurrence(frequency, starts.date(), asked.count, asked.until)
    hours = Hours(starts.time(), ends.time())
    if hours.ends <= hours.starts and (ends.date() - starts.date()).days > 1:
        refused("ends_at", "period_too_long_for_series")
    found = occurrences_of(recurrence, hours, zone)
    wanted = [one for one in found if one.day not in asked.skip]
    if any(one.period is None for one in wanted):
        refused("skip", "no_such_wall_time")
    return [one.period for one in wanted if one.period]


def _first_series(wishes: list[Wish]) -> Series | None:
    """What these very keys have made before."""
    before = [first for wish in wishes if (first := first_result(wish))]
    if not before:
        return None
    made = find_reservation(before[0].id)
    series = find_series(made.series_id) if made and made.series_id else None
    if series is None or len(before) != len(wishes):
        refused("Idempotency-Key", "key_used")
    return series
