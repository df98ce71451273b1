"""Errors of the API as problem details (RFC 9457)."""

from typing import Any

from flask import Response, current_app


def problem(status: int, title: Any, detail: Any = "", **more: Any) -> Response:
    """A problem document; `more` are extension members, such as `errors` per field."""
    body = {"type": "about:blank", "title": str(title), "status": status, "detail": str(detail), **more}
    return Response(current_app.json.dumps(body), status=status, content_type="application/problem+json")
