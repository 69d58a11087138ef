"""`flask worker` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from booking.settings import PROJECT


@pytest.mark.sqlite_only
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_told_to_stop(
    database_url: str, tmp_path: Path, sign: signal.Signals
) -> None:
    settings = {
        "BOOKING_MODE": "demo",
        "BOOKING_INSTANCE": str(tmp_path),
        "BOOKING_DATABASE_URL": database_url,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=PROJECT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "delivering messages" in process.stdout.readline()
        process.send_signal(sign)
        assert process.wait(timeout=30) == 0
