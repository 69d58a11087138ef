"""What dev.py and the server say when something is in the way."""

from __future__ import annotations

import configparser
import importlib.util
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from booking import serving
from booking.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def dev() -> Any:
    """The module dev.py, which stands outside of every package."""
    spec = importlib.util.spec_from_file_location("dev", PROJECT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def elsewhere(dev: Any, tmp_path: Path) -> Any:
    """dev.py as it would be in a tree of its own, without an environment."""
    for name in dev.INSTALLED_FROM:
        (tmp_path / name).write_text("", encoding="utf-8")
    dev.HERE = tmp_path
    dev.VENV = tmp_path / ".venv"
    dev.STAMP = dev.VENV / dev.STAMP.name
    return dev


def test_a_python_that_is_too_old_is_named_with_the_package_to_install(
    dev: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(dev.DevError) as error:
        dev.need_python((3, 8), ["run"])
    assert "needs Python 3.11 or newer; this is 3.8" in str(error.value)
    assert "apt install python3.11" in str(error.value)


def test_the_file_can_be_read_by_a_python_that_is_too_old(dev: Any) -> None:
    import ast

    source = (PROJECT / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))


def test_a_missing_venv_names_the_debian_package(dev: Any) -> None:
    sentence = dev.why_no_venv("The virtual environment ... ensurepip is not available.", (3, 12))
    assert "sudo apt install python3.12-venv" in sentence


def test_a_missing_network_is_told_from_other_failures(dev: Any) -> None:
    assert "no connection" in dev.why_no_install("NewConnectionError('...')\n")
    assert "no connection" not in dev.why_no_install("ResolutionImpossible\n")


def test_an_unknown_option_stops_with_a_sentence(dev: Any) -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "dev.py"), "run", "--prot", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "does not know --prot 1" in done.stderr


def test_an_interrupted_installation_is_taken_up_again(
    elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def fails_once(extras: list[str]) -> None:
        asked.append(extras)
        if len(asked) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(elsewhere, "pip_install", fails_once)
    monkeypatch.setattr(elsewhere, "make_venv", lambda: make_a_venv(elsewhere))
    with pytest.raises(KeyboardInterrupt):
        elsewhere.install(["test"])
    elsewhere.install(["test"])
    elsewhere.install([])
    elsewhere.install(["test"])
    assert asked == [["test"], ["test"]]


def test_changed_pins_are_installed_with_all_extras_so_far(
    elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(elsewhere, "pip_install", asked.append)
    monkeypatch.setattr(elsewhere, "make_venv", lambda: make_a_venv(elsewhere))
    elsewhere.install(["test"])
    (elsewhere.HERE / "constraints.txt").write_text("flask==3.1.3", encoding="utf-8")
    elsewhere.install(["dev"])
    assert asked == [["test"], ["dev", "test"]]


def make_a_venv(dev: Any) -> None:
    program = Path(dev.python())
    program.parent.mkdir(parents=True, exist_ok=True)
    program.touch()


def test_every_requirement_is_pinned_within_its_range() -> None:
    pins = dict(
        line.split("==")
        for line in (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    for requirement in requirements():
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} has no line in constraints.txt"
        assert requirement.specifier.contains(pins[name]), f"{name}: {pins[name]} is out of range"


def requirements() -> list[Requirement]:
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg", encoding="utf-8")
    groups = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    return [Requirement(line) for group in groups for line in group.split("\n") if line]


def test_a_wanted_port_that_is_taken_stops_with_a_sentence() -> None:
    with taken_port() as taken, pytest.raises(SystemExit) as stop:
        serving.open_port(taken.getsockname()[1])
    assert "is taken by another program" in str(stop.value)


def test_without_a_wanted_port_the_next_free_one_is_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with taken_port() as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serving, "FIRST_PORT", port)
        with serving.open_port(None) as listener:
            assert listener.getsockname()[1] > port
    assert re.search(f"port {port} is taken", capsys.readouterr().out)


def taken_port() -> socket.socket:
    listener = socket.socket()
    listener.bind((serving.HOST, 0))
    listener.listen()
    return listener


def test_the_served_address_is_the_settings_when_one_was_set() -> None:
    chosen = Settings(mode="test", base_url="https://etabli.example.org")
    assert serving.at_port(chosen, 5003) is chosen
    assert serving.at_port(Settings(mode="test"), 5003).base_url == "http://localhost:5003"


def test_the_accounts_stand_in_columns() -> None:
    assert serving.columns([("Role", "Name"), ("manager", "Ana")]) == [
        "  Role     Name",
        "  manager  Ana",
    ]
