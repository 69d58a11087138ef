"""Who is signed in is read past the session, and yet is a member like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Integer, bindparam, inspect, literal, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from booking import clock
from booking.database import Base, db, rows_of, table_of, writing
from booking.members.models import LoginSession, Member, MemberRole, Role
from booking.members.queries import (
    find_member,
    find_member_by_api_token,
    find_member_by_session,
    read_again,
)
from booking.members.rules import AccountState
from booking.members.service.sessions import start_session
from booking.members.service.tokens import create_token
from booking.site.queries import get_site
from tests.statements import statements_of


@pytest.fixture(autouse=True)
def context(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield


def signed_in(code: str) -> str:
    member = find_member(code)
    assert member is not None
    with writing():
        token = start_session(member, "test")
    db.session.remove()  # the next request begins with an empty session
    return token


def recognised(token: str) -> Member:
    member = find_member_by_session(token)
    assert member is not None
    return member


def values_of(record: Base) -> dict[str, Any]:
    return {key: getattr(record, key) for key, _column in inspect(record).mapper.columns.items()}


def test_everybody_and_the_site_read_as_the_session_reads_them() -> None:
    gone = (AccountState.LEFT, AccountState.ANONYMISED)
    codes = db.session.scalars(select(Member.code).where(Member.state.not_in(gone))).all()
    assert len(codes) > 30
    for code in codes:
        token = signed_in(code)
        member = recognised(token)
        found = values_of(member), member.roles, values_of(get_site())
        db.session.remove()
        usual = find_member(code)
        assert usual is not None
        assert found == (values_of(usual), usual.roles, values_of(get_site()))


def test_a_program_s_holder_is_recognised_alike() -> None:
    member = find_member("U02")
    assert member is not None
    with writing():
        token = create_token(member, "test")
    db.session.remove()
    holder = find_member_by_api_token(token)
    assert holder is not None
    assert holder.code == "U02"
    assert holder.roles == {Role.MEMBER, Role.ORGANISATION_ADMIN}
    assert holder.organisation is None or holder.organisation.members


def test_what_is_changed_of_him_is_stored() -> None:
    token = signed_in("U02")
    member = recognised(token)
    member.town = "Sierck-les-Bains"
    member.role_rows.append(MemberRole(role=Role.REFERENT))
    db.session.commit()
    db.session.remove()
    stored = recognised(token)
    assert stored.town == "Sierck-les-Bains"
    assert stored.roles == {Role.MEMBER, Role.ORGANISATION_ADMIN, Role.REFERENT}


def test_what_another_has_changed_meanwhile_is_not_overwritten() -> None:
    member = recognised(signed_in("U02"))
    set_committed_value(member, "version", member.version - 1)
    member.town = "Sierck-les-Bains"
    with pytest.raises(StaleDataError):
        db.session.commit()


def test_within_a_transaction_that_writes_he_is_read_anew() -> None:
    member = recognised(signed_in("U02"))
    table = table_of(Member)
    with db.engine.begin() as other:
        suspended = table.update().values(state=AccountState.SUSPENDED)
        other.execute(suspended.where(table.c.code == "U02"))
    with writing():
        assert member.state is AccountState.SUSPENDED


def test_what_the_session_holds_already_keeps_its_changes() -> None:
    token = signed_in("U02")
    member = recognised(token)
    member.town = "Sierck-les-Bains"
    member.role_rows.append(MemberRole(role=Role.REFERENT))
    assert recognised(token) is member
    assert member.town == "Sierck-les-Bains"
    assert Role.REFERENT in member.roles


def test_a_session_that_has_ended_or_run_out_recognises_nobody() -> None:
    ended, run_out = signed_in("U02"), signed_in("U06")
    with writing():
        for one in db.session.scalars(select(LoginSession)):
            if one.member_id == recognised(ended).id:
                one.ended_at = clock.now()
            else:
                one.expires_at = clock.now() - timedelta(seconds=1)
    db.session.remove()
    assert find_member_by_session(ended) is None
    assert find_member_by_session(run_out) is None


def test_a_statement_asks_for_every_value_that_it_names() -> None:
    by_number = select(Member.code).where(Member.id == bindparam("number", type_=Integer()))
    with pytest.raises(StatementError, match="number"):
        rows_of(by_number)


def test_a_statement_knows_the_lists_that_it_holds_and_those_it_is_given() -> None:
    query = (
        select(Member.code)
        .where(
            Member.state.in_([AccountState.APPROVED, AccountState.SUSPENDED]),
            Member.code.in_(bindparam("codes", expanding=True)),
        )
        .order_by(Member.code)
    )
    assert [row.code for row in rows_of(query, codes=["U06", "U02"])] == ["U02", "U06"]
    assert rows_of(query, codes=[]) == []


def test_a_text_that_a_statement_holds_is_taken_as_it_is() -> None:
    words = r"l’été : \:code, 100 % d'\n et %(nom)s"
    query = select(literal(words).label("text")).where(Member.code == bindparam("code"))
    assert [row.text for row in rows_of(query, code="U02")] == [words]


def test_read_again_he_is_as_stored_in_one_statement(demo_app: Flask) -> None:
    member = recognised(signed_in("U02"))
    organisation = member.organisation
    table = table_of(Member)
    with db.engine.begin() as other:
        other.execute(table.update().values(town="Rettel").where(table.c.code == "U02"))
    with writing(), statements_of(demo_app) as sent:
        read_again(member)
        assert member.town == "Rettel"
        assert member.roles == {Role.MEMBER, Role.ORGANISATION_ADMIN}
        assert member.organisation is organisation
        assert get_site().name
    assert len(sent) == 1
