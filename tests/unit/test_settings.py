"""Settings are read once, and a wrong one stops the start and says which."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from booking.settings import SettingError, Settings

GOOD = {"BOOKING_SECRET_KEY": "a long enough secret of an installation"}


def load(instance: Path, **environ: str) -> Settings:
    return Settings.load(instance, {**GOOD, **environ})


def test_without_any_setting_the_site_starts_on_sqlite_in_its_instance(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "instance", {})
    assert settings.mode == "production"
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'etabli.sqlite'}"
    assert settings.trusted_hosts == ("localhost",)
    assert settings.rate_limits


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('base_url = "https://a.example"\nproxies = 1\n')
    settings = load(tmp_path, BOOKING_BASE_URL="https://b.example")
    assert settings.base_url == "https://b.example"
    assert settings.proxies == 1
    assert settings.trusted_hosts == ("b.example",)
    assert settings.secure_cookies


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("BOOKING_MODE", "staging", "mode"),
        ("BOOKING_DATABASE_URL", "nonsense", "database_url"),
        ("BOOKING_DATABASE_URL", "mysql://localhost/etabli", "database_url"),
        ("BOOKING_SECRET_KEY", "change-me", "secret_key"),
        ("BOOKING_SECRET_KEY", "too short", "secret_key"),
        ("BOOKING_BASE_URL", "etabli.example.org", "base_url"),
        ("BOOKING_BASE_URL", "ftp://etabli.example.org", "base_url"),
        ("BOOKING_BASE_URL", "https://etabli.example.org/machines", "base_url"),
        ("BOOKING_BASE_URL", "https://[etabli", "base_url"),
        ("BOOKING_MAIL_URL", "smtp://[mail", "mail_url"),
        ("BOOKING_MAIL_URL", "https://mail.example.org", "mail_url"),
        ("BOOKING_MAIL_FROM", "nobody", "mail_from"),
        ("BOOKING_NOW", "2026-11-23T08:00:00+01:00", "now"),
        ("BOOKING_NOW", "yesterday", "BOOKING_NOW"),
        ("BOOKING_PROXIES", "-1", "proxies"),
        ("BOOKING_PROXIES", "one", "BOOKING_PROXIES"),
        ("BOOKING_RATE_LIMITS", "perhaps", "BOOKING_RATE_LIMITS"),
    ],
)
def test_a_wrong_variable_stops_the_start_and_is_named(
    tmp_path: Path, name: str, value: str, key: str
) -> None:
    with pytest.raises(SettingError) as error:
        load(tmp_path, **{name: value})
    assert error.value.key == key
    assert str(error.value).startswith(key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("mode = 7", "mode"),
        ('proxies = "one"', "proxies"),
        ('colour = "red"', "colour"),
        ("secret_key = []", "secret_key"),
        ("rate_limits = 1", "rate_limits"),
        ('trusted_hosts = "a.example"', "trusted_hosts"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(SettingError) as error:
        load(tmp_path)
    assert error.value.key == key


@pytest.mark.parametrize("content", [b"mode =", b'mode = "\xff"'])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(SettingError, match=r"config\.toml"):
        load(tmp_path)


def test_a_clock_without_offset_is_refused_in_the_demo_too(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="offset"):
        load(tmp_path, BOOKING_MODE="demo", BOOKING_NOW="2026-11-23T08:00:00")


def test_a_placeholder_serves_the_demo_and_the_tests_alone(tmp_path: Path) -> None:
    assert load(tmp_path, BOOKING_MODE="demo", BOOKING_SECRET_KEY="change-me").is_demo
    with pytest.raises(SettingError, match="secret_key"):
        load(tmp_path, BOOKING_SECRET_KEY="change-me")


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    first, second = Settings.load(instance, {}), Settings.load(instance, {})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert Settings.load(tmp_path / "other", {}).secret_key != first.secret_key


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    mail = "smtp://etabli:geheim@mail.example.org:587"
    shown = repr(load(tmp_path, BOOKING_MAIL_URL=mail))
    assert "geheim" not in shown
    assert GOOD["BOOKING_SECRET_KEY"] not in shown
