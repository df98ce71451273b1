"""The form with which files are attached to something."""

from wtforms import MultipleFileField

from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm


class EvidenceForm(BaseForm):
    files = MultipleFileField(
        Message("Evidence"), description=Message("Pdf, images or office documents, at most 15 MB each.")
    )
