"""Passwords as Argon2id hashes, tokens as SHA-256 hashes: what is stored opens nothing."""

import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from alliance_tracker.i18n import Message

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200


@lru_cache
def _hasher(memory_kib: int) -> PasswordHasher:
    # OWASP's second profile: 19 MiB, two passes, one lane.
    return PasswordHasher(time_cost=2 if memory_kib > 1000 else 1, memory_cost=memory_kib, parallelism=1)


@lru_cache
def _dummy(memory_kib: int) -> str:
    return _hasher(memory_kib).hash(secrets.token_urlsafe(16))


def hashed(password: str, memory_kib: int) -> str:
    """The Argon2id hash of a password."""
    return _hasher(memory_kib).hash(password)


def matches(stored: str | None, password: str, memory_kib: int) -> bool:
    """Whether `password` belongs to `stored`; takes as long for an account that does not exist."""
    try:
        _hasher(memory_kib).verify(stored or _dummy(memory_kib), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def weakness(password: str, email: str) -> Message | None:
    """Why this password will not do, in a sentence."""
    if len(password) < MINIMUM_LENGTH:
        return Message("Use at least %(n)s characters; a few words in a row will do.", n=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        return Message("At most %(n)s characters.", n=MAXIMUM_LENGTH)
    if len(set(password)) < 5 or password.lower() in {email, email.split("@", maxsplit=1)[0] * 2}:
        return Message("This password is too easy to guess.")
    return None


def new_token() -> str:
    """A random token of 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
