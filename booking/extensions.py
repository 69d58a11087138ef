"""The Flask extensions, made here and bound to the application in `create_app`."""

from __future__ import annotations

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from booking.database import db

migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
compress = Compress()

__all__ = ["babel", "compress", "csrf", "db", "limiter", "login", "migrate"]
