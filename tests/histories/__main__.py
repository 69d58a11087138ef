"""`python -m tests.histories`: live new random histories on both engines until one differs."""

from __future__ import annotations

import argparse
import sys
import time

from tests import engines
from tests.applications import application_of, migrate, settings_for
from tests.engines import Databases, new_folder
from tests.histories.living import Differs, Lived, live
from tests.histories.steps import LENGTH


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.histories", description=__doc__)
    parser.add_argument("--histories", type=int, default=2000, help="on each engine")
    parser.add_argument("--engine", choices=(*engines.ENGINES, "both"), default="both")
    options = parser.parse_args()
    chosen = engines.ENGINES if options.engine == "both" else (options.engine,)
    folder = new_folder()
    databases = Databases(
        folder,
        process="histories",
        builds={"empty": (None, lambda url: migrate(settings_for(url, folder)))},
    )
    try:
        for name in chosen:
            engine = databases.engine(name)
            databases.renew(engine, "histories", "empty")
            settings = settings_for(engine.url("histories"), folder)
            began = time.monotonic()
            with application_of(settings) as app:
                lived = live(app, options.histories, same_each_time=False)
            print(f"{name}: {told(lived)} in {time.monotonic() - began:.0f} s", flush=True)
    except Differs as difference:
        print(f"{name}: {difference}", file=sys.stderr)
        return 1
    finally:
        engines.stop(folder)
    return 0


def told(lived: Lived) -> str:
    """What was lived, and how it ended."""
    each = "\n".join(
        f"  {step}: {outcome}, {count} times"
        for (step, outcome), count in sorted(lived.outcomes.items())
    )
    return f"{lived.histories} histories of {LENGTH} steps, {lived.steps} with an effect\n{each}\n "


if __name__ == "__main__":
    sys.exit(main())
