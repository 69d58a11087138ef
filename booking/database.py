"""The database: base class, column types, engine set-up, and the one writing transaction."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BindParameter,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Insert,
    MetaData,
    PoolProxiedConnection,
    Row,
    Select,
    SelectBase,
    Table,
    TextualSelect,
    Time,
    bindparam,
    column,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    DeclarativeBase,
    InstanceState,
    Mapper,
    registry,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import ObjectDeletedError
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WAIT_SECONDS = 10
"""How long a writer waits for a lock before the act is tried again or given up."""

LocalizedText = dict[str, str]
"""A text by language code; French (`fr`) is always there, `en` and `de` may be."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, keeps and returns UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLite's text is written at one go, and read so: half the values of a planning are
        instants.
        """
        return _text_of_instant if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "sqlite":
            return _instant_of_text
        return super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise ValueError(f"naive datetime {value!r}: an instant needs its zone")
    return value.astimezone(UTC)


def _text_of_instant(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it; such texts sort by time."""
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds")[:-6]


def _instant_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            date: Date(),
            time: Time(),
            LocalizedText: JSON(),
            list[str]: JSON(),
            list[int]: JSON(),
            list[dict[str, Any]]: JSON(),
            dict[str, Any]: JSON(),
            enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=True, length=32),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False, "expire_on_commit": False})


@contextmanager
def writing() -> Iterator[None]:
    """One act, one transaction: commit on leaving, roll back on any exception.

    What was read before is read again, so that decisions rest on what holds under the lock.
    On SQLite the write lock is taken at once; on PostgreSQL the acts lock the rows they need.
    """
    with db.session.info.pop(_BEGUN, None) or _begin():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def begin_writing() -> None:
    """Begin the transaction of an act before anything is read, so that nothing need be read again.
    The first `writing` of the session goes on with it.
    """
    begun = _begin()
    db.session.info[_BEGUN] = begun


def give_up_begun() -> None:
    """End a transaction that was begun and came to no act."""
    if not db.session.registry.has():
        return
    begun = db.session.info.pop(_BEGUN, None)
    if begun is not None:
        with begun:
            db.session.rollback()


_BEGUN = "begun"


def _begin() -> ExitStack:
    db.session.rollback()
    with ExitStack() as turn:
        turn.enter_context(_turn())
        usual = _takes_the_lock.set(True)
        try:
            db.session.connection()
        finally:
            _takes_the_lock.reset(usual)
        return turn.pop_all()


_writers = Lock()


@contextmanager
def _turn() -> Iterator[None]:
    """Let the writers of one process queue up for SQLite's lock, which knows only polling.

    Who waits too long goes on without a turn: the database has the last word.
    """
    if not _is_sqlite():
        yield
        return
    has_turn = _writers.acquire(timeout=WAIT_SECONDS)
    try:
        yield
    finally:
        if has_turn:
            _writers.release()


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def lock(rows: Select[Any], **values: Any) -> None:
    """Hold the rows of a `SELECT ... FOR ...` until the transaction ends; `values` are what it
    leaves open.

    On SQLite nothing needs to be asked: `writing` already holds its one lock.
    """
    if not _is_sqlite():
        db.session.execute(rows, values).all()


def hold_row(record: Base) -> None:
    """Hold a record until the transaction ends, as it now stands: another act may have changed it
    since it was found. Raises `ObjectDeletedError` where it is gone, which is told as a conflict.
    """
    if not _is_sqlite():
        columns = type(record).__mapper__.primary_key
        key = zip(columns, inspect(record).identity or (), strict=True)
        held = select(*columns).where(*(column == value for column, value in key))
        if db.session.execute(held.with_for_update()).first() is None:
            raise ObjectDeletedError(inspect(record))
    db.session.expire(record)


def take_turn(name: str) -> None:
    """Wait for whoever does something under the same name, and keep others waiting until the
    transaction ends. On SQLite `writing` has seen to it.
    """
    if not _is_sqlite():
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def rows_of(statement: SelectBase, **values: Any) -> Sequence[Row[Any]]:
    """The rows of a statement that asks for columns alone, in the present transaction.

    For what every page asks, in a statement that is made once: the session would look for objects
    to make, and find the statement among those it knows by each of its parts, at twice the cost.
    """
    connection = db.session.connection()
    return connection.execute(_in_words(statement, connection.dialect.name), values).all()


@cache
def _in_words(statement: SelectBase, engine: str) -> TextualSelect:
    """The same as text, by which it is known at once, with the types of the values to be given and
    of the columns; values that are known already are written into it.
    """
    dialect = (PGDialect if engine == "postgresql" else SQLiteDialect)(paramstyle="named")
    compiled: Any = statement.compile(dialect=dialect)
    words = compiled.string
    to_be_given = []
    for value, name in compiled.bind_names.items():
        place = f"(__[POSTCOMPILE_{name}])" if value.expanding else f":{name}"
        if value.required:
            to_be_given.append(bindparam(name, type_=value.type, expanding=value.expanding))
            words = words.replace(place, f":{name}")
        else:
            known = _literal(value, dialect).replace("\\", r"\\")  # as `sub` wants to have it
            words = re.sub(rf"{re.escape(place)}(?!\w)", known, words)
    return (
        text(words)
        .bindparams(*to_be_given)
        .columns(*(column(str(known.key), known.type) for known in statement.selected_columns))
    )


