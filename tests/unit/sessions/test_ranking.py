"""The dates that suit the most, on open hours, free machines and free trainers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.periods import Period
from booking.sessions.rules.ranking import (
    Candidate,
    Half,
    Shape,
    Wish,
    candidates,
    key_of,
    rank,
    shape_of,
)

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 12, 7)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
HALF_A_DAY = Shape(1, timedelta(hours=3, minutes=30))
MON_AM, MON_PM, TUE_AM = "0-MORNING", "0-AFTERNOON", "1-MORNING"


def found(shape: Shape = HALF_A_DAY, **others: object) -> list[Candidate]:
    usual = {
        "is_possible": lambda _period: True,
        "free_trainers": lambda _period: frozenset({1}),
    }
    return list(candidates(WEEK[:2], shape, PARIS, **usual | others))  # type: ignore[arg-type]


def suited(candidate_keys: tuple[str, ...], *wishes: set[str]) -> tuple[int, ...]:
    one = Candidate((Period(*_ends()),), candidate_keys, (1,))
    people = [Wish(number, frozenset(wish)) for number, wish in enumerate(wishes, start=1)]
    proposals = rank([one], people, 3)
    return proposals[0].suits if proposals else ()


def _ends() -> tuple[datetime, datetime]:
    start = datetime(2026, 12, 7, 8, tzinfo=UTC)
    return start, start + timedelta(hours=3)


def test_a_long_training_is_spread_over_its_half_days() -> None:
    assert shape_of(630, 3) == Shape(3, timedelta(hours=3, minutes=30))
    assert shape_of(150, 1) == Shape(1, timedelta(hours=2, minutes=30))
    assert shape_of(600, 1) == Shape(1, timedelta(hours=4))


def test_each_half_of_each_day_is_a_candidate_at_wall_time() -> None:
    all_of_them = found()
    assert [one.keys for one in all_of_them] == [
        (MON_AM,),
        (MON_PM,),
        (TUE_AM,),
        (key_of(1, Half.AFTERNOON),),
    ]
    assert all_of_them[0].half_days[0].starts_at == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_several_half_days_are_chosen_within_a_week() -> None:
    assert [one.keys for one in found(Shape(2, HALF_A_DAY.length))][:3] == [
        (MON_AM, MON_PM),
        (MON_AM, TUE_AM),
        (MON_AM, key_of(1, Half.AFTERNOON)),
    ]


def test_many_half_days_follow_one_another() -> None:
    assert [one.keys for one in found(Shape(4, HALF_A_DAY.length))] == [
        (MON_AM, MON_PM, TUE_AM, key_of(1, Half.AFTERNOON))
    ]


def test_a_half_day_begins_when_it_fits_the_opening() -> None:
    noon = datetime(2026, 12, 7, 11, tzinfo=UTC)
    (morning,) = found(is_possible=lambda period: period.ends_at <= noon)
    assert morning.half_days[0].starts_at == datetime(2026, 12, 7, 7, 30, tzinfo=UTC)


def test_what_is_closed_or_taken_is_passed_over() -> None:
    noon = datetime(2026, 12, 7, 11, tzinfo=UTC)
    only_mornings = found(
        Shape(2, HALF_A_DAY.length), is_possible=lambda period: period.starts_at.hour < noon.hour
    )
    assert [one.keys for one in only_mornings] == [(MON_AM, TUE_AM)]
    assert found(is_possible=lambda _period: False) == []


def test_one_trainer_is_free_for_all_of_it() -> None:
    def free(period: Period) -> frozenset[int]:
        return frozenset({1, 2}) if period.starts_at.day == 7 else frozenset({2})

    over_two_days = found(Shape(3, HALF_A_DAY.length), free_trainers=free)
    assert over_two_days[0].trainers == (2,)
    assert found(free_trainers=lambda _period: frozenset()) == []


def test_it_suits_who_named_all_of_its_half_days_and_who_named_none() -> None:
    assert suited((MON_AM,), {MON_AM}, {TUE_AM}, set()) == (1, 3)
    assert suited((MON_AM, MON_PM), {MON_AM}, {MON_AM, MON_PM, TUE_AM}) == (2,)
    assert suited((MON_AM,), {TUE_AM}) == ()


def test_what_suits_the_most_comes_first_then_the_earliest_one_for_each_day() -> None:
    wishes = [
        Wish(1, frozenset({MON_PM, TUE_AM})),
        Wish(2, frozenset({TUE_AM})),
        Wish(3, frozenset()),
    ]
    best = rank(found(), wishes, 3)
    assert [(one.candidate.keys, one.suits) for one in best] == [
        ((TUE_AM,), (1, 2, 3)),
        ((MON_PM,), (1, 3)),
    ]
    assert len(rank(found(), wishes, 1)) == 1
