"""Asking a served site for pages, page and floor in turn, under one server's settings."""

from __future__ import annotations

import gc
import gzip
import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from secrets import token_hex
from threading import Lock
from typing import NamedTuple

import waitress
from flask import Flask, before_render_template, template_rendered
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from booking import create_app
from booking.database import db, writing
from booking.machines.queries import get_machine
from booking.members.models import Member
from booking.members.queries import find_member
from booking.members.service.sessions import start_session
from booking.members.service.tokens import create_token
from booking.periods import Period
from booking.planning.rules import tables
from booking.planning.service import make_controller
from booking.planning.views import tables as shown
from booking.reservations.service import Wish, judge
from booking.settings import Settings
from tests.bench.floor import create_floor

CLIENTS = 2
THREADS = 4
INSPECTIONS = 20
MACHINE, POOL, MEMBER, MANAGER = "M01", "M17", "U02", "S1"
WEEK = f"/planning/machines/{MACHINE}?from=2026-11-30"
DAY = "/planning?on=2026-12-01"
PATH = "/machines/M05/path"
AVAILABILITY = (
    f"/api/v1/machines/{MACHINE}/availability"
    "?from=2026-11-30T00:00:00%2B01:00&to=2026-12-07T00:00:00%2B01:00"
)
LAST_START = datetime.fromisoformat("2026-12-22T21:30:00+01:00")
LAST_WISH = Period(LAST_START, LAST_START + timedelta(minutes=30))
"""The latest half hour that is asked for: who may have it may have all before."""


class Wished(NamedTuple):
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Ask:
    """One kind of request and what stands as its floor."""

    name: str
    method: str
    path: str
    floor: str
    headers: dict[str, str] = field(default_factory=dict)
    wish: Callable[[], Wished] | None = None
    is_first: bool = False
    """Whether it is answered as to the first who asks: no line of a planning is kept."""

    def next(self) -> Wished:
        """The headers and the body of the next request."""
        return self.wish() if self.wish else Wished(self.headers, None)


@dataclass(frozen=True)
class Inspected:
    """What one answer is made of; the rest of its time is Python around both."""

    statements: int
    bytes_on_the_wire: int
    database_percent: int
    template_percent: int

    @property
    def dominated_by(self) -> str:
        shares = {
            "database": self.database_percent,
            "template": self.template_percent,
            "Python": 100 - self.database_percent - self.template_percent,
        }
        return ", ".join(f"{what} {percent} %" for what, percent in _largest_first(shares))


