"""Letters before a certification ends, each once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certification_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certification.id"],
            name="fk_certification_reminder_certification_id_certification",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certification_reminder"),
        sa.UniqueConstraint(
            "certification_id",
            "ends_on",
            "days",
            name="uq_certification_reminder_certification_id_ends_on_days",
        ),
    )


def downgrade() -> None:
    op.drop_table("certification_reminder")
