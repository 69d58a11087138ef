"""The floor: the least that a Flask page on this database can cost.

One view reads sixty rows and renders them; the other commits one insert. Same server, same
engine settings, same durability, no session, no rights, no words.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import insert, select

from booking.database import engine_options, prepare_engine
from booking.journal.models import JournalEntry
from booking.occupancies.models import Occupancy
from booking.settings import Settings

PAGE = """<!doctype html><title>Sixty rows</title><table>
{% for row in rows %}
<tr><td>{{ row.id }}</td><td>{{ row.starts_at }}</td><td>{{ row.ends_at }}</td></tr>
{% endfor %}</table>"""


def create_floor(settings: Settings) -> Flask:
    app = Flask("floor")
    app.jinja_loader = DictLoader({"rows.html": PAGE})
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    database = SQLAlchemy()
    database.init_app(app)
    with app.app_context():
        prepare_engine(database.engine)

    @app.get("/rows")
    def rows() -> str:
        query = select(Occupancy).order_by(Occupancy.id.desc()).limit(60)
        return render_template("rows.html", rows=database.session.scalars(query).all())

    @app.post("/insert")
    def insert_one() -> str:
        database.session.execute(
            insert(JournalEntry).values(
                at=datetime.now(UTC), act="bench", subject_kind="bench", subject_code="1",
                reason="", before={}, after={},
            )
        )  # fmt: skip
        database.session.commit()
        return "done"

    return app
