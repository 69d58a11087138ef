"""The house keeps its shape: proved from the code's imports, late ones included."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
BOOKING = PROJECT / "booking"

SLICES = (
    "site",
    "members",
    "machines",
    "openings",
    "occupancies",
    "trainings",
    "pricing",
    "quotas",
    "reservations",
    "upkeep",
    "sessions",
    "planning",
    "decisions",
)
"""From left to right: a slice may import those before it."""

CALLED_BY_ALL = ("outbox", "journal")
OUTER = ("api", "demo")
FOUNDATION = (
    "settings",
    "clock",
    "periods",
    "calendars",
    "database",
    "extensions",
    "permissions",
)
ASSEMBLY = (
    "__init__",
    "backup",
    "cli",
    "doctor",
    "health",
    "schema",
    "serving",
    "slices",
    "worker",
)
WEB_MAY_KNOW = ("site", "members")

PURE = ("periods", "rules", "refusals", "events")
PURE_LIBRARIES = ("dateutil",)

FLASK = ("flask", "flask_babel", "flask_login", "flask_wtf", "werkzeug", "wtforms", "jinja2")
KNOW_FLASK = ("views", "forms", "wording", "cli")
KNOW_FLASK_BESIDE = {
    "booking",
    "booking.backup",
    "booking.doctor",
    "booking.slices",
    "booking.health",
    "booking.serving",
    "booking.worker",
    "booking.clock",
    "booking.demo.service",
    "booking.extensions",
    "booking.members.signing_in",
    "booking.outbox.dispatch",
    "booking.planning.catalogue",
}

FILES_OF_A_SLICE = {
    "__init__",
    "models",
    "rules",
    "refusals",
    "queries",
    "service",
    "events",
    "forms",
    "views",
    "wording",
    "cli",
}
FURTHER_FILES = {
    "occupancies": {"guard"},
    "members": {"signing_in"},
    "outbox": {"dispatch", "delivery"},
    "planning": {"catalogue"},
    "reservations": {"revocation"},
}

WALL_CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


@dataclass(frozen=True)
class Module:
    """One module of `booking`, with its source."""

    name: str
    source: str

    @property
    def slice(self) -> str:
        """The first name under `booking`: a slice, `web`, or a file of the foundation."""
        return [*self.name.split("."), "__init__"][1]

    @property
    def role(self) -> str:
        """The file's (or file-turned-folder's) name within its slice."""
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else parts[-1]

    @property
    def is_pure(self) -> bool:
        return self.role in PURE

    @property
    def knows_flask(self) -> bool:
        return (
            self.slice in ("web", "api")
            or self.role in KNOW_FLASK
            or self.name in KNOW_FLASK_BESIDE
        )


def modules() -> list[Module]:
    return [
        Module(name_of(path), path.read_text(encoding="utf-8"))
        for path in sorted(BOOKING.rglob("*.py"))
    ]


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(module: Module) -> ast.Module:
    return ast.parse(module.source)


def imports_of(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, wherever in the file it is."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.name}:{node.lineno}: write the import in full"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def wrong_directions(module: Module) -> Iterator[str]:
    """Imports of `booking` that run against the direction of the house."""
    for line, imported in imports_of(module):
        parts = imported.split(".")
        if parts[0] != "booking" or len(parts) < 2 or module.slice in ASSEMBLY:
            continue
        reason = why_not(module, parts[1], imported)
        if reason:
            yield f"{module.name}:{line} imports {imported}: {reason}"


def why_not(module: Module, target: str, imported: str) -> str | None:
    here = module.slice
    if target == here or target in CALLED_BY_ALL:
        return why_not_pure(module, imported) if module.is_pure else None
    if here in SLICES and target in SLICES and SLICES.index(target) > SLICES.index(here):
        return (
            f"{target} stands to the right of {here}. An act that touches both belongs to "
            f"{target}, which calls {here}"
        )
    if here in CALLED_BY_ALL and target in SLICES:
        return f"{here} is called by all and calls none: hand it plain values"
    if here == "web" and target in SLICES and target not in WEB_MAY_KNOW:
        return f"web knows only {', '.join(WEB_MAY_KNOW)}: move this into the slice's views"
    if here in FOUNDATION and target in SLICES and (here, target) != ("permissions", "members"):
        return "the foundation knows no slice: let the slice call it with plain values"
    if target in OUTER or (target in ASSEMBLY and here not in OUTER):
        return f"nothing is built on {target}: move what you need into the slice it speaks of"
    if target == "web" and not module.knows_flask:
        return f"only {', '.join(KNOW_FLASK)} and api are of the web: pass plain values from there"
    return why_not_pure(module, imported) if module.is_pure else None


def why_not_pure(module: Module, imported: str) -> str | None:
    parts = imported.split(".")
    if any(part in PURE for part in parts[1:3]):
        return None
    return (
        f"{module.role} is pure: take the value as a field of the request or the facts, "
        "gathered by the service"
    )


def impure_imports(module: Module) -> Iterator[str]:
    for line, imported in imports_of(module):
        top = imported.split(".")[0]
        if top not in sys.stdlib_module_names and top not in ("booking", *PURE_LIBRARIES):
            yield (
                f"{module.name}:{line} imports {top}: {module.role} knows the standard library "
                "alone. Gather the facts in the service and pass plain values"
            )


def flask_where_it_is_unknown(module: Module) -> Iterator[str]:
    for line, imported in imports_of(module):
        if imported.split(".")[0] in FLASK:
            yield (
                f"{module.name}:{line} imports {imported}: only {', '.join(KNOW_FLASK)}, web "
                "and api know Flask. Take what you need as an argument from the view"
            )


def calls_of(module: Module) -> Iterator[tuple[int, str, str]]:
    """Line, owner and name of every call `owner.name(...)`."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            yield node.lineno, name, node.func.attr


