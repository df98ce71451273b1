"""Settings and their defaults, read from the environment and from `instance/settings.toml`.

In production (`ALLIANCE_ENV=production`) the application refuses to start with a default or short secret, with debug
on, or without the address under which it is reached.
"""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MINIMUM_SECRET_LENGTH = 32
MEGABYTE = 1024 * 1024
#: What the texts of a form may take beside its files.
ROOM_FOR_TEXT = MEGABYTE

DEFAULTS: dict[str, Any] = {
    "ENVIRONMENT": "local",
    "DATABASE_URL": "",
    "SECRET_KEY": "",
    "BASE_URL": "http://127.0.0.1:8000",
    "TRUSTED_HOSTS": None,
    "PROXY_HOPS": 0,
    "DEFAULT_LANGUAGE": "nl",
    "BABEL_DEFAULT_LOCALE": "nl_BE",
    "BABEL_DEFAULT_TIMEZONE": "Europe/Brussels",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "alliance_tracker" / "translations"),
    # Minutes without a request after which a session ends, and hours after which it ends in any case.
    "SESSION_IDLE_MINUTES": 120,
    "SESSION_ABSOLUTE_HOURS": 12,
    "INVITATION_DAYS": 14,
    "PASSWORD_RESET_MINUTES": 60,
    "TOKEN_DAYS": 365,
    "PASSWORD_HASH_MEMORY_KIB": 19_456,
    # Failed sign-ins allowed per account and per address in a quarter of an hour.
    "SIGN_IN_LIMIT_ACCOUNT": 8,
    "SIGN_IN_LIMIT_ADDRESS": 40,
    # Log entries that one person may post with the API in a minute.
    "API_POSTS_PER_MINUTE": 60,
    # Days within which VLAIO answers a signal of an alliance; a signal keeps the term of the day it was sent.
    "SIGNAL_ANSWER_DAYS": 60,
    "EVIDENCE_LIMIT_BYTES": 15 * MEGABYTE,
    "EVIDENCE_QUOTA_BYTES": 500 * MEGABYTE,
    # Five of the largest files at once.
    "MAX_CONTENT_LENGTH": 5 * 15 * MEGABYTE + ROOM_FOR_TEXT,
    "MAIL_SERVER": "",
    "MAIL_PORT": 587,
    "MAIL_USERNAME": "",
    "MAIL_PASSWORD": "",
    "MAIL_STARTTLS": True,
    "MAIL_SENDER": "alliantievolger@example.org",
    # 20 notes every request, 30 only what went wrong.
    "LOG_LEVEL": 20,
    "DEMO_ACCOUNTS": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,
}


class SettingsRefused(Exception):
    """The settings are unsafe or incomplete; the message says which and how to mend them."""


def _from_environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, default in DEFAULTS.items():
        raw = os.environ.get(f"ALLIANCE_{key}") or (os.environ.get(key) if key == "DATABASE_URL" else None)
        if raw is None:
            continue
        if isinstance(default, bool):
            found[key] = raw.lower() in {"1", "true", "yes", "on"}
        elif isinstance(default, int):
            found[key] = int(raw)
        elif key == "TRUSTED_HOSTS":
            found[key] = [host.strip() for host in raw.split(",") if host.strip()]
        else:
            found[key] = raw
    if os.environ.get("ALLIANCE_ENV"):
        found["ENVIRONMENT"] = os.environ["ALLIANCE_ENV"]
    return found


def _local_secret(instance: Path) -> str:
    """A secret of this installation, made once and kept in `instance/`, so that sessions survive a restart."""
    path = instance / "secret.txt"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def load(overrides: dict[str, Any] | None = None, instance: Path | None = None) -> dict[str, Any]:
    """The settings: defaults, then `instance/settings.toml`, then the environment, then `overrides`.

    :raise SettingsRefused: unsafe or incomplete for production.
    """
    instance = instance or ROOT / "instance"
    given: dict[str, Any] = {}
    local = instance / "settings.toml"
    if local.exists():
        given.update({key.upper(): value for key, value in tomllib.loads(local.read_text("utf-8")).items()})
    given.update(_from_environment())
    given.update(overrides or {})
    settings = {**DEFAULTS, **given}
    # Without it, `start` writes the address at which it serves in its mails.
    settings["BASE_URL_IS_GIVEN"] = "BASE_URL" in given
    production = settings["ENVIRONMENT"] == "production"
    if not settings["SECRET_KEY"] and not production:
        settings["SECRET_KEY"] = _local_secret(instance)
    if not settings["DATABASE_URL"]:
        settings["DATABASE_URL"] = f"sqlite:///{(instance / 'alliance_tracker.sqlite').as_posix()}"
    if production:
        _refuse_unsafe(settings)
        settings["DEMO_ACCOUNTS"] = False
    secure = str(settings["BASE_URL"]).startswith("https://")
    settings["SESSION_COOKIE_SECURE"] = secure
    # A __Host- cookie is only accepted over https; on http://localhost the plain name is used.
    settings["SESSION_COOKIE_NAME"] = "__Host-alliance" if secure else "alliance"
    return settings


def _refuse_unsafe(settings: dict[str, Any]) -> None:
    wrong = []
    if len(str(settings["SECRET_KEY"])) < MINIMUM_SECRET_LENGTH:
        wrong.append(f"ALLIANCE_SECRET_KEY must be set to at least {MINIMUM_SECRET_LENGTH} random characters")
    if not str(settings["BASE_URL"]).startswith("https://"):
        wrong.append("ALLIANCE_BASE_URL must be the public https address")
    if not settings["TRUSTED_HOSTS"]:
        wrong.append("ALLIANCE_TRUSTED_HOSTS must name the host names that are answered")
    if settings.get("DEBUG") or os.environ.get("FLASK_DEBUG") == "1":
        wrong.append("debug must be off")
    if wrong:
        raise SettingsRefused("Not started in production: " + "; ".join(wrong) + ".")
