"""What may happen in a history, in words, and how a history is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from tests.histories.place import COURSES, FIRST_DAYS, MEMBERS, PEOPLE, TOOLS


@dataclass(frozen=True)
class When:
    """A time: in so many days at these minutes of the dial, or in so many half hours (`day` is None
    then); and elapsed minutes.
    """

    day: int | None
    minute: int
    length: int


@dataclass(frozen=True)
class Asked:
    """What somebody wants to reserve. `beside` is the second person who is named."""

    who: str
    tool: str
    when: When
    mode: str
    beside: str | None
    credit_only: bool

    @property
    def people(self) -> dict[str, str]:
        role = "SUPERVISOR" if self.mode == "SUPERVISED" else "BUDDY"
        return {role: self.beside} if self.beside else {}


# A reservation is meant by its place among those that the step is about; from `ANY_FROM` on among
# all that there are.

ANY_FROM = 5


@dataclass(frozen=True)
class Wait:
    minutes: int


@dataclass(frozen=True)
class WaitFor:
    """So many minutes after the start (the end) of a reservation, unless that is past."""

    which: int
    of_end: bool
    minutes: int


@dataclass(frozen=True)
class Reserve:
    asked: Asked


@dataclass(frozen=True)
class ReserveBoth:
    first: Asked
    second: Asked


@dataclass(frozen=True)
class ReserveDaily:
    """The same hours on so many days, as a series."""

    asked: Asked
    times: int


@dataclass(frozen=True)
class CancelSeries:
    """A reservation and those of its series that follow, or all that come."""

    which: int
    scope: str


@dataclass(frozen=True)
class MoveSeries:
    """A reservation and those of its series that follow, or all that come, to these hours of the
    dial, so many days after their own.
    """

    which: int
    scope: str
    after: int
    minute: int
    length: int


@dataclass(frozen=True)
class Move:
    """`tool` and a start of None stay as they are."""

    which: int
    tool: str | None
    when: When | None
    length: int


@dataclass(frozen=True)
class Cancel:
    which: int
    by_manager: bool


@dataclass(frozen=True)
class CheckIn:
    """So many minutes after the start, or now."""

    which: int
    minutes: int | None


@dataclass(frozen=True)
class CheckOut:
    """So many minutes after the end, or now."""

    which: int
    minutes: int | None


@dataclass(frozen=True)
class Answer:
    """The last person asked for a reservation agrees, or does not."""

    which: int
    agrees: bool


@dataclass(frozen=True)
class NameAnother:
    which: int
    who: str


@dataclass(frozen=True)
class Join:
    """Wait for the time of a reservation, and so many minutes before and after it on that day."""

    who: str
    which: int
    around: int
    minutes: int
    only_told: bool


@dataclass(frozen=True)
class Leave:
    which: int


@dataclass(frozen=True)
class AnswerOffer:
    which: int
    takes: bool


@dataclass(frozen=True)
class GiveBack:
    """A reservation for whose time somebody waits is cancelled."""

    which: int
    by_manager: bool


@dataclass(frozen=True)
class Certify:
    who: str
    course: str
    level: int


@dataclass(frozen=True)
class Suspend:
    who: str
    course: str


@dataclass(frozen=True)
class Revoke:
    who: str
    course: str


@dataclass(frozen=True)
class Reinstate:
    who: str
    course: str


@dataclass(frozen=True)
class SuspendAccount:
    who: str


@dataclass(frozen=True)
class ReinstateAccount:
    who: str


@dataclass(frozen=True)
class Close:
    """`tool` is None for the whole site."""

    tool: str | None
    when: When
    cancels: bool


@dataclass(frozen=True)
class Reopen:
    which: int


@dataclass(frozen=True)
class Work:
    """The worker writes down what time has decided."""


Step = (
    Wait | WaitFor | Reserve | ReserveBoth | ReserveDaily | CancelSeries | MoveSeries | Move
    | Cancel | CheckIn | CheckOut | Answer | NameAnother | Join | Leave | AnswerOffer | GiveBack
    | Certify | Suspend | Revoke | Reinstate | SuspendAccount | ReinstateAccount | Close | Reopen
    | Work
)  # fmt: skip


@dataclass(frozen=True)
class History:
    first_day: int
    steps: tuple[Step, ...]


LENGTH = 40
_T = TypeVar("_T")

_minutes = st.sampled_from((540, 600, 780, 840, 1020, 930, 1080, 1200, 1290, 480, 555))
_lengths = st.sampled_from((60, 30, 90, 120, 180, 150, 240, 270, 480, 720, 15))
_HOURS = (
    (540, 60), (600, 60), (780, 120), (540, 120), (840, 60), (660, 60), (570, 90), (870, 60),
    (780, 240), (600, 120), (900, 120), (930, 30), (540, 180), (960, 60),
)  # fmt: skip
_working_hours = st.builds(
    lambda day, hours: When(day, *hours),
    st.sampled_from((1, 0, 2, 1, 0, 2, 3)),
    st.sampled_from(_HOURS),
)
_any_time = st.builds(When, st.integers(0, 4), _minutes, _lengths)
_soon = st.builds(When, st.none(), st.integers(0, 3), st.sampled_from((60, 30, 120)))


def _one_of(*kinds: st.SearchStrategy[_T]) -> st.SearchStrategy[_T]:
    """As often as each is named; hypothesis' own forgets how often it was told the same."""
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


