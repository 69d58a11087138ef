"""The acts on quotas, peak hours and priorities. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booking import clock
from booking.database import db, hold_row
from booking.journal import service as journal
from booking.machines.service import EditedMeanwhile
from booking.members.models import Member
from booking.quotas.models import PeakWindow, PriorityWindow, Quota

Kept = Quota | PeakWindow | PriorityWindow
NAMES: dict[type[Kept], str] = {
    Quota: "quota",
    PeakWindow: "peak_window",
    PriorityWindow: "priority_window",
}


def add(kind: type[Kept], values: Mapping[str, Any], actor: Member) -> None:
    """Add one of a kind; `values` are its columns."""
    added = kind(**values)
    db.session.add(added)
    db.session.flush()
    _record("added", added, actor, after=values)


def edit(kept: Kept, version: int | None, values: Mapping[str, Any], actor: Member) -> None:
    """Set columns; raises `EditedMeanwhile` when `version`, if given, has passed."""
    if version is not None and getattr(kept, "version", version) != version:
        raise EditedMeanwhile
    before = {name: getattr(kept, name) for name in values}
    after = {name: value for name, value in values.items() if value != before[name]}
    if after:
        for name, value in after.items():
            setattr(kept, name, value)
        db.session.flush()
        _record("edited", kept, actor, before={name: before[name] for name in after}, after=after)


def end(kept: Quota | PriorityWindow, actor: Member) -> None:
    """It counts no more; what it was stays. Once is enough."""
    hold_row(kept)
    if kept.ended_at is None:
        kept.ended_at = clock.now()
        _record("ended", kept, actor)


def remove(window: PeakWindow, actor: Member) -> None:
    hold_row(window)
    before = {"weekdays": window.weekdays, "starts": window.starts, "ends": window.ends}
    _record("ended", window, actor, before=before)
    db.session.delete(window)


def _record(
    act: str,
    kept: Kept,
    actor: Member,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    name = NAMES[type(kept)]
    journal.record(
        f"{name}.{act}",
        name,
        kept.id,
        actor_id=actor.id,
        before=_plain(before),
        after=_plain(after),
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Values that JSON can hold."""
    return {
        name: value.isoformat("minutes") if hasattr(value, "isoformat") else value
        for name, value in (values or {}).items()
    }
