"""Reads of members, organisations and their papers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, inspect, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from booking import clock
from booking.database import UtcDateTime, db, key_of, object_of, rows_of, table_of
from booking.members.models import (
    ApiToken,
    Kiosk,
    LoginSession,
    Member,
    MemberRole,
    Organisation,
    Paper,
    PasswordReset,
    Plan,
    Role,
    RulesAcceptance,
    Subscription,
    SubscriptionCover,
)
from booking.members.rules import (
    AccountState,
    PaperFact,
    PaperKind,
    is_minor,
    paper_facts,
)
from booking.site.models import HouseRules, Site
from booking.site.queries import get_site, hold_site, list_house_rules


def digest(token: str) -> str:
    """What is stored of a secret token: enough to know it again, no way back to it."""
    return hashlib.sha256(token.encode()).hexdigest()


_MEMBER, _ROLE, _SITE, _ORGANISATION = (
    tuple(table_of(model).c) for model in (Member, MemberRole, Site, Organisation)
)
_ITS_ROLE = slice(len(_MEMBER), len(_MEMBER) + len(_ROLE))
_ITS_SITE = slice(_ITS_ROLE.stop, _ITS_ROLE.stop + len(_SITE))
_ITS_ORGANISATION = slice(_ITS_SITE.stop, None)


def _with_roles_and_site(*more: ColumnElement[Any]) -> Select[Any]:
    """The columns of a member, a row for each role; those of the site come along, since no answer
    can do without it.
    """
    return (
        select(*_MEMBER, *_ROLE, *_SITE, *more)
        .select_from(Member)
        .outerjoin(MemberRole, MemberRole.member_id == Member.id)
        .outerjoin(Site, true())
    )


def _and_organisation() -> Select[Any]:
    of_member = Organisation.id == Member.organisation_id
    return _with_roles_and_site(*_ORGANISATION).outerjoin(Organisation, of_member)


def _who_holds(table: type[LoginSession | ApiToken], people: Select[Any]) -> Select[Any]:
    return people.join(table, table.member_id == Member.id).where(
        table.token_hash == bindparam("token_hash")
    )


_BY_SESSION = _who_holds(LoginSession, _with_roles_and_site()).where(
    LoginSession.ended_at.is_(None),
    LoginSession.expires_at > bindparam("now", type_=UtcDateTime()),
)
_BY_API_TOKEN = _who_holds(ApiToken, _and_organisation()).where(ApiToken.revoked_at.is_(None))
_AGAIN = _and_organisation().where(Member.id == bindparam("member_id"))
"""Made once, since every request of a member asks one of them."""


def read_again(member: Member) -> None:
    """Read a member anew who was read before the present transaction, in one statement together
    with roles, organisation and site; each of them would be read by itself otherwise.
    """
    if inspect(member).expired_attributes:
        _member_and_site_of(rows_of(_AGAIN, member_id=key_of(member)))


def find_member_by_session(token: str) -> Member | None:
    """The member whose browser holds this session, if it has neither ended nor run out."""
    member = _find_signed_in(_BY_SESSION, token_hash=digest(token), now=clock.now())
    if member is not None:
        member.session_token = token
    return member


def find_member_by_api_token(token: str) -> Member | None:
    """The member who holds this unrevoked API token."""
    return _find_signed_in(_BY_API_TOKEN, token_hash=digest(token))


def _find_signed_in(query: Select[Any], **values: object) -> Member | None:
    rows = rows_of(query, **values)
    if not rows:
        return None
    member = _member_and_site_of(rows)
    return member if member.is_active else None


def _member_and_site_of(rows: Sequence[Row[Any]]) -> Member:
    """The member and the site of these rows."""
    member = object_of(Member, rows[0][: len(_MEMBER)])
    if "role_rows" in inspect(member).unloaded:
        roles = [object_of(MemberRole, row[_ITS_ROLE]) for row in rows if row[_ITS_ROLE.start]]
        set_committed_value(member, "role_rows", roles)
    site = rows[0][_ITS_SITE]
    hold_site(object_of(Site, site) if site[0] else None)
    organisation = rows[0][_ITS_ORGANISATION]
    if organisation and organisation[0] and "organisation" in inspect(member).unloaded:
        set_committed_value(member, "organisation", object_of(Organisation, organisation))
    return member


def find_password_reset(token: str, *, lock: bool = False) -> PasswordReset | None:
    """The link sent to a member, if it was neither used nor has run out."""
    query = select(PasswordReset).where(
        PasswordReset.token_hash == digest(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > clock.now(),
    )
    reset = db.session.scalar(query.with_for_update() if lock else query)
    return reset if reset is not None and reset.member.is_active else None


def find_member(code: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.code == code))


def find_member_by_email(email: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == email.strip().lower()))


def find_member_by_badge(badge: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.badge == badge))


def find_member_named(text: str) -> Member | None:
    """The one whom a colleague means: by e-mail, code, or whole name; None when not just one."""
    wanted = text.strip()
    query = select(Member).where(
        (Member.email == wanted.lower())
        | (Member.code == wanted.upper())
        | (func.lower(Member.name) == wanted.lower())
    )
    found = list(db.session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None


def find_organisation(code: str) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.code == code))


def list_members_with(role: Role) -> list[Member]:
    """Everybody who holds a role, by name."""
    query = select(Member).join(MemberRole).where(MemberRole.role == role).order_by(Member.name)
    return list(db.session.scalars(query))


def next_code(column: InstrumentedAttribute[str], prefix: str) -> str:
    """The code after the highest of its kind, such as `U31` after `U30`; the first ends in 01."""
    codes = db.session.scalars(select(column).where(column.startswith(prefix, autoescape=True)))
    numbers = (code.removeprefix(prefix) for code in codes)
    highest = max((n for n in numbers if n.isdecimal()), key=int, default="00")
    return f"{prefix}{int(highest) + 1:0{len(highest)}d}"


def search_members(
    *,
    words: str = "",
    state: AccountState | None = None,
    role: Role | None = None,
    organisation: str = "",
) -> Select[Member]:
    """Members by name, narrowed to a state, a role, an organisation's code, and to words found
    in name, code, address, trade, town or organisation."""
    query = (
        select(Member)
        .outerjoin(Member.organisation)
        .options(contains_eager(Member.organisation))
        .order_by(Member.name, Member.id)
    )
    if state is not None:
        query = query.where(Member.state == state)
    if role is not None:
        query = query.where(Member.role_rows.any(MemberRole.role == role))
    if organisation:
        query = query.where(Organisation.code == organisation)
    for word in words.split():
        query = query.where(_any_holds(word, *SEARCHED_OF_MEMBERS))
    return query


SEARCHED_OF_MEMBERS = (
    Member.name, Member.code, Member.email, Member.trade, Member.town, Organisation.name,
)  # fmt: skip


def search_organisations(words: str = "") -> Select[Organisation]:
    """Organisations by name, narrowed to words found in name, code, town or SIREN."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    columns = (Organisation.name, Organisation.code, Organisation.town, Organisation.siren)
    for word in words.split():
        query = query.where(_any_holds(word, *columns))
    return query