_when = _one_of(_working_hours, _working_hours, _working_hours, _soon, _any_time)
_which = st.integers(0, 5)
_people, _members = st.sampled_from(PEOPLE), st.sampled_from(MEMBERS)
_tools = st.sampled_from(tuple(TOOLS))
_courses = st.sampled_from(tuple(COURSES))

SENSIBLE = (
    ("ANN", "SAW", "AUTONOMOUS", None),
    ("CAT", "SAW", "AUTONOMOUS", None),
    ("BOB", "SAW", "SUPERVISED", "TIM"),
    ("ANN", "SAW", "AUTONOMOUS", "BOB"),
    ("CAT", "SAW", "SUPERVISED", "ANN"),
    ("BOB", "PRINTER", "AUTONOMOUS", None),
    ("CAT", "PRINTER", "AUTONOMOUS", None),
    ("TIM", "PRINTER", "AUTONOMOUS", None),
    ("ANN", "PRINTER", "SUPERVISED", "BOB"),
    ("ANN", "OVEN", "AUTONOMOUS", None),
    ("BOB", "OVEN", "AUTONOMOUS", None),
)
"""Who asks for what in which way, and whom he names, where nothing needs to stand against it."""

_credit_only = st.sampled_from((False, False, False, False, False, True))


def _sensible(use: tuple[str, str, str, str | None], when: When, credit_only: bool) -> Asked:
    who, tool, mode, beside = use
    return Asked(who, tool, when, mode, beside, credit_only)


