"""The same hours again and again."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import abort, url_for

from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import reservations as shapes
from booking.api.schemas import several
from booking.api.views.reservations import first_result, told, wish_of
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
from booking.reservations.service import RefusedSome, Wish
from booking.reservations.wording import cannot_cancel
from booking.web.access import get_acting_member, requires
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
        chosen = _member_of(series, json.following)
        obstacle = service.cancel_some(chosen, scope, get_acting_member(), json.reason)
        if obstacle is not None:
            abort(problem(409, cannot_cancel(obstacle)))
        return told_series(series)


def told_series(series: Series) -> several.SeriesTold:
    made = list_of_series(series.id, series.member_id)
    return several.SeriesTold(
        id=series.id,
        frequency=series.frequency.lower(),
        member=series.member.code,
        reservations=[told(reservation) for reservation in made],
    )


def _member_of(series: Series, number: int | None) -> Reservation:
    """The reservation of the series with this id, its last where none is named."""
    made = list_of_series(series.id, series.member_id)
    chosen = next((one for one in made if one.id == number), None) if number else None
    if number and chosen is None:
        refused("following", "unknown_reservation")
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
