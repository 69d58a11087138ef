"""Badges, and the controllers that read what each opens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("badge", sa.String(length=32), nullable=True))
    op.create_index("uq_member_badge", "member", ["badge"], unique=True)
    op.create_table(
        "controller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_controller_area_id_area"),
        sa.PrimaryKeyConstraint("id", name="pk_controller"),
        sa.UniqueConstraint("token_hash", name="uq_controller_token_hash"),
    )
    op.create_table(
        "badge_list_given",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["controller.id"],
            name="fk_badge_list_given_controller_id_controller",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_badge_list_given"),
    )
    op.create_index("ix_badge_list_given_at", "badge_list_given", ["at"])
    op.create_index(
        "ix_badge_list_given_controller_id_at", "badge_list_given", ["controller_id", "at"]
    )


def downgrade() -> None:
    op.drop_table("badge_list_given")
    op.drop_table("controller")
    op.drop_index("uq_member_badge", table_name="member")
    op.drop_column("member", "badge")
