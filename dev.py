#!/usr/bin/env python3
"""Everything a developer or a tester does with Établi, from a machine with Python alone.

Standard library only. Makes `.venv` on first use and installs into it again only when
`setup.cfg` or `constraints.txt` have changed. Every command may be interrupted and run again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")
VENV = HERE / ".venv"
STAMP = VENV / "etabli-installed.json"
INSTALLED_FROM = ("setup.cfg", "pyproject.toml", "constraints.txt")
CATALOGS = HERE / "booking" / "translations"


class DevError(Exception):
    """Ends dev.py with a sentence for the person in front of it."""


def main(arguments: list[str]) -> int:
    try:
        need_python(sys.version_info[:2], arguments)
        options, rest = parser().parse_known_args(arguments)
        if rest and not options.passes_arguments_on:
            raise DevError(f"dev.py {options.command} does not know {' '.join(rest)}.")
        os.chdir(HERE)
        return options.act(options, rest)
    except DevError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dev.py", description="Run, test and check Établi.")
    commands = top.add_subparsers(dest="command", metavar="command", required=True)

    def command(name, act, text, passes_arguments_on=False):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(act=act, passes_arguments_on=passes_arguments_on)
        return sub

    sub = command("run", run, "Serve the demo site on this machine.")
    sub.add_argument("--port", type=int, help="5000, or the next free one, when not given")
    sub.add_argument("--without-agenda", action="store_true", help="leave the weeks ahead empty")
    command("test", test, "Run the tests on both engines; options go to pytest.", True)
    command("check", check, "Format, lint, types, templates, translations, then the tests.")
    command("install", install_only, "Make .venv ready for production, and nothing else.")
    command("translations", translations, "Bring the catalogs up to date with the code.")
    command("assets", assets, "Build the style sheet from its sources.")
    command("bench", bench, "Measure the main pages; writes docs/benchmarks.md.", True)
    command("race", race, "Try to break the guard; options go to tests.races.", True)
    command("histories", histories, "Live random histories; options go to tests.histories.", True)
    return top


# The commands


def run(options, _rest):
    """Serve in this very process once everything is in place, so that signals reach it."""
    os.environ.setdefault("BOOKING_MODE", "demo")
    install(["pdf"])
    compile_catalogs()
    arguments = ["-m", "booking.serving"]
    if options.port is not None:
        arguments += ["--port", str(options.port)]
    if options.without_agenda:
        arguments.append("--without-agenda")
    return become(arguments)


def test(_options, rest):
    install(["test", "browser"])
    compile_catalogs()
    in_parallel = [] if decides_its_processes(rest) else ["-n", "auto", "--dist", "worksteal"]
    return become(["-m", "pytest", *in_parallel, *rest])


def check(_options, _rest):
    install(["test", "browser", "dev"])
    compile_catalogs()
    steps = (
        ("format", ["ruff", "format", "--check", "."]),
        ("lint", ["ruff", "check", "."]),
        ("types", ["mypy"]),
        ("templates", ["djlint", "--lint", "--quiet", "templates"]),
        ("translations", ["tools.catalogs", "check"]),
        ("tests", ["pytest", "-q", "-n", "auto", "--dist", "worksteal"]),
    )
    failed = []
    for name, module in steps:
        say(f"{name}: {' '.join(module)}")
        if subprocess.call([python(), "-m", *module]) != 0:
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def install_only(_options, _rest):
    install(["pdf", "postgres"])
    compile_catalogs()
    say(f"ready: {python()}")
    return 0


def translations(_options, _rest):
    install([])
    return become(["-m", "tools.catalogs", "update"])


def assets(_options, _rest):
    install([])
    return become(["-m", "tools.build_css"])


def bench(_options, rest):
    install(["test"])
    return become(["-m", "tests.bench", *rest])


def race(_options, rest):
    install(["test"])
    return become(["-m", "tests.races", *rest])


def histories(_options, rest):
    install(["test"])
    return become(["-m", "tests.histories", *rest])


def decides_its_processes(pytest_arguments):
    return any(
        argument.startswith(("-n", "--numprocesses")) or argument in ("--pdb", "-s")
        for argument in pytest_arguments
    )


# The Python that runs us


def need_python(version, arguments):
    """Go on with a newer Python of this machine when ours is too old, or say what to do."""
    if tuple(version) >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        newer = shutil.which(name)
        if newer:
            say(f"Python {dotted(version)} is too old; going on with {newer}")
            os.execv(newer, [newer, str(HERE / "dev.py"), *arguments])
    raise DevError(
        f"Établi needs Python {dotted(OLDEST_PYTHON)} or newer; this is {dotted(version)} "
        f"({sys.executable}). Install a newer Python, for example with: "
        "sudo apt install python3.11 python3.11-venv"
    )


def dotted(version):
    return f"{version[0]}.{version[1]}"


def python():
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def become(arguments):
    """Replace this process by the environment's Python (where the system can)."""
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call([python(), *arguments])
    os.execv(python(), [python(), *arguments])
    return 0


