"""Files that prove what a certification rests on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certification.id"],
            name="fk_evidence_file_certification_id_certification",
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["member.id"], name="fk_evidence_file_added_by_id_member"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
    )
    op.create_index("ix_evidence_file_certification_id", "evidence_file", ["certification_id"])


def downgrade() -> None:
    op.drop_table("evidence_file")
