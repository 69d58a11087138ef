"""Practical checklists of items with a level, and every practical test"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

CRITICAL_MARK = "(critique)"


def upgrade() -> None:
    op.create_table(
        "practical_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_practical_assessment_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
            name=op.f("fk_practical_assessment_training_id_training"),
        ),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["member.id"], name=op.f("fk_practical_assessment_trainer_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practical_assessment")),
    )
    op.create_index(
        "ix_practical_assessment_member_id_training_id",
        "practical_assessment",
        ["member_id", "training_id"],
    )
    _rewrite(lambda item, levels: _structured(item, levels) if isinstance(item, str) else item)


def downgrade() -> None:
    _rewrite(lambda item, _levels: _line(item) if isinstance(item, dict) else item)
    op.drop_table("practical_assessment")


def _structured(line: str, levels: list[int]) -> dict[str, Any]:
    """Whole lists were asked for autonomy; where a training leads to less, for that."""
    critical = line.endswith(CRITICAL_MARK)
    text = line.removesuffix(CRITICAL_MARK).rstrip()
    return {"text": text, "critical": critical, "level": min(2, max(levels, default=2))}


def _line(item: dict[str, Any]) -> str:
    return f"{item['text']} {CRITICAL_MARK}" if item["critical"] else str(item["text"])


def _rewrite(change: Callable[[Any, list[int]], Any]) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, checklist, levels FROM training")).all()
    for id_, checklist, levels in rows:
        items = json.loads(checklist) if isinstance(checklist, str) else checklist
        known = json.loads(levels) if isinstance(levels, str) else levels
        connection.execute(
            sa.text("UPDATE training SET checklist = :items WHERE id = :id").bindparams(
                sa.bindparam("items", [change(item, known) for item in items], type_=sa.JSON())
            ),
            {"id": id_},
        )
