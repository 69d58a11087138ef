"""Quotas, peak hours, and hours that some plans have first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ONE_PLACE = (
    "(CASE WHEN area_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN machine_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN category IS NULL THEN 0 ELSE 1 END) <= 1"
)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _place(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.CheckConstraint(ONE_PLACE, name=op.f(f"ck_{table}_one_place")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f(f"fk_{table}_area_id_area")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f(f"fk_{table}_machine_id_machine")
        ),
    ]


def _week() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", _one_of("holder", "PERSON", "ORGANISATION"), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("span", _one_of("span", "DAY", "WEEK", "MONTH", "AHEAD"), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.Column("peak_only", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_place("quota"),
        sa.CheckConstraint("limit_minutes > 0", name=op.f("ck_quota_limit")),
        sa.CheckConstraint(
            "plan_id IS NULL OR holder = 'PERSON'", name=op.f("ck_quota_plan_of_persons")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_quota_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
    )
    op.create_table(
        "peak_window",
        sa.Column("id", sa.Integer(), nullable=False),
        *_week(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peak_window")),
    )
    op.create_table(
        "priority_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_codes", sa.JSON(), nullable=False),
        sa.Column("opens_hours", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_week(),
        *_place("priority_window"),
        sa.CheckConstraint("opens_hours >= 0", name=op.f("ck_priority_window_opens_hours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_window")),
    )
    op.create_index(
        "ix_reservation_organisation_id_starts_at", "reservation", ["organisation_id", "starts_at"]
    )
    op.drop_index("ix_reservation_organisation_id", "reservation")


def downgrade() -> None:
    op.create_index("ix_reservation_organisation_id", "reservation", ["organisation_id"])
    op.drop_index("ix_reservation_organisation_id_starts_at", "reservation")
    op.drop_table("priority_window")
    op.drop_table("peak_window")
    op.drop_table("quota")
