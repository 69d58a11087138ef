"""`python -m tests.bench`: measure, print the table, write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import Measured, crowd_asks, measure, usual_asks
from tests.bench.report import write_report
from tests.bench.storing import SIZES, prepare_crowd, prepare_site

REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="per page, size and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--dry", action="store_true", help="print only, leave the report alone")
    options = parser.parse_args()
    results: dict[int, list[Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="etabli-bench-") as folder:
        for size in options.sizes:
            print(f"storing {size:,} reservations", file=sys.stderr, flush=True)
            settings = prepare_site(Path(folder) / str(size), size)
            asks = usual_asks(settings)
            results[size] = measure(settings, asks, options.seconds, options.rounds)
        print("storing a crowd", file=sys.stderr, flush=True)
        settings = prepare_crowd(Path(folder) / "crowd")
        crowd = measure(settings, crowd_asks(settings), options.seconds, options.rounds)
    report = write_report(results, crowd)
    print(report)
    if not options.dry:
        REPORT.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
