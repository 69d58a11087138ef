"""Établi: the booking system of a manufacture de proximité."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from booking.settings import PROJECT, Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application: settings, database, extensions, slices, commands."""
    from booking import cli, slices
    from booking.web import (
        access,
        addresses,
        assets,
        codes,
        cookies,
        errors,
        filters,
        headers,
        locale,
        pdf,
        templating,
        uploads,
    )

    settings = settings or Settings.load()
    app = errors.Application(
        "booking",
        instance_path=str(settings.instance),
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "booking" / "static"),
    )
    app.jinja_environment = templating.Environment  # type: ignore[assignment]
    _configure(app, settings)
    _connect_database(app, settings)
    locale.init_app(app)
    for part in (
        addresses,
        assets,
        codes,
        cookies,
        filters,
        headers,
        errors,
        pdf,
        templating,
        uploads,
    ):
        part.init_app(app)
    slices.register(app)
    cli.register(app)
    access.check_declared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.from_mapping(
        BOOKING_SETTINGS=settings,
        BOOKING_NOW=settings.now,
        SECRET_KEY=settings.secret_key or "tests-only",
        SERVER_NAME=None,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="etabli",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=512 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.mode == "test",
        PROPAGATE_EXCEPTIONS=False,
        RATELIMIT_ENABLED=settings.rate_limits,
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "booking" / "translations"),
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ZSTD_LEVEL=1,  # the tables are so regular that trying harder hardly pays
        COMPRESS_BR_LEVEL=3,
        COMPRESS_LEVEL=3,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _connect_database(app: Flask, settings: Settings) -> None:
    from booking.database import engine_options, give_up_begun, prepare_engine
    from booking.extensions import compress, csrf, db, limiter, migrate

    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.teardown_request(lambda _error: give_up_begun())
    migrate.init_app(app, db, directory=str(PROJECT / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    limiter.init_app(app)
    compress.init_app(app)
