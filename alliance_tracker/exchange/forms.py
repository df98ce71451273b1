"""The forms with which a table is brought in."""

from typing import Any

from wtforms import FileField, HiddenField, TextAreaField

from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm


class UploadForm(BaseForm):
    """A file, or a block that was copied in a spreadsheet."""

    file = FileField(
        Message("File"),
        description=Message("A workbook (.xlsx) or a text file with columns (.csv), at most 15 MB and 100,000 rows."),
    )
    pasted = TextAreaField(
        Message("Or paste the cells here"),
        description=Message("Copy them in the spreadsheet, with the row that holds the names of the columns."),
        render_kw={"rows": 5},
    )


class CarryOutForm(BaseForm):
    """Carry out what the preview shows; the fingerprint tells which preview that was."""

    fingerprint = HiddenField(filters=[lambda text: (text or "")[:64]])

    def show(self, plan: Any) -> None:
        """Let the form speak of `plan` from now on."""
        self.fingerprint.data = plan.fingerprint