def _any_holds(word: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def list_organisations() -> list[Organisation]:
    """All organisations, by name."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name)))


def count_members_by_organisation() -> dict[int, int]:
    """How many people each organisation has who have not left."""
    query = (
        select(Member.organisation_id, func.count())
        .where(Member.organisation_id.is_not(None), Member.state.not_in(GONE_STATES))
        .group_by(Member.organisation_id)
    )
    return {
        organisation: count for organisation, count in db.session.execute(query) if organisation
    }


GONE_STATES = (AccountState.LEFT, AccountState.ANONYMISED)


def list_members_of(organisation: Organisation) -> list[Member]:
    """The people of an organisation who have not left, by name."""
    query = (
        select(Member)
        .where(
            Member.organisation_id == organisation.id,
            Member.state.not_in(GONE_STATES),
        )
        .order_by(Member.name)
    )
    return list(db.session.scalars(query))


def find_open_kiosk(token: str) -> int | None:
    """The id of the kiosk that holds this secret, unless it was closed."""
    return db.session.scalar(
        select(Kiosk.id).where(Kiosk.token_hash == digest(token), Kiosk.closed_at.is_(None))
    )


def find_kiosk(number: int) -> Kiosk | None:
    return db.session.scalar(select(Kiosk).where(Kiosk.id == number))


def list_open_kiosks() -> list[Kiosk]:
    """The browsers that are kiosks now, the latest first."""
    return list(
        db.session.scalars(select(Kiosk).where(Kiosk.closed_at.is_(None)).order_by(Kiosk.id.desc()))
    )


def list_sessions(member: Member) -> list[LoginSession]:
    """The browsers this member is signed in with, the latest first."""
    query = (
        select(LoginSession)
        .where(
            LoginSession.member_id == member.id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > clock.now(),
        )
        .order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    )
    return list(db.session.scalars(query))


def list_api_tokens(member: Member) -> list[ApiToken]:
    """The member's tokens that still open the API, the latest first."""
    query = (
        select(ApiToken)
        .where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return list(db.session.scalars(query))


def find_paper(paper_id: int) -> Paper | None:
    return db.session.get(Paper, paper_id)


def papers_of(member: Member, on: date) -> tuple[PaperFact, ...]:
    """How each paper of a member stands on a local day."""
    best: dict[PaperKind, date] = {}
    for paper in member.papers:
        valid_until = paper.valid_until or date.max
        best[paper.kind] = max(best.get(paper.kind, date.min), valid_until)
    return paper_facts(
        best, needs_papers=not member.is_staff, minor=is_minor(member.born_on, on), on=on
    )


@dataclass(frozen=True)
class RulesStanding:
    """The house rules in force, and what a member has accepted of them.

    `serves_until` is the last day on which having accepted the former version is enough.
    """

    current: HouseRules
    accepted_at: datetime | None
    serves_until: date | None
    needed: bool

    @property
    def lacks(self) -> bool:
        """Whether no reservation is possible for want of acceptance."""
        return self.needed and self.accepted_at is None and self.serves_until is None


def house_rules_of(member: Member, on: date) -> RulesStanding | None:
    """How a member stands to the house rules on a local day; None where there are none."""
    versions = list_house_rules(on)
    if not versions:
        return None
    query = select(RulesAcceptance.version, RulesAcceptance.accepted_at).where(
        RulesAcceptance.member_id == member.id
    )
    accepted = {row.version: row.accepted_at for row in db.session.execute(query)}
    current, *former = versions
    grace_ends = current.in_force_from + timedelta(days=get_site().rules_reacceptance_grace_days)
    in_grace = on <= grace_ends and bool(former) and former[0].version in accepted
    return RulesStanding(
        current=current,
        accepted_at=accepted.get(current.version),
        serves_until=grace_ends if in_grace else None,
        needed=not member.is_staff,
    )


def list_plans() -> list[Plan]:
    return list(db.session.scalars(select(Plan).order_by(Plan.code)))


def find_subscription(subscription_id: int) -> Subscription | None:
    return db.session.get(Subscription, subscription_id)


def list_subscriptions_covering(member: Member) -> list[Subscription]:
    """What a member uses or has used, the latest first."""
    query = (
        select(Subscription)
        .join(SubscriptionCover)
        .options(joinedload(Subscription.plan))
        .where(SubscriptionCover.member_id == member.id)
        .order_by(Subscription.starts_on.desc())
    )
    return list(db.session.scalars(query))


def list_subscriptions_of(organisation: Organisation) -> list[Subscription]:
    """What an organisation pays or has paid, the latest first, with whom it covers."""
    query = (
        select(Subscription)
        .options(
            joinedload(Subscription.plan),
            selectinload(Subscription.covers).joinedload(SubscriptionCover.member),
        )
        .where(Subscription.organisation_id == organisation.id)
        .order_by(Subscription.starts_on.desc())
    )
    return list(db.session.scalars(query))


def list_machine_users(organisation_id: int | None = None) -> list[Member]:
    """Approved members a reservation can be made for, of an organisation or all, by name."""
    query = (
        select(Member)
        .join(MemberRole)
        .where(MemberRole.role == Role.MEMBER, Member.state == AccountState.APPROVED)
        .order_by(Member.name)
    )
    if organisation_id is not None:
        query = query.where(Member.organisation_id == organisation_id)
    return list(db.session.scalars(query))
