"""The application for a WSGI server: `gunicorn wsgi:app`, `flask --app wsgi`."""

from booking import create_app

app = create_app()
