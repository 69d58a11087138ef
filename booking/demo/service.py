"""Filling an empty database with the demo site."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from booking import clock
from booking.database import db, writing
from booking.demo import learning, paying, people, professional, workshop
from booking.demo.agenda import bookings_ahead
from booking.demo.files import ZONE, Files, read
from booking.demo.history import past_bookings
from booking.demo.reserving import add_bookings
from booking.members.models import Member
from booking.members.service.passwords import hash_password
from booking.site.queries import find_site

PASSWORD = "tilleul-rouge"  # noqa: S105 - everybody is told

SHOWN_ACCOUNTS = (
    ("Manager", "S1"),
    ("Trainer", "S2"),
    ("Artisan", "U25"),
    ("Artisan and referent", "U06"),
    ("Organisation admin", "U02"),
    ("Accountant", "S4"),
    ("Stakeholder", "S5"),
    ("Administrator", "S7"),
)


class Account(NamedTuple):
    """An account to sign in with, for the person in front of the terminal."""

    role: str
    name: str
    email: str


class NotADemo(RuntimeError):  # noqa: N818 - it names what was met
    """This installation is a real one: the demo's people and passwords have no place in it."""


def load(with_agenda: bool = True) -> None:
    """Fill this database with the demo site, in one transaction; nothing if it holds a site.

    With a fixed clock the dates are those of the files, else they are moved by whole weeks so
    that the demo's Monday is this week's. Raises `NotADemo` outside demo and tests.
    """
    if current_app.config["BOOKING_SETTINGS"].mode not in ("demo", "test"):
        raise NotADemo("the demo site is for the modes demo and test only")
    files = read(_moved_to())
    password_hash = hash_password(PASSWORD)
    with writing():
        if not is_loaded():
            _fill(files, password_hash, with_agenda=with_agenda)


def _moved_to() -> date | None:
    return None if current_app.config["BOOKING_NOW"] else clock.today(ZONE)


def _fill(files: Files, password_hash: str, *, with_agenda: bool) -> None:
    workshop.add_site(files)
    organisations = people.add_organisations(files)
    members = people.add_people(files, organisations, password_hash)
    subscriptions = people.add_subscriptions(files, organisations, members)
    paying.add_credit(files, subscriptions, organisations, members)
    paying.add_invoices(files, organisations, members)
    prices = paying.prices(files, subscriptions)
    trainings = learning.add_trainings(files)
    areas = workshop.add_areas(files)
    machines = workshop.add_machines(files, areas, members)
    workshop.add_closures(files, areas, machines)
    workshop.add_outages(files, machines, members)
    learning.add_questions(files, trainings)
    learning.add_attempts(files, trainings, members)
    learning.add_practical_tests(files, trainings, members)
    learning.add_sessions(files, trainings, machines, members)
    professional.add_training_files(files)
    learning.add_interests(trainings, members)
    learning.add_certifications(files, trainings, members)
    add_bookings(past_bookings(files), machines, members, prices)
    if with_agenda:
        add_bookings(bookings_ahead(files, clock.now()), machines, members, prices)


def is_loaded() -> bool:
    """Whether this database holds a site already."""
    return find_site() is not None


def accounts() -> list[Account]:
    """One account per role."""
    query = select(Member.code, Member.name, Member.email)
    known = {code: (name, email) for code, name, email in db.session.execute(query)}
    return [Account(role, *known[code]) for role, code in SHOWN_ACCOUNTS if code in known]