def _largest_first(shares: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(
        ((what, percent) for what, percent in shares.items() if percent > 0),
        key=lambda share: -share[1],
    )


@dataclass
class Measured:
    """Times of one kind of request, in seconds, with its floor's beside it."""

    name: str
    floor_name: str
    seconds: list[float] = field(default_factory=list)
    floor_seconds: list[float] = field(default_factory=list)
    per_second: float = 0.0
    floor_per_second: float = 0.0
    ratios: list[float] = field(default_factory=list)
    inside: Inspected | None = None

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def quantile(self, percent: int) -> float:
        return statistics.quantiles(self.seconds, n=100)[percent - 1]


def measure(settings: Settings, asks: list[Ask], seconds: float, rounds: int) -> list[Measured]:
    """Every kind of request against its floor: `rounds` times in turn, `seconds` each."""
    with Served(settings) as (site_port, floor_port, forgetful_port):
        results = []
        for ask in asks:
            result = Measured(ask.name, ask.floor)
            floor = Ask("floor", "GET" if ask.floor == "/rows" else "POST", ask.floor, ask.floor)
            port_asked = forgetful_port if ask.is_first else site_port
            for port, warm in ((port_asked, ask), (floor_port, floor)):
                _run(port, warm, seconds / 8)
            for _ in range(rounds):
                floor_rate = _add(result.floor_seconds, _run(floor_port, floor, seconds))
                rate = _add(result.seconds, _run(port_asked, ask, seconds))
                result.ratios.append(rate / floor_rate)
            result.per_second = CLIENTS / statistics.mean(result.seconds)
            result.floor_per_second = CLIENTS / statistics.mean(result.floor_seconds)
            results.append(result)
    for ask, result in zip(asks, results, strict=True):
        result.inside = _inspect(settings, ask)
    return results


def _add(times: list[float], more: list[float]) -> float:
    times += more
    return CLIENTS / statistics.mean(more)


def usual_asks(settings: Settings) -> list[Ask]:
    """What a member asks for most."""
    app = create_app(settings)
    with app.app_context(), writing():
        cookie, tokens = _cookie_of(MEMBER, app), _tokens()
    page = _page(cookie)
    return [
        Ask("week page", "GET", WEEK, "/rows", headers=page),
        Ask("week page, first look", "GET", WEEK, "/rows", headers=page, is_first=True),
        Ask("day page", "GET", DAY, "/rows", headers=page),
        Ask("day page, first look", "GET", DAY, "/rows", headers=page, is_first=True),
        Ask("path page", "GET", PATH, "/rows", headers=page),
        Ask("API availability", "GET", AVAILABILITY, "/rows", headers=_bearer(tokens[MEMBER])),
        Ask("one confirmed reservation", "POST", "/api/v1/reservations", "/insert",
            wish=_wishes([*tokens.values()])),
    ]  # fmt: skip


def crowd_asks(settings: Settings) -> list[Ask]:
    """What grows with the people: what waits for a manager, and who may open which door."""
    app = create_app(settings)
    with app.app_context(), writing():
        manager = find_member(MANAGER)
        assert manager is not None
        cookie, secret = _cookie_of(MANAGER, app), make_controller("bench", None, manager)
    return [
        Ask("decisions, 500 waiting", "GET", "/decisions", "/rows", headers=_page(cookie)),
        Ask("badge list, 2,000 members", "GET", "/api/v1/badge-list", "/rows",
            headers=_bearer(secret)),
    ]  # fmt: skip


def _page(cookie: str) -> dict[str, str]:
    return {
        "Cookie": f"etabli={cookie}",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "fr",
    }


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _wishes(tokens: list[str]) -> Callable[[], Wished]:
    """A different free half hour each time, asked by one member after the other: the six units of
    M17, on the working days before Christmas.
    """
    tomorrow = datetime.fromisoformat("2026-11-24T06:00:00+01:00")
    starts = (
        tomorrow + timedelta(days=day, minutes=30 * half_hour)
        for half_hour in range(32)
        for day in range(29)
        if (tomorrow + timedelta(days=day)).weekday() < 6
        for _unit in range(6)
    )

    askers = cycle(tokens)

    def wish() -> Wished:
        start = next(starts)
        body = {
            "machine": POOL,
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
            "mode": "autonomous",
        }
        return Wished(_bearer(next(askers)), json.dumps(body).encode())

    return Shared(wish)


class Shared:
    """A source of wishes that several clients may ask at once."""

    def __init__(self, make: Callable[[], Wished]) -> None:
        self._make = make
        self._lock = Lock()

    def __call__(self) -> Wished:
        with self._lock:
            return self._make()


def _run(port: int, ask: Ask, seconds: float) -> list[float]:
    """Ask with several clients for a while; the time of each answer."""
    deadline = time.perf_counter() + seconds
    with ThreadPoolExecutor(CLIENTS) as pool:
        lists = pool.map(lambda _: list(_ask(port, ask, deadline)), range(CLIENTS))
        return [one for times in lists for one in times]


def _ask(port: int, ask: Ask, deadline: float) -> Iterator[float]:
    connection = http.client.HTTPConnection("localhost", port)
    while time.perf_counter() < deadline:
        headers, body = ask.next()
        started = time.perf_counter()
        connection.request(ask.method, ask.path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        yield time.perf_counter() - started
        if response.status not in (200, 201):
            raise RuntimeError(f"{ask.name}: {response.status}")
    connection.close()


class Served:
    """The site, its floor, and the site as it is to who looks first, each in a process of its own
    under the same server settings.
    """

    def __init__(self, settings: Settings) -> None:
        context = get_context("spawn")
        self.ports: list[int] = []
        self.processes = []
        for make in (create_app, create_floor, create_forgetful):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(make, settings, there), daemon=True)
            process.start()
            self.processes.append(process)
            self.ports.append(here.recv())

    def __enter__(self) -> tuple[int, int, int]:
        site, floor, forgetful = self.ports
        return site, floor, forgetful

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
            process.join()


def create_forgetful(settings: Settings) -> Flask:
    """The site in a process that keeps no line of a planning."""
    drawing_anew().__enter__()
    return create_app(settings)


@contextmanager
def drawing_anew() -> Iterator[None]:
    """Have each line of a planning drawn whenever it is shown."""
    kept = ((tables, "tell"), (tables, "_rows"), (shown, "_shown_row"))
    usual = [(module, name, getattr(module, name)) for module, name in kept]
    for module, name, function in usual:
        setattr(module, name, function.__wrapped__)
    try:
        yield
    finally:
        for module, name, function in usual:
            setattr(module, name, function)


def _serve(make: Callable[[Settings], Flask], settings: Settings, port_to: Connection) -> None:
    server = waitress.create_server(make(settings), host="127.0.0.1", port=0, threads=THREADS)
    port_to.send(server.effective_port)
    server.run()


def _cookie_of(code: str, app: Flask) -> str:
    """The cookie of a browser in which a member has signed in."""
    member = find_member(code)
    assert member is not None
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signed_in = start_session(member, "bench")
    return serializer.dumps({"_user_id": signed_in, "_fresh": True, "csrf_token": token_hex(20)})


def _tokens() -> dict[str, str]:
    """A token of each member who may use the pool."""
    pool = get_machine(POOL)
    return {
        other.code: create_token(other, "bench")
        for other in db.session.scalars(select(Member).order_by(Member.code))
        if not judge(Wish(other, pool, LAST_WISH))
    }


def _inspect(settings: Settings, ask: Ask) -> Inspected:
    """What one answer is made of: statements, bytes, and where its time goes."""
    with drawing_anew() if ask.is_first else nullcontext():
        return _look_inside(create_app(settings), ask)


def _look_inside(app: Flask, ask: Ask) -> Inspected:
    watch = Watch()
    with app.app_context():
        watch.listen(app, db.engine)
    client = app.test_client(use_cookies=False)

    def answer() -> TestResponse:
        headers, body = ask.next()
        return client.open(ask.path, method=ask.method, headers=headers, data=body)

    answer()  # warm: templates, translations, what is kept in memory
    gc.collect()  # what others have left behind is not cleared away in this one's time
    watch.reset()
    started = time.perf_counter()
    responses = [answer() for _ in range(INSPECTIONS)]
    total = time.perf_counter() - started
    data = responses[-1].get_data()
    is_compressed = bool(responses[-1].headers.get("Content-Encoding"))
    return Inspected(
        statements=watch.statements // INSPECTIONS,
        bytes_on_the_wire=len(data if is_compressed else gzip.compress(data)),
        database_percent=round(100 * watch.in_database / total),
        template_percent=round(100 * (watch.in_templates - watch.database_in_templates) / total),
    )


class Watch:
    """Counts statements, and the time spent in the database and in templates."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.statements = 0
        self.in_database = self.in_templates = self.database_in_templates = 0.0
        self._statement_began = self._template_began = 0.0
        self._renders = False

    def listen(self, app: Flask, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._before_statement)
        event.listen(engine, "after_cursor_execute", self._after_statement)
        before_render_template.connect(self._before_template, app)
        template_rendered.connect(self._after_template, app)

    def _before_statement(self, *_: object) -> None:
        self.statements += 1
        self._statement_began = time.perf_counter()

    def _after_statement(self, *_: object) -> None:
        spent = time.perf_counter() - self._statement_began
        self.in_database += spent
        if self._renders:
            self.database_in_templates += spent

    def _before_template(self, *_: object, **__: object) -> None:
        self._renders = True
        self._template_began = time.perf_counter()

    def _after_template(self, *_: object, **__: object) -> None:
        self._renders = False
        self.in_templates += time.perf_counter() - self._template_began
