"""Numbers as people write them: with a comma or a point, with spaces or points between thousands."""

import re
from decimal import Decimal

from alliance_tracker.i18n import Message

#: Spaces that spreadsheets and phones put between thousands, besides the ordinary one.
SPACES = re.compile(r"[\s\u00a0\u2009\u202f']")
PLAIN = re.compile(r"-?\d{1,15}([.,]\d{1,10})?\Z", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}(([.])\d{3})+(,\d+)?\Z|-?\d{1,3}((,)\d{3})+(\.\d+)?\Z", re.ASCII)
#: One separator and three digits: a thousand in one country, a decimal in the next.
TWO_MEANINGS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}\Z", re.ASCII)


class NotANumber(ValueError):
    """What was typed is no number; the sentence says what to write instead."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse_number(text: str) -> Decimal | None:
    """The exact number that `text` says; None when nothing was typed.

    `1 234,5`, `1.234,5`, `1,234.5`, `1234.5` are one number. `1.234` and `1,234` could be two, and are refused.

    :raise NotANumber: with a sentence for the one who typed it.
    """
    typed = SPACES.sub("", text)
    if not typed:
        return None
    if TWO_MEANINGS.match(typed):
        plain = re.sub("[.,]", "", typed)
        raise NotANumber(
            Message("“%(typed)s” can be read in two ways. Write %(plain)s without a point.", typed=typed, plain=plain)
        )
    if PLAIN.match(typed):
        return Decimal(typed.replace(",", "."))
    if GROUPED.match(typed):
        last = max(typed.rfind("."), typed.rfind(","))
        same = typed[last] in typed[:last]
        whole, decimals = (typed, "") if same else (typed[:last], typed[last + 1 :])
        return Decimal(f"{re.sub('[.,]', '', whole)}.{decimals or '0'}")
    raise NotANumber(Message("“%(typed)s” is not a number.", typed=typed[:40]))
