"""The path to a machine: its trainings in order, what one person lacks of them, and by when.

Local days and instants are the site's; an instant orders sessions of one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from booking.trainings.rules import (
    CertificationFact,
    CertificationState,
    Shortfall,
    TrainingFact,
    Verdict,
    judge,
    required_levels,
)


class StepState(StrEnum):
    """How one training of the path stands for the reader; MISSING for a visitor."""

    HELD = "HELD"
    UNDERWAY = "UNDERWAY"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"
    SUSPENDED = "SUSPENDED"
    MISSING = "MISSING"


class NextAct(StrEnum):
    """What is to be done about a step.

    AWAIT: trainer and manager have it in hand. ATTEND: the place in a session is taken. JOIN: a
    session has a place. WAIT: asked for, no session yet. ASK: nothing asked, no session.
    PASS: the practical test opens the level. BE_APPOINTED: no session leads to this level.
    """

    NOTHING = "NOTHING"
    AWAIT = "AWAIT"
    ATTEND = "ATTEND"
    JOIN = "JOIN"
    WAIT = "WAIT"
    ASK = "ASK"
    PASS = "PASS"  # noqa: S105 - no password
    BE_APPOINTED = "BE_APPOINTED"
    SEE_WHY = "SEE_WHY"
    NOT_OFFERED = "NOT_OFFERED"


@dataclass(frozen=True, slots=True)
class CourseFact:
    """What a training asks of who lacks it; `levels` are those it leads to."""

    price_cents: int
    half_days: int
    levels: tuple[int, ...]
    is_offered: bool


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A session that can be joined; days are local, `is_joined` says the reader has a place."""

    code: str
    training: str
    starts_at: datetime
    ends_at: datetime
    first_on: date
    last_on: date
    half_days: int
    free_places: int
    is_refresher: bool = False
    is_joined: bool = False


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path rests on; `sessions` start after `now`, the next first.

    Of the certifications every record of the reader is here, none for a visitor.
    """

    now: datetime
    today: date
    trainings: Mapping[str, TrainingFact]
    courses: Mapping[str, CourseFact]
    sessions: Sequence[SessionFact]
    certifications: Sequence[CertificationFact] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One training of the path.

    `after` are the trainings of the path that it asks for itself. `session` is the one to follow,
    `reached_on` the first day on which it can count, None where no date is known. `runs_out`: it
    is held, and no longer on the day on which the rest is reached. What is held, or only waits for
    others, costs nothing more. `is_asked`: the reader has asked for it.
    """

    training: str
    level: int
    after: tuple[str, ...]
    state: StepState
    act: NextAct
    verdict: Verdict
    session: SessionFact | None = None
    reached_on: date | None = None
    half_days: int = 0
    price_cents: int = 0
    is_asked: bool = False
    runs_out: bool = False

    @property
    def is_held(self) -> bool:
        return self.state is StepState.HELD

    @property
    def ends_on(self) -> date | None:
        """The last day on which what is held counts, by date or by lack of use."""
        record = self.verdict.record
        ends = (record.valid_until if record else None, self.verdict.last_allowed_on)
        return min((end for end in ends if end is not None), default=None)


