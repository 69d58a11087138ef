"""Codes on certificates and cards, at which anybody checks them"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ONE_CARD = sa.text("certification_id IS NULL")
TOKEN_BYTES = 16


def upgrade() -> None:
    names = sa.Enum(
        "NOTHING", "INITIALS", "WHOLE",
        name="shownname", native_enum=False, create_constraint=True, length=32,
    )  # fmt: skip
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=43), nullable=True),
        sa.Column("shown_name", names, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_verification_member_id_member"
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certification.id"],
            name="fk_verification_certification_id_certification",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
        sa.UniqueConstraint("certification_id", name="uq_verification_certification_id"),
        sa.UniqueConstraint("token", name="uq_verification_token"),
    )
    op.create_index("ix_verification_member_id", "verification", ["member_id"])
    op.create_index(
        "ix_verification_one_card",
        "verification",
        ["member_id"],
        unique=True,
        sqlite_where=ONE_CARD,
        postgresql_where=ONE_CARD,
    )
    _give_codes()


def _give_codes() -> None:
    """Whatever was approved before has its code as well; it names nobody."""
    connection = op.get_bind()
    table = sa.table(
        "verification",
        sa.column("member_id"),
        sa.column("certification_id"),
        sa.column("token"),
        sa.column("shown_name"),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    approved = connection.execute(
        sa.text("SELECT id, member_id FROM certification WHERE approved_on IS NOT NULL")
    )
    rows = [
        {
            "member_id": member_id,
            "certification_id": number,
            "token": secrets.token_urlsafe(TOKEN_BYTES),
            "shown_name": "NOTHING",
            "made_at": datetime.now(UTC),
        }
        for number, member_id in approved
    ]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("verification")
