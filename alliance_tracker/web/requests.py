"""What happens around every request: its session, its headers, its language, its line in the log, its error pages."""

import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, has_request_context, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from alliance_tracker.database import close_session, intend_to_write
from alliance_tracker.errors import DomainError, NotAllowed, NotFound, Refused
from alliance_tracker.i18n import LANGUAGES, LOCALES, Message
from alliance_tracker.web import oversize
from alliance_tracker.web.guards import local_path, require_sign_in
from alliance_tracker.web.problems import problem
from alliance_tracker.web.templating import page

log = structlog.get_logger("alliance_tracker")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
#: Characters from which on a typed text is given back.
WORTH_KEEPING = 12
READING_METHODS = {"GET", "HEAD", "OPTIONS"}


def select_locale() -> str:
    """The reader's language: asked in the address, chosen by the person, asked by the browser, else Dutch."""
    if not has_request_context():
        return LOCALES["nl"]
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return LOCALES[asked]
    is_personal = request.blueprint != "public" and not request.path.startswith("/api/")
    if is_personal and current_user.is_authenticated:
        return LOCALES[current_user.language]
    wanted = request.accept_languages.best_match(["nl", "en"])
    return LOCALES[wanted or "nl"]


def init_app(app: Flask) -> None:
    """Bind the hooks and the error pages; every request is one line of JSON on the standard output."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(app.config["LOG_LEVEL"]),
    )
    app.before_request(_begin)
    app.before_request(_refuse_unstorable_address)
    app.before_request(require_sign_in)
    app.after_request(_finish)
    app.teardown_appcontext(close_session)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(Exception, _failure)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = uuid.uuid4().hex[:16]
    intend_to_write(request.method not in READING_METHODS)


def _refuse_unstorable_address() -> None:
    """An address with a NUL in it means nothing: PostgreSQL cannot even look for one."""
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        raise NotFound(Message("There is nothing at this address."))


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.blueprint != "public":
        headers["Cache-Control"] = "no-store"
    began = g.get("began", time.perf_counter())
    log.info(
        "request",
        id=g.get("request_id"),
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - began) * 1000, 1),
    )
    return response


def typed_texts(*, is_too_large: bool = False) -> list[str]:
    """What was typed into the form that cannot be carried out, so that nobody has to type it again."""
    quiet = {"csrf_token", "submission_key", "version", "password", "old_password", "email"}
    fields = oversize.texts_before_the_files() if is_too_large else request.form.items(multi=True)
    return [text for key, text in fields if key not in quiet and len(text) >= WORTH_KEEPING]


def _page_before() -> str:
    """The page of this site from which the form was sent, else the home page."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return url_for("monitoring.home")
    return local_path(f"{before.path}?{before.query}".rstrip("?"), url_for("monitoring.home"))


def _answer(status: int, title: Any, sentence: Any) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return problem(status, title, sentence)
    is_too_large = status == 413
    typed = typed_texts(is_too_large=is_too_large) if request.method == "POST" else []
    back = _page_before() if is_too_large else ""
    return page("errors/error.html", status=status, title=title, sentence=sentence, typed=typed, back=back), status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code is not None and error.code < 400):  # a redirect is no error
        return error
    of_the_api = request.path.startswith("/api/")
    titles = {
        400: Message("This request could not be understood"),
        403: Message("Not for your role"),
        404: Message("Page not found"),
        405: Message("This is not possible here"),
        413: Message("This is too large") if of_the_api else Message("This is too much at once"),
        429: Message("Too many attempts"),
    }
    sentences = {
        404: Message("There is nothing at this address. Perhaps it was mistyped, or it is not visible to you."),
        413: Message("A body may be at most 256 kB.") if of_the_api else _too_large(),
    }
    code = error.code or 500
    response = make_response(_answer(code, titles.get(code, Message("Something went wrong")), sentences.get(code, "")))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _too_large() -> Message:
    limits = oversize.limits()
    return Message(
        "The files of one form may be %(together)s MB together, each of them %(each)s MB. Nothing was saved. Go back, "
        "choose fewer or smaller files, and add the others afterwards.",
        together=limits.together,
        each=limits.each,
    )


def _domain_error(error: DomainError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        return _answer(404, Message("Page not found"), error.sentence)
    if isinstance(error, NotAllowed):
        return _answer(403, Message("Not for your role"), error.sentence)
    if isinstance(error, Refused) and request.path.startswith("/api/"):
        field = getattr(error, "field", "")
        errors = [{"field": field, "message": str(error)}] if field else []
        return problem(422, Message("A rule forbids this"), str(error), errors=errors)
    return _answer(409, Message("This is not possible now"), str(error))


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    sentence = Message(
        "Somebody else changed this at the same moment. Go back, look at it again, and repeat what you did."
    )
    return _answer(409, Message("This is not possible now"), sentence)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    sentence = Message(
        "The page was open for too long or you signed out meanwhile. Go back, reload it, and send it again."
    )
    return _answer(400, Message("This form is no longer valid"), sentence)


def _failure(error: Exception) -> ResponseReturnValue:
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing or current_app.debug:
        raise error
    log.error("failure", id=g.get("request_id"), exc_info=error)
    sentence = Message(
        "The fault was logged under number %(number)s. Nothing was saved.", number=g.get("request_id", "")
    )
    return _answer(500, Message("Something went wrong"), sentence)
