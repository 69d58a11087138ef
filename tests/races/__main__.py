"""`python -m tests.races`: race in full on both engines, print the counts, fail on any double."""

from __future__ import annotations

import argparse
import sys
import time

from tests import engines
from tests.applications import migrate, settings_for
from tests.engines import Databases, new_folder
from tests.races.contest import Result, Size, run
from tests.races.report import table_of


def main() -> None:
    options = _options()
    size = Size(options.attempts, options.http, options.revocations, options.processes)
    chosen = engines.ENGINES if options.engine == "both" else (options.engine,)
    results: list[Result] = []
    folder = new_folder()
    databases = Databases(
        folder,
        process="race",
        builds={"empty": (None, lambda url: migrate(settings_for(url, folder)))},
    )
    try:
        for name in chosen:
            began = time.monotonic()
            engine = databases.engine(name)
            databases.renew(engine, "race", "empty")
            settings = settings_for(engine.url("race"), folder)
            results += run(name, settings, size, guarded=not options.without_guard)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    finally:
        engines.stop(folder)
    print(table_of(results))
    sys.exit(_verdict(results, guarded=not options.without_guard))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.races", description=__doc__)
    parser.add_argument("--attempts", type=int, default=Size.attempts)
    parser.add_argument("--http", type=int, default=Size.over_http, help="attempts through HTTP")
    parser.add_argument("--revocations", type=int, default=Size.revocations)
    parser.add_argument("--processes", type=int, default=Size.processes)
    parser.add_argument("--engine", choices=(*engines.ENGINES, "both"), default="both")
    parser.add_argument(
        "--without-guard",
        action="store_true",
        help="take the guard and every lock out: this must find double bookings",
    )
    return parser.parse_args()


def _verdict(results: list[Result], *, guarded: bool) -> int:
    if guarded:
        clean = all(result.is_clean for result in results)
        print("\nNothing was promised twice." if clean else "\nSOMETHING WAS PROMISED TWICE.")
        return 0 if clean else 1
    doubles = {r.engine for r in results if r.wrong["overlaps in the database"]}
    blind = {result.engine for result in results} - doubles
    if blind:
        print(f"\nNo double booking was found on {', '.join(sorted(blind))}: a blind test.")
        return 1
    print("\nWithout the guard and the locks the same test finds double bookings.")
    return 0


if __name__ == "__main__":
    main()
