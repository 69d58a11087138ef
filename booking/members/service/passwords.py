"""Passwords: hashed with argon2id, verified in the same time whether the account exists or not."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
"""Characters of a password; length protects better than rules (ANSSI, password guide, 2021)."""
LONGEST = 200

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Slow on purpose: call it outside a transaction."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; without a hash one of nobody is verified, to take as long."""
    nobodys = _hash_of_nobody()
    try:
        _hasher.verify(password_hash or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def new_password() -> str:
    """A random password for a person to type once."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