def _literal(value: BindParameter[Any], dialect: Dialect) -> str:
    """A known value as SQL, several in parentheses; in it no colon is the sign of a value."""
    write = value.type.dialect_impl(dialect).literal_processor(dialect)
    assert write is not None, f"no way to write {value.type!r} into a statement"
    several = value.value or () if value.expanding else [value.value]
    known = ", ".join(write(one) for one in several).replace(":", r"\:")
    return f"({known})" if value.expanding else known


def table_of(model: type[Base]) -> Table:
    """The table of a model, for rows that are written without making objects of them."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def write_rows(model: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert rows of which nobody needs an object: making one costs four times as much.

    What is not given gets the columns' defaults.
    """
    db.session.connection().execute(_insert_into(model), rows)


@cache
def _insert_into(model: type[Base]) -> Insert:
    return insert(table_of(model))


Record = TypeVar("Record", bound=Base)


def store(model: type[Record], **values: Any) -> Record:
    """Insert one row at once, and return its object as if it had been read.

    For the acts that everybody waits for: adding to the session and flushing takes three times as
    long. What is not given gets the columns' defaults; relationships are read when asked for.
    """
    result: Any = db.session.connection().execute(_insert_into(model), values)
    key = result.inserted_primary_key
    written = {**result.last_inserted_params(), **key._mapping}
    former = db.session.identity_map.get(identity_key(model, tuple(key)))
    if former is not None:
        db.session.expunge(former)  # taken back with a savepoint: SQLite gives its number again
    return object_of(model, [written.get(column.key) for column in table_of(model).columns])


def object_of(model: type[Record], row: Sequence[Any]) -> Record:
    """The object of a stored row whose columns were read in the order of the table, in the session
    as if it had been read by it; one that is there already gets what it has forgotten.

    For those whom every request needs: the session takes twice as long to read them.
    """
    mapper: Mapper[Any] = model.__mapper__
    key = mapper.identity_key_from_primary_key(tuple(row[: len(mapper.primary_key)]))
    values = zip(_attributes_of(model), row, strict=True)
    session = db.session()
    known = session.identity_map.get(key)
    if known is not None:
        kept = inspect(known).dict
        for name, value in values:
            if name not in kept:
                set_committed_value(known, name, value)
        return known
    record = mapper.class_manager.new_instance()
    state: InstanceState[Any] = inspect(record)
    state.dict.update(values)
    state.key, state.session_id = key, session.hash_key
    session.identity_map.add(state)
    return record


def row_of(record: Base) -> tuple[Any, ...]:
    """What `object_of` makes the object of again, in another session."""
    return tuple(getattr(record, name) for name in _attributes_of(type(record)))


@cache
def _attributes_of(model: type[Base]) -> tuple[str, ...]:
    """The names of a model's attributes in the order of its table, which begins with the key."""
    mapper = model.__mapper__
    columns = table_of(model).columns
    assert list(columns)[: len(mapper.primary_key)] == list(mapper.primary_key)
    return tuple(mapper.get_property_by_column(column).key for column in columns)


def key_of(record: Base) -> Any:
    """The primary key of a stored record, known without reading it."""
    (key,) = inspect(record).identity or (None,)
    return key


def reread(*records: Base) -> None:
    """Have records read again that may have been read before their lock was held.

    SQLite has held its one lock since `writing` began, and there is nothing older to forget.
    """
    if not _is_sqlite():
        for record in records:
            db.session.expire(record)


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for `create_engine` that make waiting for a lock end.

    SQLite's driver takes values by name too, and then each is prepared once, however often a
    statement names it.
    """
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": WAIT_SECONDS}, "paramstyle": "named"}
    return {
        "connect_args": {"options": f"-c lock_timeout={WAIT_SECONDS}s -c timezone=UTC"},
        "pool_pre_ping": True,
    }


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def prepare_engine(engine: Engine) -> None:
    """Make SQLite keep foreign keys, acknowledged commits and our own transaction starts."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver starts no transaction of its own
        # SQLite's own knows no accents: a search for `élodie` would miss `Élodie`.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")  # NORMAL loses commits at a power cut in WAL
        cursor.close()

    def begin(connection: PoolProxiedConnection) -> None:
        connection.cursor().execute("BEGIN IMMEDIATE" if _takes_the_lock.get() else "BEGIN")

    # Its own hook for this: a listener would have every statement look for listeners of its kind.
    engine.dialect.do_begin = begin  # type: ignore[assignment, method-assign]


_takes_the_lock: ContextVar[bool] = ContextVar("takes_the_lock", default=False)
"""Whether the transaction that is begun takes SQLite's write lock at once."""


RETRYABLE_STATES = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not available
    "23P01",  # exclusion violation: a lost race, judged anew
    "23505",  # unique violation: someone was first, the second try finds what they made
}

RETRYABLE_WORDS = ("database is locked", "UNIQUE constraint failed", "occupancy_overlap")
"""The same as SQLite says it."""


def is_lost_race(error: DBAPIError) -> bool:
    """Whether the whole act may simply be tried again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in RETRYABLE_STATES
    text = str(error.orig)
    return any(words in text for words in RETRYABLE_WORDS)
