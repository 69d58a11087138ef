"""What the recorded acts say about any day, compared with a calendar filled in day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.trainings.events import EventFact, in_force_on, standing_on
from booking.trainings.rules import CertificationState, Shortfall, TrainingFact

FIRST, DAYS = date(2026, 1, 1), 40
LASER = TrainingFact("LASER", 6, (("ACC", 1),))
STORED = [s for s in CertificationState if s not in ("EXPIRED", "LAPSED")]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def event(
    effective: int,
    state: CertificationState = CertificationState.APPROVED,
    record: int = 1,
    level: int = 2,
    valid: tuple[int, int] = (0, 30),
    reason: str = "",
) -> EventFact:
    dates = (day(valid[0]), day(valid[1]))
    return EventFact(record, day(effective), state, level, *dates, reason)


events = st.lists(
    st.builds(
        event,
        effective=st.integers(0, DAYS - 1),
        state=st.sampled_from(STORED),
        record=st.integers(1, 3),
        level=st.integers(1, 3),
        valid=st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)),
    ),
    max_size=12,
)


def calendar_of(recorded: Sequence[EventFact]) -> dict[tuple[int, date], EventFact]:
    """Each act written over every day from its first on, in the order of recording."""
    filled = {}
    for fact in recorded:
        for number in range(DAYS):
            if day(number) >= fact.effective_on:
                filled[fact.certification_id, day(number)] = fact
    return filled


@given(events)
def test_the_replay_finds_what_a_calendar_filled_in_act_by_act_shows(
    recorded: list[EventFact],
) -> None:
    filled = calendar_of(recorded)
    for number in range(DAYS):
        expected = {record: fact for (record, on), fact in filled.items() if on == day(number)}
        assert in_force_on(recorded, day(number)) == expected


def counts(fact: EventFact, on: date, level: int) -> bool:
    return (
        fact.state is CertificationState.APPROVED
        and fact.level >= level
        and fact.valid_from is not None
        and fact.valid_until is not None
        and fact.valid_from <= on <= fact.valid_until
    )


@given(events, st.integers(0, DAYS - 1), st.integers(1, 3))
def test_somebody_was_certified_when_one_record_counted_on_that_day(
    recorded: list[EventFact], number: int, level: int
) -> None:
    never_lapses = TrainingFact("LASER", None, ())
    on = day(number)
    standing = standing_on(on, level, never_lapses, recorded, None)
    filled = calendar_of(recorded)
    assert standing.was_certified == any(
        counts(fact, on, level) for (_, known_on), fact in filled.items() if known_on == on
    )


@given(events, st.integers(0, DAYS - 1))
def test_acts_that_take_effect_later_change_no_earlier_day(
    recorded: list[EventFact], number: int
) -> None:
    on = day(number)
    earlier = [fact for fact in recorded if fact.effective_on <= on]
    assert standing_on(on, 1, LASER, recorded, None) == standing_on(on, 1, LASER, earlier, None)


def test_a_suspension_counts_from_its_day_and_the_days_before_stay() -> None:
    life = [
        event(0),
        event(10, CertificationState.SUSPENDED, reason="Feu laissé seul"),
        event(15),
    ]
    assert standing_on(day(9), 2, LASER, life, None).was_certified
    suspended = standing_on(day(10), 2, LASER, life, None)
    assert suspended.verdict.shortfalls == (Shortfall.SUSPENDED,)
    assert suspended.verdict.record is not None
    assert suspended.verdict.record.suspension_reason == "Feu laissé seul"
    assert not standing_on(day(14), 2, LASER, life, None).was_certified
    assert standing_on(day(15), 2, LASER, life, None).was_certified


def test_a_correction_reaches_back_to_its_day_and_no_further() -> None:
    life = [event(0), event(10, CertificationState.SUSPENDED), event(12)]
    corrected = [*life, event(5, level=1)]
    assert standing_on(day(4), 2, LASER, corrected, None).was_certified
    for number in (5, 10, 12, 20):
        standing = standing_on(day(number), 2, LASER, corrected, None)
        assert standing.verdict.shortfalls == (Shortfall.LEVEL_TOO_LOW,)


def test_lack_of_use_is_judged_with_the_last_use_up_to_that_day() -> None:
    life = [event(0, valid=(0, 400))]
    late = day(0) + timedelta(days=200)
    unused = standing_on(late, 2, LASER, life, None)
    assert unused.verdict.shortfalls == (Shortfall.LAPSED,)
    assert standing_on(late, 2, LASER, life, day(30)).was_certified


def test_without_any_act_there_was_nothing() -> None:
    standing = standing_on(day(0), 1, LASER, [], None)
    assert standing.verdict.shortfalls == (Shortfall.MISSING,)
    assert standing.verdict.record is None
