"""The application for a WSGI server: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from alliance_tracker import create_app

app = create_app()
