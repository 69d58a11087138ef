"""Nothing is promised twice, however many want it at once; and the test that says so can fail.

`python3 dev.py race` runs the same in full.
"""

from __future__ import annotations

from pathlib import Path

from tests import engines
from tests.applications import settings_for
from tests.findings import Tell
from tests.races.contest import Size, run
from tests.races.report import table_of

EVERY_DAY = Size(attempts=600, over_http=100, revocations=100)
A_FEW = Size(attempts=200, over_http=20, revocations=20)


def test_every_contested_slot_has_exactly_one_winner(
    engine: engines.Engine, database_url: str, tmp_path: Path, tell: Tell
) -> None:
    settings = settings_for(database_url, tmp_path)
    results = run(engine.name, settings, EVERY_DAY)
    tell(table_of(results))
    assert [result.wrong for result in results if not result.is_clean] == []
    assert [result.ended.tried for result in results] == [600, 100, 100, 240]
    assert {result.ended.outcomes["gave up"] for result in results} == {0}


def test_without_guard_and_locks_the_same_test_finds_double_bookings(
    engine: engines.Engine, database_url: str, tmp_path: Path, tell: Tell
) -> None:
    settings = settings_for(database_url, tmp_path)
    through_services, *_others, at_the_quota = results = run(
        engine.name, settings, A_FEW, guarded=False
    )
    tell("without the guard and the locks:\n" + table_of(results))
    assert through_services.wrong["overlaps in the database"] > 0
    assert through_services.wrong["slots with several winners"] > 0
    assert at_the_quota.wrong["more than the quota"] > 0
