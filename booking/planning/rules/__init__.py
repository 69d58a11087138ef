"""What a planning shows: pure, from facts to runs of slots and to the cells of a table."""

from booking.planning.rules.axis import (
    Grid,
    Span,
    clock_text,
    grid_of,
    instant_of,
    iso,
    minute_after,
    minute_of,
    on_grid,
)
from booking.planning.rules.lines import (
    NO_END,
    Cause,
    CellState,
    Line,
    Run,
    Slot,
    Stop,
    Taken,
    minus,
)
from booking.planning.rules.tables import Cell, Columns, Row, Table, Time, table_of, times_of

__all__ = [
    "NO_END",
    "Cause",
    "Cell",
    "CellState",
    "Columns",
    "Grid",
    "Line",
    "Row",
    "Run",
    "Slot",
    "Span",
    "Stop",
    "Table",
    "Taken",
    "Time",
    "clock_text",
    "grid_of",
    "instant_of",
    "iso",
    "minus",
    "minute_after",
    "minute_of",
    "on_grid",
    "table_of",
    "times_of",
]
