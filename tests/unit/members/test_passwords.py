"""Passwords as they are kept."""

from __future__ import annotations

from importlib import util

from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from booking.members.service import passwords


def test_a_hash_knows_its_password_and_no_other() -> None:
    password_hash = passwords.hash_password("hêtre varlope établi")
    assert passwords.matches(password_hash, "hêtre varlope établi")
    assert not passwords.matches(password_hash, "hêtre varlope etabli")


def test_nothing_matches_where_there_is_no_hash_or_a_broken_one() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches("plain text", "plain text")


def test_other_parameters_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hash_password("x"))


def test_a_generated_password_is_long_enough_and_never_the_same() -> None:
    made = {passwords.new_password() for _ in range(20)}
    assert len(made) == 20
    assert all(len(password) >= passwords.SHORTEST for password in made)


def test_they_cost_what_the_standard_asks_for_small_machines() -> None:
    """In a copy of the module, as it is for everybody but the tests."""
    spec = util.find_spec(passwords.__name__)
    assert spec is not None
    assert spec.loader is not None
    real = util.module_from_spec(spec)
    spec.loader.exec_module(real)
    assert extract_parameters(real.hash_password("hêtre varlope")) == RFC_9106_LOW_MEMORY
