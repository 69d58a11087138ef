"""The settings of one installation: read once at start, frozen, and loud when wrong."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent.parent
MODES = ("production", "demo", "test")
SAFE_DATABASES = ("sqlite", "postgresql+psycopg")
PLACEHOLDERS = {"change-me", "changeme", "secret", "dev", "test", "password", "xxx"}
SHORTEST_SECRET = 32


class SettingError(ValueError):
    """A setting that stops the start; names its key."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Settings:
    """What an installation may set, from `instance/config.toml` and `BOOKING_*` variables.

    The variable `BOOKING_DATABASE_URL` sets `database_url`, and so on; it wins over the file.
    `now` is an aware datetime that stops the clock, allowed in demo and tests only.
    """

    mode: str = "production"
    instance: Path = PROJECT / "instance"
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://localhost:5000"
    mail_url: str = field(default="", repr=False)
    mail_from: str = "etabli@example.org"
    now: datetime | None = None
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    rate_limits: bool = True

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if not self.database_url:
            set_(self, "database_url", f"sqlite:///{self.instance / 'etabli.sqlite'}")
        self._check()
        if not self.trusted_hosts:
            set_(self, "trusted_hosts", (urlsplit(self.base_url).hostname,))

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def load(
        cls, instance: Path | None = None, environ: Mapping[str, str] = os.environ
    ) -> Settings:
        """Read the settings of this machine; raises `SettingError` naming the wrong key."""
        instance = instance or Path(environ.get("BOOKING_INSTANCE", PROJECT / "instance"))
        instance.mkdir(parents=True, exist_ok=True)
        values: dict[str, Any] = {"instance": instance.resolve()}
        values |= _from_file(instance / "config.toml")
        values |= _from_environment(environ)
        if not values.get("secret_key"):
            values["secret_key"] = _secret_key_of(instance)
        return cls(**values)

    def _check(self) -> None:
        if self.mode not in MODES:
            raise SettingError("mode", f"one of {', '.join(MODES)}, not {self.mode!r}")
        self._check_database()
        self._check_secret()
        base = _split("base_url", self.base_url)
        if base.scheme not in ("http", "https") or not base.hostname or base.path not in ("", "/"):
            raise SettingError("base_url", "must look like https://etabli.example.org")
        mail = _split("mail_url", self.mail_url)
        if self.mail_url and mail.scheme not in ("smtp", "smtps"):
            raise SettingError("mail_url", "must look like smtp://user:password@host:587")
        if "@" not in self.mail_from:
            raise SettingError("mail_from", "must be a mail address")
        if self.now is not None and self.mode == "production":
            raise SettingError("now", "a fixed clock is for the demo and for tests only")
        if self.now is not None and self.now.utcoffset() is None:
            raise SettingError("now", "needs an offset, such as 2026-11-23T08:00:00+01:00")
        if self.proxies < 0:
            raise SettingError("proxies", "the number of reverse proxies in front, 0 or more")

    def _check_database(self) -> None:
        try:
            name = make_url(self.database_url).drivername
        except ArgumentError:
            raise SettingError("database_url", "is not a database address") from None
        if name not in SAFE_DATABASES:
            raise SettingError(
                "database_url", f"starts with {' or '.join(SAFE_DATABASES)}, not {name}"
            )

    def _check_secret(self) -> None:
        if self.mode != "production":
            return
        if self.secret_key.lower() in PLACEHOLDERS or len(self.secret_key) < SHORTEST_SECRET:
            raise SettingError(
                "secret_key", f"needs at least {SHORTEST_SECRET} random characters, no placeholder"
            )


def _split(key: str, address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:
        raise SettingError(key, str(error)) from None


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingError(str(path), str(error)) from None
    known = {f.name: f for f in fields(Settings) if f.name != "instance"}
    for key, value in values.items():
        if key not in known:
            raise SettingError(key, f"unknown in {path.name}; known: {', '.join(known)}")
        if key == "trusted_hosts" and isinstance(value, list):
            values[key] = tuple(str(host) for host in value)
        elif not isinstance(value, _TYPES.get(key, str)):
            raise SettingError(key, f"wrong type in {path.name}")
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in (f.name for f in fields(Settings) if f.name != "instance"):
        raw = environ.get(f"BOOKING_{name.upper()}")
        if raw is not None and raw != "":
            values[name] = _parse(name, raw)
    return values


def _parse(name: str, raw: str) -> Any:
    """A variable's text as the type of its setting."""
    try:
        match name:
            case "now":
                return datetime.fromisoformat(raw)
            case "proxies":
                return int(raw)
            case "trusted_hosts":
                return tuple(host.strip() for host in raw.split(",") if host.strip())
            case "rate_limits":
                return {"on": True, "off": False}[raw.lower()]
            case _:
                return raw
    except (ValueError, KeyError):
        raise SettingError(f"BOOKING_{name.upper()}", f"cannot be read: {raw!r}") from None


_TYPES: dict[str, type] = {
    "now": datetime,
    "proxies": int,
    "rate_limits": bool,
    "trusted_hosts": list,
}


def _secret_key_of(instance: Path) -> str:
    """The installation's own secret, made on first use and readable by its owner alone."""
    path = instance / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
