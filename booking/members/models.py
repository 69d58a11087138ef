"""Organisations pay, members are certified: who they are and what they have handed in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, LocalizedText
from booking.members.rules import DEFAULT_REMINDER_HOURS, AccountState, PaperKind


class Role(StrEnum):
    """What a person may do here; one person may hold several."""

    MEMBER = "MEMBER"
    ORGANISATION_ADMIN = "ORGANISATION_ADMIN"
    REFERENT = "REFERENT"
    TRAINER = "TRAINER"
    MANAGER = "MANAGER"
    ACCOUNTANT = "ACCOUNTANT"
    STAKEHOLDER = "STAKEHOLDER"
    ADMIN = "ADMIN"


class Organisation(Base):
    """Who pays: a firm, an independent, an association, a public body."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    legal_form: Mapped[str] = mapped_column(String(40), default="")
    siren: Mapped[str | None] = mapped_column(String(9))
    vat_id: Mapped[str | None] = mapped_column(String(20))
    vat_regime: Mapped[str] = mapped_column(String(20), default="NORMAL")
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"))
    town: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="FR")
    founded_on: Mapped[date | None]
    headcount: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    members: Mapped[list[Member]] = relationship(
        back_populates="organisation", order_by="Member.code"
    )

    __mapper_args__ = {"version_id_col": version}


class Member(Base):
    """A person with an account: artisan, staff or partner; `badge` opens doors and machines."""

    __tablename__ = "member"
    __table_args__ = (Index("uq_member_badge", "badge", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    trade: Mapped[str] = mapped_column(String(120), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[AccountState] = mapped_column(default=AccountState.REQUESTED)
    suspension_reason: Mapped[str | None]
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    badge: Mapped[str | None] = mapped_column(String(32))
    prefers_list: Mapped[bool] = mapped_column(default=False)
    no_shows_forgiven_at: Mapped[datetime | None]
    reminder_hours: Mapped[int] = mapped_column(default=DEFAULT_REMINDER_HOURS)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship(back_populates="members")
    role_rows: Mapped[list[MemberRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )
    papers: Mapped[list[Paper]] = relationship(
        back_populates="member", order_by="Paper.id", foreign_keys="Paper.member_id"
    )

    __mapper_args__ = {"version_id_col": version}

    # What Flask-Login asks of a user; the id is the revocable server-side session.
    session_token = ""
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.state not in (AccountState.LEFT, AccountState.ANONYMISED)

    def get_id(self) -> str:
        return self.session_token

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset([row.role for row in self.role_rows])

    @property
    def is_staff(self) -> bool:
        """Works here without being a member: no papers of a member are asked."""
        return Role.MEMBER not in self.roles


class MemberRole(Base):
    __tablename__ = "member_role"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class Paper(Base):
    """A document handed in. `valid_until` is inclusive; none means it never ends."""

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[PaperKind]
    valid_until: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))

    member: Mapped[Member] = relationship(back_populates="papers", foreign_keys=[member_id])


class RulesAcceptance(Base):
    """This member accepted this version of the house rules, then."""

    __tablename__ = "rules_acceptance"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("house_rules.version"), primary_key=True)
    accepted_at: Mapped[datetime]


class Plan(Base):
    """What a member pays for access, and what it allows."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[LocalizedText]
    billing: Mapped[str] = mapped_column(String(20))
    price_cents: Mapped[int] = mapped_column(default=0)
    discount_percent: Mapped[int] = mapped_column(default=0)
    credit_hours_per_month: Mapped[int] = mapped_column(default=0)
    supervised_only: Mapped[bool] = mapped_column(default=False)
    extended_access: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[str] = mapped_column(default="")


class Subscription(Base):
    """A plan held by an organisation or a private person. `ends_on` is inclusive."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (member_id IS NULL)", name="one_holder"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    plan: Mapped[Plan] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    member: Mapped[Member | None] = relationship()
    covers: Mapped[list[SubscriptionCover]] = relationship(cascade="all, delete-orphan")

    @property
    def holder(self) -> Organisation | Member:
        """Who pays."""
        holder = self.organisation or self.member
        assert holder is not None, "the database holds one of them (ck_subscription_one_holder)"
        return holder


class SubscriptionCover(Base):
    """This member uses that subscription."""

    __tablename__ = "subscription_cover"

    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)

    member: Mapped[Member] = relationship()


class Kiosk(Base):
    """A browser of the workshop that anybody may use; it is nobody's, and knows only its secret."""

    __tablename__ = "kiosk"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser signed in; ending it here ends it everywhere the cookie was copied to.

    On a kiosk it ends by itself shortly after the last request.
    """

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    kiosk_id: Mapped[int | None] = mapped_column(ForeignKey("kiosk.id"), index=True)

    member: Mapped[Member] = relationship()


class PasswordReset(Base):
    """A link sent by mail: single use, 60 minutes."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()


class ApiToken(Base):
    """A bearer token of a member for the API; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()


class FormKey(Base):
    """The idempotency key of a form already handled, and where its result is shown."""

    __tablename__ = "form_key"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index("ix_form_key_used_at", "used_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str] = mapped_column(String(64))
    result_url: Mapped[str] = mapped_column(String(500))
    used_at: Mapped[datetime]
