"""The kinds of fields that several schemas share, and how they are read and written."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from booking.web.addresses import LARGEST_ID
from booking.web.filters import zone
from booking.web.forms import one_line, several_lines

FIRST_YEAR, LAST_YEAR = 2000, 2100

MOST_AT_ONCE = 100


class Asked(BaseModel):
    """A request: a field that is not declared is refused."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """An answer, or a part of one."""


class LowerCase:
    """One of the values of an enumeration, written in lower case."""

    def __init__(self, kind: type[StrEnum]) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.literal_schema([member.value.lower() for member in self.kind])


def _tidy_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _tidy_lines(value: Any) -> Any:
    return several_lines(value) if isinstance(value, str) else value


def _read_instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("instant_iso", "no instant of ISO 8601") from None
    if instant.utcoffset() is None:
        raise PydanticCustomError("instant_naive", "an instant needs an offset")
    return instant


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("date_iso", "no date of ISO 8601") from None


_WALL_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _read_wall_time(value: Any) -> time:
    if not isinstance(value, str) or not re.match(_WALL_TIME, value):
        raise PydanticCustomError("wall_time", "no time like 14:30")
    return time.fromisoformat(value.strip())


Day = TypeVar("Day", date, datetime)


def _is_sensible(day: Day) -> Day:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("too_far", "not between 2000 and 2100")
    return day


_ONE_LINE, _SEVERAL_LINES = BeforeValidator(_tidy_line), BeforeValidator(_tidy_lines)

Code = Annotated[str, StringConstraints(min_length=1, max_length=20), _ONE_LINE]
Line = Annotated[str, StringConstraints(max_length=200), _ONE_LINE]
Text = Annotated[str, StringConstraints(max_length=1000), _SEVERAL_LINES]
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500), _SEVERAL_LINES]
OptionalReason = Annotated[str, StringConstraints(max_length=500), _SEVERAL_LINES]

AskedInstant = Annotated[
    datetime,
    BeforeValidator(_read_instant),
    AfterValidator(_is_sensible),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-11-24T09:00:00+01:00"]}
    ),
]
WallTime = Annotated[
    time,
    BeforeValidator(_read_wall_time),
    WithJsonSchema({"type": "string", "pattern": _WALL_TIME, "examples": ["14:30"]}),
]
"""A time of the workshop's clock."""

AskedDate = Annotated[
    date,
    BeforeValidator(_read_date),
    AfterValidator(_is_sensible),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-24"]}),
]
Instant = Annotated[
    datetime,
    PlainSerializer(lambda instant: instant.astimezone(zone()).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant told with the offset of the workshop's clock."""

Limit = Annotated[int, Field(ge=1, le=MOST_AT_ONCE)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def comes_after(start_field: str, at_most_days: int) -> AfterValidator:
    """Refuses an end not after the start, or too long after it; told at the end's field."""

    def check(end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get(start_field)
        if start is None:
            return end
        if end <= start:
            raise PydanticCustomError("end_before_start", "the end comes after the start")
        if end - start > timedelta(days=at_most_days):
            raise PydanticCustomError("period_too_long", "too long", {"days": at_most_days})
        return end

    return AfterValidator(check)