# The environment


def install(extras):
    """Make `.venv` hold Établi and `extras`; does nothing when it already does."""
    fingerprint = fingerprint_of(INSTALLED_FROM)
    installed = read_stamp()
    if installed["fingerprint"] == fingerprint and set(extras) <= set(installed["extras"]):
        return
    make_venv()
    extras = sorted({*extras, *installed["extras"]})
    if STAMP.exists():
        STAMP.unlink()
    pip_install(extras)
    STAMP.write_text(json.dumps({"fingerprint": fingerprint, "extras": extras}), encoding="utf-8")


def fingerprint_of(names):
    digest = hashlib.sha256()
    for name in names:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def read_stamp():
    """What a finished installation left behind; an interrupted one leaves nothing."""
    nothing = {"fingerprint": "", "extras": []}
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return nothing
    return stamp if Path(python()).exists() else nothing


def make_venv():
    if has_usable_venv():
        return
    say(f"making .venv with Python {dotted(sys.version_info[:2])}")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DevError(why_no_venv(done.stdout, sys.version_info[:2]))


def has_usable_venv():
    needed = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([python(), "-c", needed], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def why_no_venv(output, version):
    """The sentence for a machine where `python -m venv` does not work."""
    if "ensurepip" in output or "No module named venv" in output:
        return (
            "this Python cannot make a virtual environment: a part of it is packaged apart. "
            f"On Debian and Ubuntu: sudo apt install python{dotted(version)}-venv"
        )
    return f"making .venv failed:\n{output.strip()}"


def pip_install(extras):
    wanted = ",".join(extras)
    say(f"installing Établi {wanted}".rstrip() + " (the first time takes a minute or two)")
    command = [python(), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--constraint", "constraints.txt", "--editable", f".[{wanted}]" if wanted else "."]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = show_progress(pip.stdout)
    if pip.wait() != 0:
        raise DevError(why_no_install("".join(output)))


def show_progress(lines):
    """One line per package pip fetches, rewritten in place on a terminal; returns all lines."""
    seen = []
    count = 0
    for line in lines:
        seen.append(line)
        words = line.split()
        if words[:1] == ["Collecting"]:
            count += 1
            name = re.split("[^A-Za-z0-9_.-]", words[1])[0]
            progress(f"{count:3d}  {name}")
        elif words[:2] == ["Installing", "collected"]:
            progress(f"     unpacking {count} packages")
    progress("")
    return seen


def progress(text):
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K  {text}" if text else "\r\033[K")
        sys.stdout.flush()
    elif text:
        print(f"  {text}", flush=True)


def why_no_install(output):
    """The sentence for a failed installation, with the end of what pip said."""
    told = [line for line in output.strip().splitlines() if line.strip()][-12:]
    network = ("Temporary failure in name resolution", "Failed to establish a new connection")
    network += ("NewConnectionError", "Network is unreachable", "ConnectTimeoutError")
    if any(sign in output for sign in network):
        reason = (
            "the packages could not be fetched: no connection to the package index. "
            "Check the network (or pip's index and proxy settings) and run the same command again."
        )
    else:
        reason = "installing the packages failed. Run the same command again, or see what pip says:"
    return reason + "\n" + "\n".join("  " + line for line in told)


# Translations


def compile_catalogs():
    """Compile the catalogs whose text is newer than what was compiled from it."""
    if any(is_stale(catalog) for catalog in CATALOGS.glob("*/LC_MESSAGES/*.po")):
        say("compiling translations")
        subprocess.check_call([python(), "-m", "tools.catalogs", "compile"])


def is_stale(catalog):
    compiled = catalog.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalog.stat().st_mtime


def say(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
