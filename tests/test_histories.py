"""Whatever happens in whatever order, the workshop stands as a naive model of it says.

`python3 dev.py histories` lives as many new histories as wanted.
"""

from __future__ import annotations

from flask import Flask

from tests.findings import Tell
from tests.histories.living import live
from tests.histories.steps import LENGTH

HISTORIES = 300
MET = frozenset(
    {
        "ACCOUNT_SUSPENDED",
        "INSURANCE_EXPIRED",
        "PLAN_NOT_COVERING",
        "CERT_MISSING",
        "CERT_LEVEL_TOO_LOW",
        "CERT_EXPIRED",
        "CERT_LAPSED_INACTIVITY",
        "CERT_SUSPENDED",
        "SUPERVISOR_REQUIRED",
        "OUTSIDE_OPENING",
        "CLOSED_DAY",
        "BUDDY_REQUIRED",
        "TOO_SHORT",
        "TOO_LONG",
        "OFF_GRID",
        "TOO_SOON",
        "TOO_FAR",
        "QUOTA_REACHED",
        "SLOT_TAKEN",
        "BUFFER_CONFLICT",
        "MEMBER_OVERLAP",
        "INSUFFICIENT_CREDIT",
    }
)
DONE = frozenset(
    {
        "Reserve",
        "ReserveBoth",
        "ReserveDaily",
        "CancelSeries",
        "MoveSeries",
        "Move",
        "Cancel",
        "CheckIn",
        "Answer",
        "NameAnother",
        "Join",
        "AnswerOffer",
        "GiveBack",
    }
)


def test_every_history_goes_as_the_model_says(app: Flask, tell: Tell) -> None:
    lived = live(app, HISTORIES, same_each_time=True)
    tell(f"{lived.histories} histories of {LENGTH} steps, {lived.steps} with an effect")
    assert lived.histories >= HISTORIES
    assert set(lived.codes) >= MET, "every reason was met"
    assert {step for step, outcome in lived.outcomes if outcome == "made"} >= DONE
