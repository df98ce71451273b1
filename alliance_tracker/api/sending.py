"""Posts that count once: the Idempotency-Key with which a sender names what it sends."""

import hashlib
import re
from dataclasses import dataclass

from flask import request
from pydantic import BaseModel

from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.web import once
from alliance_tracker.web.guards import actor

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)


@dataclass(frozen=True)
class Sent:
    """A post as its sender named it with an Idempotency-Key, if it did."""

    user_id: int
    key: str
    #: What was posted where, so that one key cannot stand for two things.
    digest: str

    @classmethod
    def of_request(cls, slug: str, body: BaseModel) -> "Sent":
        key = request.headers.get("Idempotency-Key", "")
        if key and not KEY.match(key):
            words = Message("An Idempotency-Key has at most 64 letters, digits, - and _.")
            raise FieldRefused("Idempotency-Key", words)
        digest = hashlib.sha256(f"{slug} {body.model_dump_json()}".encode()).hexdigest()
        # Hashed: no key can be that of a form, and each fits its column.
        hashed = f"api:{hashlib.sha256(key.encode()).hexdigest()[:48]}" if key else ""
        return cls(actor().user_id or 0, hashed, digest)

    def earlier(self) -> int | None:
        """The number of what this very post made before.

        :raise FieldRefused: the key was used for something else.
        """
        found = once.earlier(self.user_id, self.key) if self.key else None
        if found is None:
            return None
        number, digest = found.split()
        if digest != self.digest:
            raise FieldRefused("Idempotency-Key", Message("This key was used for something else. Take a new one."))
        return int(number)

    def remember(self, number: int) -> None:
        if self.key:
            once.remember(self.user_id, self.key, f"{number} {self.digest}")