@dataclass(frozen=True, slots=True)
class TrainingPath:
    """The steps in an order in which they can be taken; `reached_on` is None without a date."""

    steps: tuple[Step, ...]
    reached_on: date | None

    @property
    def missing(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.is_held)

    @property
    def is_open(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def ends_on(self) -> date | None:
        """The first day after which something held no longer counts."""
        ends = (step.ends_on for step in self.steps if step.is_held)
        return min((end for end in ends if end is not None), default=None)

    @property
    def half_days(self) -> int:
        return sum(step.half_days for step in self.steps)

    @property
    def price_cents(self) -> int:
        """What the missing trainings cost, without VAT."""
        return sum(step.price_cents for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Reached:
    """When a step is reached: the end of its session, or now."""

    at: datetime
    on: date


def find_path(wanted: Iterable[tuple[str, int]], facts: PathFacts) -> TrainingPath:
    """The path to trainings at their levels, each step with the earliest session that can be
    followed: sessions in order, every prerequisite valid on the session's days.

    Whoever assesses and approves is taken to do so on the session's last day.
    """
    levels = required_levels(wanted, facts.trainings)
    steps: dict[str, Step] = {}
    reached: dict[str, _Reached | None] = {}
    for code in in_order(levels, facts.trainings):
        before = required_levels(_prerequisites(code, facts), facts.trainings)
        ready = _all_reached([reached[other] for other in before if other in reached], facts)
        step = _step(code, levels[code], facts, steps, before, ready)
        reached[code] = at = _reached_by(step, ready, facts)
        steps[code] = replace(step, reached_on=at.on if at else None)
    end = _all_reached(list(reached.values()), facts)
    last = end.on if end else None
    looked_at = [_with_end(step, last, facts) for step in steps.values()]
    lasts = not any(step.runs_out for step in looked_at)
    return TrainingPath(tuple(looked_at), last if lasts else None)


def in_order(codes: Iterable[str], trainings: Mapping[str, TrainingFact]) -> tuple[str, ...]:
    """Trainings with each behind all it asks for; of several that could come next, by code."""
    left = {code: {*_asked(code, trainings)} for code in codes}
    ordered: list[str] = []
    while left:
        free = [code for code, asked in left.items() if not asked & left.keys() - {code}]
        following = min(free or left)  # a circle is refused on saving; it would end here
        ordered.append(following)
        del left[following]
    return tuple(ordered)


def _asked(code: str, trainings: Mapping[str, TrainingFact]) -> list[str]:
    known = trainings.get(code)
    return [asked for asked, _level in known.prerequisites] if known else []


def _prerequisites(code: str, facts: PathFacts) -> tuple[tuple[str, int], ...]:
    known = facts.trainings.get(code)
    return known.prerequisites if known else ()


def _all_reached(reached: Sequence[_Reached | None], facts: PathFacts) -> _Reached | None:
    """When the last of them is reached; None when one never is as far as is known."""
    known = [one for one in reached if one is not None]
    if len(known) < len(reached):
        return None
    return max(known, key=lambda one: one.at, default=_Reached(facts.now, facts.today))


def _step(
    code: str,
    level: int,
    facts: PathFacts,
    steps: Mapping[str, Step],
    before: Mapping[str, int],
    ready: _Reached | None,
) -> Step:
    verdict = _judge(code, level, facts, [facts.today])
    state = _state(verdict, facts)
    course = facts.courses.get(code)
    session = None
    if _needs_session(state) or state is StepState.UNDERWAY:
        session = _session_for(code, state, facts, [steps[o] for o in before if o in steps], ready)
    is_asked = _has_record(code, facts, CertificationState.REQUESTED)
    act = _act(code, level, state, session, facts, is_asked)
    costs = course is not None and _needs_session(state)
    asked = _asked(code, facts.trainings)
    return Step(
        training=code,
        level=level,
        after=tuple(other for other in steps if other in asked),
        state=state,
        act=act,
        verdict=verdict,
        session=session,
        half_days=(session.half_days if session else course.half_days) if course and costs else 0,
        price_cents=course.price_cents if course and costs else 0,
        is_asked=is_asked,
    )


def _judge(code: str, level: int, facts: PathFacts, days: Sequence[date]) -> Verdict:
    training = facts.trainings.get(code) or TrainingFact(code, None, ())
    return judge(level, training, facts.certifications, days)


_HEAVIEST_FIRST = (
    (Shortfall.MISSING, StepState.MISSING),
    (Shortfall.SUSPENDED, StepState.SUSPENDED),
    (Shortfall.EXPIRED, StepState.EXPIRED),
    (Shortfall.LAPSED, StepState.LAPSED),
    (Shortfall.LEVEL_TOO_LOW, StepState.LEVEL_TOO_LOW),
)

_UNDERWAY = (CertificationState.IN_TRAINING, CertificationState.PROPOSED)


def _state(verdict: Verdict, facts: PathFacts) -> StepState:
    if verdict.is_valid:
        return StepState.HELD
    suspended = Shortfall.SUSPENDED in verdict.shortfalls
    if not suspended and _is_underway(verdict, facts):
        return StepState.UNDERWAY
    return next(state for lacks, state in _HEAVIEST_FIRST if lacks in verdict.shortfalls)


def _is_underway(verdict: Verdict, facts: PathFacts) -> bool:
    """Whether somebody is on the way to the very level that is needed, or a higher one."""
    return any(
        record.training == verdict.training
        and record.state in _UNDERWAY
        and record.level >= verdict.needed_level
        for record in facts.certifications
    )


def _has_record(code: str, facts: PathFacts, *states: CertificationState) -> bool:
    return any(r.training == code and r.state in states for r in facts.certifications)


def _needs_session(state: StepState) -> bool:
    return state in (StepState.MISSING, StepState.EXPIRED, StepState.LAPSED)


def _session_for(
    code: str,
    state: StepState,
    facts: PathFacts,
    before: Sequence[Step],
    ready: _Reached | None,
) -> SessionFact | None:
    """The session to follow: the one with the reader's place, or else the first with a free one."""
    if ready is None:
        return None
    fitting = [
        session
        for session in facts.sessions
        if session.training == code
        and session.starts_at >= ready.at
        and (session.is_joined or (session.free_places > 0 and state is not StepState.UNDERWAY))
        and (state is not StepState.MISSING or not session.is_refresher)
        and all(_holds_during(step, session, facts) for step in before)
    ]
    return min(fitting, key=lambda one: (not one.is_joined, one.starts_at), default=None)


def _holds_during(step: Step, session: SessionFact, facts: PathFacts) -> bool:
    """Whether a prerequisite is valid on the days of a session; one not held yet is reached."""
    days = [session.first_on, session.last_on]
    return not step.is_held or _judge(step.training, step.level, facts, days).is_valid


def _act(
    code: str,
    level: int,
    state: StepState,
    session: SessionFact | None,
    facts: PathFacts,
    is_asked: bool,
) -> NextAct:
    course = facts.courses.get(code)
    if state in _ACTS_OF_A_STATE:
        return _ACTS_OF_A_STATE[state]
    if course is None or not course.is_offered:
        return NextAct.NOT_OFFERED
    if session is not None:
        return NextAct.ATTEND if session.is_joined else NextAct.JOIN
    if state is StepState.UNDERWAY:
        return NextAct.AWAIT
    if state is StepState.LEVEL_TOO_LOW and level > max(course.levels, default=0):
        return NextAct.BE_APPOINTED
    if state is StepState.LEVEL_TOO_LOW:
        return NextAct.PASS
    return NextAct.WAIT if is_asked else NextAct.ASK


_ACTS_OF_A_STATE = {StepState.HELD: NextAct.NOTHING, StepState.SUSPENDED: NextAct.SEE_WHY}


def _reached_by(step: Step, ready: _Reached | None, facts: PathFacts) -> _Reached | None:
    """When a step can count: at once, at the end of its session, or nobody knows."""
    course = facts.courses.get(step.training)
    if step.is_held:
        return _Reached(facts.now, facts.today)
    if course is None or step.level > max(course.levels, default=0):
        return None
    if step.session is not None:
        return _Reached(step.session.ends_at, step.session.last_on)
    return ready if step.act in (NextAct.AWAIT, NextAct.PASS) else None


def _with_end(step: Step, last: date | None, facts: PathFacts) -> Step:
    """The step, and whether what is held ends before the rest is reached."""
    runs_out = (
        step.is_held
        and last is not None
        and not _judge(step.training, step.level, facts, [last]).is_valid
    )
    return replace(step, runs_out=runs_out)
