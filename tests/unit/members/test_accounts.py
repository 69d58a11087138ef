"""The life of an account, and how papers stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from booking.members.rules import (
    TRANSITIONS,
    AccountAct,
    AccountState,
    PaperKind,
    Standing,
    is_minor,
    next_state,
    paper_facts,
    standing,
)

TODAY = date(2026, 11, 23)

ALLOWED = {
    (AccountState.REQUESTED, AccountAct.ASK_FOR_PAPERS): AccountState.INCOMPLETE,
    (AccountState.REQUESTED, AccountAct.APPROVE): AccountState.APPROVED,
    (AccountState.REQUESTED, AccountAct.LEAVE): AccountState.LEFT,
    (AccountState.INCOMPLETE, AccountAct.APPROVE): AccountState.APPROVED,
    (AccountState.INCOMPLETE, AccountAct.LEAVE): AccountState.LEFT,
    (AccountState.APPROVED, AccountAct.SUSPEND): AccountState.SUSPENDED,
    (AccountState.APPROVED, AccountAct.LEAVE): AccountState.LEFT,
    (AccountState.SUSPENDED, AccountAct.REINSTATE): AccountState.APPROVED,
    (AccountState.SUSPENDED, AccountAct.LEAVE): AccountState.LEFT,
    (AccountState.LEFT, AccountAct.READMIT): AccountState.REQUESTED,
}


class TestStates:
    @pytest.mark.parametrize("act", AccountAct)
    @pytest.mark.parametrize("state", AccountState)
    def test_each_act_leads_where_the_table_says(
        self, state: AccountState, act: AccountAct
    ) -> None:
        assert next_state(state, act) is ALLOWED.get((state, act))

    def test_every_act_has_its_line(self) -> None:
        assert set(TRANSITIONS) == set(AccountAct)


class TestStanding:
    @pytest.mark.parametrize(
        ("valid_until", "expected"),
        [
            (None, Standing.MISSING),
            (date(2026, 11, 22), Standing.EXPIRED),
            (date(2026, 11, 23), Standing.ENDING),
            (date(2026, 12, 23), Standing.ENDING),
            (date(2026, 12, 24), Standing.VALID),
            (date.max, Standing.VALID),
        ],
    )
    def test_the_last_day_counts_and_thirty_days_warn(
        self, valid_until: date | None, expected: Standing
    ) -> None:
        assert standing(valid_until, TODAY) is expected

    def test_a_person_is_a_minor_up_to_the_day_before_the_eighteenth_birthday(self) -> None:
        born_on = date(2008, 11, 24)
        assert is_minor(born_on, date(2026, 11, 23))
        assert not is_minor(born_on, date(2026, 11, 24))
        assert not is_minor(None, TODAY)


class TestPapers:
    def facts(
        self, best: dict[PaperKind, date], *, member: bool = True, minor: bool = False
    ) -> set[Any]:
        found = paper_facts(best, needs_papers=member, minor=minor, on=TODAY)
        return {(fact.kind, fact.standing, fact.lacks) for fact in found}

    def test_a_member_needs_an_insurance(self) -> None:
        assert self.facts({}) == {(PaperKind.INSURANCE, Standing.MISSING, True)}

    def test_the_team_needs_none(self) -> None:
        assert self.facts({}, member=False) == set()

    def test_a_minor_needs_a_permission_too(self) -> None:
        insured = {PaperKind.INSURANCE: date(2027, 6, 30)}
        assert (PaperKind.PARENTAL_PERMISSION, Standing.MISSING, True) in self.facts(
            insured, minor=True
        )

    def test_what_is_not_needed_is_shown_and_lacks_nothing(self) -> None:
        over = {PaperKind.INSURANCE: date.max, PaperKind.MINOR_DEROGATION: date(2025, 1, 1)}
        assert (PaperKind.MINOR_DEROGATION, Standing.EXPIRED, False) in self.facts(over)