_likely = st.builds(_sensible, st.sampled_from(SENSIBLE), _when, _credit_only)
_in_working_hours = st.builds(_sensible, st.sampled_from(SENSIBLE), _working_hours, _credit_only)
_anything = st.builds(
    Asked,
    _people,
    _tools,
    _when,
    st.sampled_from(("AUTONOMOUS", "SUPERVISED")),
    st.one_of(st.none(), _people),
    _credit_only,
)
_asked = _one_of(_likely, _likely, _likely, _likely, _anything)
_move = st.builds(
    Move,
    _which,
    st.one_of(st.none(), st.none(), _tools),
    st.one_of(st.none(), _when),
    _lengths,
)
_scopes = st.sampled_from(("FOLLOWING", "ALL"))
_move_series: st.SearchStrategy[Step] = st.builds(
    lambda which, scope, after, hours: MoveSeries(which, scope, after, *hours),
    _which,
    _scopes,
    st.sampled_from((0, 0, 0, 1, -1)),
    st.sampled_from(_HOURS),
)
_cancel_series: st.SearchStrategy[Step] = st.builds(CancelSeries, _which, _scopes)
_answer_offer = st.builds(AnswerOffer, _which, st.sampled_from((True, True, False)))
_often: tuple[st.SearchStrategy[Step], ...] = (
    st.builds(
        WaitFor,
        _which,
        st.booleans(),
        st.sampled_from((0, -10, -15, 10, 15, -120, -150, 60)),
    ),
    *[st.builds(Reserve, _asked)] * 4,
    _move,
    st.builds(CheckIn, _which, st.sampled_from((-10, 0, 10, None))),
    st.builds(CheckOut, _which, st.sampled_from((-20, None, 0, 30))),
    st.builds(Answer, _which, st.sampled_from((True, True, False))),
)
_seldom: tuple[st.SearchStrategy[Step], ...] = (
    st.builds(ReserveBoth, _asked, _asked),
    st.builds(ReserveDaily, _in_working_hours, st.integers(2, 4)),
    _cancel_series,
    _move_series,
    st.builds(Cancel, _which, st.booleans()),
    st.builds(NameAnother, _which, _people),
    *[
        st.builds(
            Join,
            _people,
            _which,
            st.sampled_from((0, 0, 0, 60)),
            st.sampled_from((60, 60, 60, 30, 30, 45)),
            st.sampled_from((False, False, False, True)),
        )
    ]
    * 2,
    st.builds(Leave, _which),
    st.builds(GiveBack, _which, st.sampled_from((False, False, True))),
    *[_answer_offer] * 2,
    st.builds(Certify, _members, _courses, st.integers(1, 3)),
    st.builds(Suspend, _people, _courses),
    st.builds(Revoke, _people, _courses),
    *[st.builds(Reinstate, _people, _courses)] * 3,
    st.builds(SuspendAccount, _members),
    *[st.builds(ReinstateAccount, _members)] * 3,
    st.builds(Close, st.one_of(st.none(), _tools), _when, st.booleans()),
    st.builds(Reopen, _which),
    st.builds(Wait, st.sampled_from((20, 300, 720))),
    st.just(Work()),
)
_step = _one_of(st.just(Wait(0)), *_often * 6, *_seldom)


# What rests on the act just before it, and hardly ever comes about by chance.

_waited_for = st.builds(
    _sensible,
    st.sampled_from((SENSIBLE[1], SENSIBLE[2], SENSIBLE[3], SENSIBLE[9])),
    st.builds(When, st.sampled_from((1, 2, 0)), st.sampled_from((840, 540)), st.just(120)),
    st.just(False),
)
_waits = st.builds(
    Join,
    st.sampled_from(("TIM", "ANN")),
    st.just(0),
    st.sampled_from((0, 60)),
    st.sampled_from((60, 120)),
    st.just(False),
)
_an_offer: st.SearchStrategy[tuple[Step, ...]] = st.tuples(
    st.builds(Reserve, _waited_for),
    _waits,
    st.builds(GiveBack, st.just(0), st.booleans()),
    st.builds(Wait, st.sampled_from((0, 0, 0, 20))),
    _answer_offer,
)
_repeated = st.builds(
    _sensible,
    st.sampled_from((SENSIBLE[1], SENSIBLE[7], SENSIBLE[2], SENSIBLE[6], SENSIBLE[10])),
    st.builds(When, st.just(1), st.sampled_from((540, 600, 780, 840, 900)), st.just(60)),
    st.just(False),
)
_a_series: st.SearchStrategy[tuple[Step, ...]] = st.tuples(
    st.builds(ReserveDaily, _repeated, st.sampled_from((2, 2, 2, 3))),
    _one_of(_move_series, _move_series, _cancel_series),
)
_another: st.SearchStrategy[tuple[Step, ...]] = st.tuples(
    st.builds(
        Reserve,
        st.builds(_sensible, st.just(SENSIBLE[2]), _working_hours, st.just(False)),
    ),
    st.builds(NameAnother, st.just(0), st.sampled_from(("CAT", "ANN"))),
)
_scene: st.SearchStrategy[tuple[Step, ...]] = _one_of(
    *[st.just(())] * 3, _an_offer, _a_series, _another
)


def _with_scene(
    first_day: int, chances: list[Step], scene: tuple[Step, ...], after: int
) -> History:
    return History(first_day, (*chances[:after], *scene, *chances[after:])[:LENGTH])


histories = st.builds(
    _with_scene,
    st.sampled_from(FIRST_DAYS),
    st.lists(_step, min_size=LENGTH, max_size=LENGTH),
    _scene,
    st.sampled_from((0, 2, 4, 8, 16)),
)
"""Always as many steps; one that is shrunk away waits for no time."""
