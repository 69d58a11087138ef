"""Two administrators who take each other away at the same moment leave one of them."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from booking.database import db, writing
from booking.members.models import Member, MemberRole, Role
from booking.members.queries import find_member
from booking.members.refusals import AccountRefusal, ActRefused
from booking.members.rules import AccountState
from booking.members.service.accounts import suspend

ROUNDS = 10


def member(code: str) -> Member:
    found = find_member(code)
    assert found is not None
    return found


def reset(app: Flask) -> None:
    with app.app_context(), writing():
        for code in ("S2", "S7"):
            one = member(code)
            one.state = AccountState.APPROVED
            if Role.ADMIN not in one.roles:
                one.role_rows.append(MemberRole(role=Role.ADMIN))


def administrators(app: Flask) -> int:
    query = (
        db.select(Member)
        .join(MemberRole)
        .where(MemberRole.role == Role.ADMIN, Member.state == AccountState.APPROVED)
    )
    with app.app_context():
        return len(db.session.scalars(query).all())


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_of_them_stays(demo_app: Flask, round_: int) -> None:
    reset(demo_app)
    together = Barrier(2)
    ends: list[object] = []

    def take_away(whom: str, who: str) -> None:
        with demo_app.app_context():
            together.wait()
            try:
                with writing():
                    suspend(member(whom), member(who), "Test")
                ends.append("done")
            except ActRefused as refused:
                ends.append(refused.refusal)
            except DBAPIError:
                ends.append("tried again by the application")

    threads = [Thread(target=take_away, args=pair) for pair in (("S2", "S7"), ("S7", "S2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert administrators(demo_app) == 1
    assert ends.count("done") == 1
    assert ends.count(AccountRefusal.LAST_ADMINISTRATOR) <= 1
