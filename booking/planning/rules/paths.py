"""The path to a machine: its trainings in order, what one person lacks of them, and by when.

Local days and instants are the site's; an instant orders sessions of one day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    RENEW: it is held, and has to be renewed on the way. REFRESH: it was held, and no session is
    known; a refresher asks for none.
    """

    NOTHING = "NOTHING"
    AWAIT = "AWAIT"
    ATTEND = "ATTEND"
    JOIN = "JOIN"
    WAIT = "WAIT"
    ASK = "ASK"
    PASS = "PASS"  # noqa: S105 - no password
    BE_APPOINTED = "BE_APPOINTED"
    RENEW = "RENEW"
    REFRESH = "REFRESH"
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
    """A session that can be joined; days are local.

    `is_joined`: the reader has a place in it; `is_waited_for`: he is on its waiting list.
    """

    code: str
    training: str
    starts_at: datetime
    ends_at: datetime
    first_on: date
    last_on: date
    half_days: int
    free_places: int
    is_waited_for: bool = False
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
    `full` one that comes sooner and has no place; `early`, where there is none to follow, one that
    begins before all it asks for is reached, which is on `ready_on`. `reached_on` is the first day
    on which the step can count. Both days are None where none is known. `runs_out`: it is held,
    but not until the day of a later session or of the end, and is renewed on the way. What is held
    for long enough, or only waits for others, costs nothing more. `is_asked`: the reader has asked
    for it.
    """

    training: str
    level: int
    after: tuple[str, ...]
    state: StepState
    act: NextAct
    verdict: Verdict
    session: SessionFact | None = None
    full: SessionFact | None = None
    early: SessionFact | None = None
    ready_on: date | None = None
    reached_on: date | None = None
    half_days: int = 0
    price_cents: int = 0
    is_asked: bool = False
    runs_out: bool = False

    @property
    def is_held(self) -> bool:
        return self.state is StepState.HELD

    @property
    def is_refresher(self) -> bool:
        """Whether the practice is to be shown again by who has, or had, the certification."""
        return self.runs_out or _is_refreshable(self.state, self.verdict)

    @property
    def is_without_price(self) -> bool:
        """Whether nobody can say what it costs: only a session has a price, and none is known."""
        return self.is_refresher and self.session is None

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
        """What is still to be done, renewals on the way included."""
        return tuple(step for step in self.steps if step.runs_out or not step.is_held)

    @property
    def is_without_price(self) -> bool:
        """Whether the price leaves something out that has none."""
        return any(step.is_without_price for step in self.steps)

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


@dataclass(frozen=True, slots=True)
class _Draft:
    """Steps as far as they are found, what each comes after, when it is ready and reached."""

    steps: dict[str, Step] = field(default_factory=dict)
    before: dict[str, list[Step]] = field(default_factory=dict)
    ready: dict[str, _Reached | None] = field(default_factory=dict)
    reached: dict[str, _Reached | None] = field(default_factory=dict)


def find_path(wanted: Iterable[tuple[str, int]], facts: PathFacts) -> TrainingPath:
    """The path to trainings at their levels, each step with the earliest session that can be
    followed: sessions in order, every prerequisite valid on the session's days.

    What is held and ends too soon for that is renewed on the way. Whoever assesses and approves is
    taken to do so on the session's last day.
    """
    levels = required_levels(wanted, facts.trainings)
    renewed: set[str] = set()
    draft = _draft(levels, renewed, facts)
    while ending := _ending(draft, renewed, facts):
        renewed |= ending
        draft = _draft(levels, renewed, facts)
    renewals = [_end_of(step.session) for step in draft.steps.values() if step.runs_out]
    end = _all_reached([*draft.reached.values(), *renewals], facts)
    return TrainingPath(tuple(draft.steps.values()), end.on if end else None)


def _draft(levels: Mapping[str, int], renewed: Collection[str], facts: PathFacts) -> _Draft:
    """The steps when some of what is held is renewed; it counts until then as it stands."""
    draft = _Draft()
    for code in in_order(levels, facts.trainings):
        before = required_levels(_prerequisites(code, facts), facts.trainings)
        known = [other for other in before if other in draft.steps]
        draft.before[code] = [draft.steps[other] for other in known]
        draft.ready[code] = _all_reached([draft.reached[other] for other in known], facts)
        step = _step(code, levels[code], facts, draft)
        if code in renewed:
            step = _renewal(step, facts, draft)
        ready = draft.ready[code]
        draft.reached[code] = at = _reached_by(step, ready, facts)
        draft.steps[code] = replace(
            step,
            early=_early_session(step, ready, facts),
            ready_on=ready.on if ready else None,
            reached_on=at.on if at else None,
        )
    return draft


def _ending(draft: _Draft, renewed: Collection[str], facts: PathFacts) -> set[str]:
    """What else is held and ends before the last session, or before one that asks for it."""
    steps = draft.steps.values()
    last = max((step.session.last_on for step in steps if step.session), default=facts.today)
    found = {step.training for step in steps if not _holds_until(step, last, facts)}
    for step in steps:
        lacks_session = step.runs_out or _needs_session(step.state)
        if lacks_session and step.session is None:
            found |= _in_the_way(step, draft, renewed, facts)
    return found.difference(renewed)


def _holds_until(step: Step, day: date, facts: PathFacts) -> bool:
    return not step.is_held or _judge(step.training, step.level, facts, [day]).is_valid


def _in_the_way(step: Step, draft: _Draft, renewed: Collection[str], facts: PathFacts) -> set[str]:
    """What would have to be renewed for the first session that a renewal would open."""
    before = draft.before[step.training]
    for session in _open_sessions(step.training, facts, draft, step.is_refresher):
        ending = {one.training for one in before if not _holds_during(one, session, facts)}
        is_open = session.is_joined or session.free_places > 0
        if ending and is_open and ending.isdisjoint(renewed):
            return ending
    return set()


def _renewal(step: Step, facts: PathFacts, draft: _Draft) -> Step:
    """A step that is held, with the session that renews it where there is one."""
    code = step.training
    course = facts.courses.get(code)
    session, full = _session_for(code, facts, draft, takes_refresher=True)
    is_offered = course is not None and course.is_offered
    act = NextAct.RENEW if is_offered else NextAct.NOT_OFFERED
    return replace(
        step,
        act=NextAct.ATTEND if session and session.is_joined else act,
        session=session,
        full=full,
        half_days=session.half_days if session else 0,
        price_cents=course.price_cents if course and session else 0,
        runs_out=True,
    )


def _end_of(session: SessionFact | None) -> _Reached | None:
    return _Reached(session.ends_at, session.last_on) if session else None


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


def _step(code: str, level: int, facts: PathFacts, draft: _Draft) -> Step:
    verdict = _judge(code, level, facts, [facts.today])
    state = _state(verdict, facts)
    course = facts.courses.get(code)
    refreshes = _is_refreshable(state, verdict)
    session = full = None
    if _needs_session(state):
        session, full = _session_for(code, facts, draft, takes_refresher=refreshes)
    elif state is StepState.UNDERWAY:
        found, _full = _session_for(code, facts, draft, takes_refresher=True)
        session = found if found and found.is_joined else None
    is_asked = _has_record(code, facts, CertificationState.REQUESTED)
    costs = course is not None and _needs_session(state) and not (refreshes and session is None)
    asked = _asked(code, facts.trainings)
    return Step(
        training=code,
        level=level,
        after=tuple(other for other in draft.steps if other in asked),
        state=state,
        act=_act(level, state, session, course, is_asked=is_asked, refreshes=refreshes),
        verdict=verdict,
        session=session,
        full=full,
        half_days=(session.half_days if session else course.half_days) if course and costs else 0,
        price_cents=course.price_cents if course and costs else 0,
        is_asked=is_asked,
    )


def _is_refreshable(state: StepState, verdict: Verdict) -> bool:
    """Whether it was held at the level that is needed, and has ended."""
    is_ended = state in (StepState.EXPIRED, StepState.LAPSED)
    return is_ended and Shortfall.LEVEL_TOO_LOW not in verdict.shortfalls


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
    facts: PathFacts,
    draft: _Draft,
    *,
    takes_refresher: bool,
) -> tuple[SessionFact | None, SessionFact | None]:
    """The session to follow, the one with the reader's place or else the first with a free one,
    and the first that comes sooner and is full.
    """
    before = draft.before[code]
    fitting = [
        session
        for session in _open_sessions(code, facts, draft, takes_refresher)
        if all(_holds_during(step, session, facts) for step in before)
    ]
    joined = next((session for session in fitting if session.is_joined), None)
    if joined:
        return joined, None
    free = next((session for session in fitting if session.free_places), None)
    sooner = fitting[: fitting.index(free)] if free else fitting
    return free, next(iter(sooner), None)


def _open_sessions(
    code: str, facts: PathFacts, draft: _Draft, takes_refresher: bool
) -> list[SessionFact]:
    """The sessions of a training that come after all it asks for, full ones too, the next first."""
    ready = draft.ready[code]
    if ready is None:
        return []
    return [
        session
        for session in facts.sessions
        if session.training == code
        and session.starts_at >= ready.at
        and (takes_refresher or not session.is_refresher)
    ]


def _early_session(step: Step, ready: _Reached | None, facts: PathFacts) -> SessionFact | None:
    """The last session that begins before the step can be taken, where none can be followed."""
    lacks_session = step.runs_out or _needs_session(step.state)
    if not lacks_session or step.session is not None:
        return None
    early = (
        session
        for session in facts.sessions
        if session.training == step.training
        and (ready is None or session.starts_at < ready.at)
        and (step.is_refresher or not session.is_refresher)
    )
    return max(early, key=lambda session: session.starts_at, default=None)


def _holds_during(step: Step, session: SessionFact, facts: PathFacts) -> bool:
    """Whether a prerequisite is valid on the days of a session; one not held yet is reached, one
    that is renewed counts anew from then on.
    """
    if not step.is_held:
        return True
    if step.session is not None and step.session.ends_at <= session.starts_at:
        return True
    days = [session.first_on, session.last_on]
    return _judge(step.training, step.level, facts, days).is_valid


def _act(
    level: int,
    state: StepState,
    session: SessionFact | None,
    course: CourseFact | None,
    *,
    is_asked: bool,
    refreshes: bool,
) -> NextAct:
    if state in _ACTS_OF_A_STATE:
        return _ACTS_OF_A_STATE[state]
    if course is None or not course.is_offered:
        return NextAct.NOT_OFFERED
    if session is not None:
        return NextAct.ATTEND if session.is_joined else NextAct.JOIN
    if state is StepState.UNDERWAY:
        return NextAct.AWAIT
    if state is StepState.LEVEL_TOO_LOW:
        too_high = level > max(course.levels, default=0)
        return NextAct.BE_APPOINTED if too_high else NextAct.PASS
    if is_asked:
        return NextAct.WAIT
    return NextAct.REFRESH if refreshes else NextAct.ASK


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
