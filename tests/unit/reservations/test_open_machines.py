"""How freely a machine is open to a person, as a card tells it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from booking.machines.rules import MachineState, RiskClass
from booking.members.rules import AccountState
from booking.reservations.rules import Mode, freest_mode
from booking.trainings.rules import CertificationState
from tests.unit.reservations.builders import (
    NOW,
    a_certification,
    a_machine,
    a_member,
    facts,
)

ACC = a_certification("ACC", 1)
FIFTEEN = date(2011, 5, 1)


def mode(**others: Any) -> Mode | None:
    return freest_mode(NOW.date(), NOW, facts(**others))


def test_who_holds_everything_uses_it_alone() -> None:
    assert mode() is Mode.AUTONOMOUS


@pytest.mark.parametrize(
    "others",
    [
        {"certifications": (ACC, a_certification(level=1))},
        {"machine": a_machine(state=MachineState.RESTRICTED)},
        {"member": a_member(born_on=FIFTEEN)},
        {"member": a_member(supervised_only=True)},
    ],
)
def test_who_may_not_be_alone_uses_it_with_a_supervisor(others: dict[str, Any]) -> None:
    assert mode(**others) is Mode.SUPERVISED


@pytest.mark.parametrize(
    "others",
    [
        {"certifications": (ACC,)},
        {"certifications": (a_certification(),)},
        {"certifications": (ACC, a_certification(valid_until=date(2026, 11, 22)))},
        {"certifications": (ACC, a_certification(state=CertificationState.SUSPENDED))},
        {"certifications": (ACC, a_certification(last_used_on=date(2025, 12, 1),
                                                 approved_on=date(2025, 11, 1)))},
        {"member": a_member(account_state=AccountState.SUSPENDED)},
        {"member": a_member(account_state=AccountState.REQUESTED)},
        {"member": a_member(born_on=FIFTEEN), "machine": a_machine(risk_class=RiskClass.RED)},
    ],
)  # fmt: skip
def test_without_what_the_machine_asks_for_it_is_closed(others: dict[str, Any]) -> None:
    assert mode(**others) is None


def test_papers_plans_and_invoices_are_not_told() -> None:
    assert mode(member=a_member(insurance_until=None, has_plan=False)) is Mode.AUTONOMOUS
