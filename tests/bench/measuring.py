"""Asking a served site for pages, page and floor in turn, under one server's settings."""

from __future__ import annotations

import gzip
import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock

import waitress
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from booking import create_app
from booking.database import db, writing
from booking.members.queries import find_member
from booking.members.service.sessions import start_session
from booking.members.service.tokens import create_token
from booking.settings import Settings
from tests.bench.floor import create_floor

CLIENTS = 2
THREADS = 4
MACHINE, MEMBER = "M01", "U02"
WEEK = f"/planning/machines/{MACHINE}?from=2026-11-30"
DAY = "/planning?on=2026-12-01"
AVAILABILITY = (
    f"/api/v1/machines/{MACHINE}/availability"
    "?from=2026-11-30T00:00:00%2B01:00&to=2026-12-07T00:00:00%2B01:00"
)


@dataclass(frozen=True)
class Ask:
    """One kind of request and what stands as its floor."""

    name: str
    method: str
    path: str
    floor: str
    body: Callable[[], bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict)


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
    statements: int = 0
    bytes_on_the_wire: int = 0

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def quantile(self, percent: int) -> float:
        return statistics.quantiles(self.seconds, n=100)[percent - 1]


def measure(settings: Settings, seconds: float, rounds: int) -> list[Measured]:
    """Every kind of request against its floor: `rounds` times in turn, `seconds` each."""
    cookie, token = _credentials(settings)
    asks = _asks(cookie, token)
    with Served(settings) as (site_port, floor_port):
        results = []
        for ask in asks:
            result = Measured(ask.name, ask.floor)
            floor = Ask("floor", "GET" if ask.floor == "/rows" else "POST", ask.floor, ask.floor)
            for port, warm in ((site_port, ask), (floor_port, floor)):
                _run(port, warm, seconds / 8)
            for _ in range(rounds):
                floor_rate = _add(result.floor_seconds, _run(floor_port, floor, seconds))
                rate = _add(result.seconds, _run(site_port, ask, seconds))
                result.ratios.append(rate / floor_rate)
            result.per_second = CLIENTS / statistics.mean(result.seconds)
            result.floor_per_second = CLIENTS / statistics.mean(result.floor_seconds)
            results.append(result)
    for ask, result in zip(asks, results, strict=True):
        result.statements, result.bytes_on_the_wire = _inspect(settings, ask)
    return results


def _add(times: list[float], more: list[float]) -> float:
    times += more
    return CLIENTS / statistics.mean(more)


def _asks(cookie: str, token: str) -> list[Ask]:
    page = {"Cookie": f"etabli={cookie}", "Accept-Encoding": "gzip", "Accept-Language": "fr"}
    api = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return [
        Ask("week page", "GET", WEEK, "/rows", headers=page),
        Ask("day page", "GET", DAY, "/rows", headers=page),
        Ask("API availability", "GET", AVAILABILITY, "/rows", headers=api),
        Ask("one confirmed reservation", "POST", "/api/v1/reservations", "/insert",
            body=_wishes(), headers=api),
    ]  # fmt: skip


def _wishes() -> Callable[[], bytes]:
    """A different free half hour each time: M17's six units, on the working days to Christmas."""
    tomorrow = datetime.fromisoformat("2026-11-24T06:00:00+01:00")
    starts = (
        tomorrow + timedelta(days=day, minutes=30 * half_hour)
        for half_hour in range(32)
        for day in range(29)
        if (tomorrow + timedelta(days=day)).weekday() < 6
        for _unit in range(6)
    )

    def wish() -> bytes:
        start = next(starts)
        return json.dumps(
            {
                "machine": "M17",
                "starts_at": start.isoformat(),
                "ends_at": (start + timedelta(minutes=30)).isoformat(),
                "mode": "autonomous",
            }
        ).encode()

    return Shared(wish)


class Shared:
    """A source of bodies that several clients may ask at once."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._lock = Lock()

    def __call__(self) -> bytes:
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
        body = ask.body() if ask.body else None
        started = time.perf_counter()
        connection.request(ask.method, ask.path, body=body, headers=ask.headers)
        response = connection.getresponse()
        response.read()
        yield time.perf_counter() - started
        if response.status not in (200, 201):
            raise RuntimeError(f"{ask.name}: {response.status}")
    connection.close()


class Served:
    """The site and its floor, each in a process of its own under the same server settings."""

    def __init__(self, settings: Settings) -> None:
        context = get_context("spawn")
        self.ports: list[int] = []
        self.processes = []
        for make in (create_app, create_floor):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(make, settings, there), daemon=True)
            process.start()
            self.processes.append(process)
            self.ports.append(here.recv())

    def __enter__(self) -> tuple[int, int]:
        return self.ports[0], self.ports[1]

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
            process.join()


def _serve(make: Callable[[Settings], Flask], settings: Settings, port_to: Connection) -> None:
    server = waitress.create_server(make(settings), host="127.0.0.1", port=0, threads=THREADS)
    port_to.send(server.effective_port)
    server.run()


def _credentials(settings: Settings) -> tuple[str, str]:
    """A session cookie and a token of the member who asks."""
    app = create_app(settings)
    with app.app_context(), writing():
        member = find_member(MEMBER)
        assert member is not None
        session_token = start_session(member, "bench")
        api_token = create_token(member, "bench")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return serializer.dumps({"_user_id": session_token, "_fresh": True}), api_token


def _inspect(settings: Settings, ask: Ask) -> tuple[int, int]:
    """How many statements one answer takes, and how many bytes it is, compressed."""
    app = create_app(settings)
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", counted)
    client = app.test_client(use_cookies=False)

    def answer() -> TestResponse:
        body = ask.body() if ask.body else None
        return client.open(ask.path, method=ask.method, headers=ask.headers, data=body)

    answer()  # warm: templates, translations, what is kept in memory
    count = 0
    response = answer()
    data = response.get_data()
    compressed = data if response.headers.get("Content-Encoding") else gzip.compress(data)
    return count, len(compressed)
