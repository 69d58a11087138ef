"""Who would attend a training, and when"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("half_days", sa.JSON(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_interest_member_id_member"),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name="fk_interest_training_id_training"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interest"),
    )
    stands = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_interest_one_for_each",
        "interest",
        ["training_id", "member_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("ix_interest_training_id", "interest", ["training_id"])
    op.add_column("training", sa.Column("demand_minimum", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("training", "demand_minimum")
    op.drop_table("interest")