def commits(module: Module) -> Iterator[str]:
    for line, _owner, name in calls_of(module):
        if name == "commit":
            yield (
                f"{module.name}:{line} commits: one act is one transaction. "
                "Put `with writing():` into the view or the command that starts the act"
            )


def looks_at_the_wall_clock(module: Module) -> Iterator[str]:
    for line, owner, name in calls_of(module):
        if (owner, name) in WALL_CLOCK:
            yield f"{module.name}:{line} calls {owner}.{name}(): ask booking.clock.now() instead"


def strange_file(module: Module) -> Iterator[str]:
    if module.slice not in (*SLICES, *CALLED_BY_ALL) or module.name.count(".") < 2:
        return
    known = FILES_OF_A_SLICE | FURTHER_FILES.get(module.slice, set())
    if module.role not in known:
        yield (
            f"{module.name}: a slice holds {', '.join(sorted(FILES_OF_A_SLICE - {'__init__'}))}. "
            "Put this where it belongs among them, or turn that file into a folder of its name"
        )


def strange_place(module: Module) -> Iterator[str]:
    known = {*SLICES, *CALLED_BY_ALL, *OUTER, *FOUNDATION, *ASSEMBLY, "web"}
    if module.slice not in known:
        yield f"{module.name}: {module.slice} is no part of the house; name it here and say where"


def problems_of(module: Module) -> list[str]:
    found = [
        *strange_place(module),
        *strange_file(module),
        *wrong_directions(module),
    ]
    if module.is_pure:
        found += impure_imports(module)
    if not module.knows_flask:
        found += flask_where_it_is_unknown(module)
    if module.name != "booking.database":
        found += commits(module)
    if module.name != "booking.clock":
        found += looks_at_the_wall_clock(module)
    return found


def test_every_module_keeps_to_its_place() -> None:
    found = [problem for module in modules() for problem in problems_of(module)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("name", "source", "part_of_message"),
    [
        ("booking.trainings.service", "import booking.reservations.service", "to the right"),
        (
            "booking.machines.service",
            "def f():\n    from booking.upkeep import service",
            "to the right",
        ),
        ("booking.journal.service", "from booking.members.models import Member", "calls none"),
        ("booking.outbox.service", "from booking.reservations.models import X", "calls none"),
        ("booking.web.grid", "from booking.planning.queries import week", "slice's views"),
        ("booking.database", "from booking.site.models import Site", "foundation"),
        ("booking.site.service", "from booking.demo import load", "nothing is built on"),
        ("booking.members.service", "from booking.web.access import may", "plain values"),
        ("booking.reservations.rules", "from booking.machines.models import Machine", "is pure"),
        ("booking.reservations.rules", "from booking import clock", "is pure"),
        ("booking.reservations.refusals", "import sqlalchemy", "standard library"),
        ("booking.reservations.service", "from flask import g", "know Flask"),
        ("booking.reservations.views", "db.session.commit()", "with writing()"),
        ("booking.reservations.views", "x = datetime.now(UTC)", "booking.clock.now()"),
        ("booking.reservations.views", "x = datetime.date.today()", "booking.clock.now()"),
        ("booking.reservations.helpers", "", "a slice holds"),
        ("booking.helpers", "", "no part of the house"),
    ],
)
def test_what_is_out_of_place_is_found_and_the_message_says_what_to_do(
    name: str, source: str, part_of_message: str
) -> None:
    assert any(part_of_message in problem for problem in problems_of(Module(name, source)))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("booking.reservations.service", "from booking.trainings.service import x"),
        ("booking.reservations.rules", "from booking.machines.rules import RiskClass"),
        ("booking.reservations.rules", "from booking.periods import Period"),
        ("booking.reservations.views", "from flask import request\nimport booking.web.access"),
        ("booking.reservations.service", "from booking.outbox import service"),
        ("booking.planning.queries.week", "from booking.reservations.models import x"),
    ],
)
def test_what_is_in_place_is_left_alone(name: str, source: str) -> None:
    assert problems_of(Module(name, source)) == []


TEXTS = (".py", ".html", ".txt", ".md", ".toml", ".cfg", ".js", ".css", ".json", ".ini", "")
ANOTHER_MACHINE = re.compile(r"(?<![\w./~-])/(?:home|root|Users|work)/[\w.]+")


def test_no_file_names_a_place_of_one_machine() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in texts_of_the_project()
        for match in ANOTHER_MACHINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)


def texts_of_the_project() -> Iterator[Path]:
    kept = ("booking", "templates", "migrations", "tests", "tools", "docs", ".ci")
    for path in [*PROJECT.iterdir(), *(p for name in kept for p in (PROJECT / name).rglob("*"))]:
        is_ours = not {"vendor", "__pycache__", ".git"} & {*path.parts}
        if path.is_file() and path.suffix in TEXTS and is_ours:
            yield path
