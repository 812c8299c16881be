"""A form field that understands names of communes, today's and former ones."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import ValidationError

from marketplace.foundation.web.fields import LineField
from marketplace.geography import queries as geography
from marketplace.geography.queries import CommuneMatch


class CommuneField(LineField):
    """A commune of the form's province, typed or picked, old names understood; `code` is what it means.

    When the name means several communes, `several` holds them and the page asks which.
    """

    def __init__(self, *arguments: Any, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.code = ""
        self.several: list[tuple[str, str]] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The box is sent along with the place that was chosen below it; the choice is what the buyer means."""
        chosen_codes = [code for code in valuelist if geography.find_commune(code)]
        super().process_formdata(chosen_codes[-1:] or valuelist)

    def _value(self) -> str:
        commune = geography.find_commune(self.data or "")
        return commune.name if commune else str(self.data or "")

    def understand(self, province_code: str) -> None:
        """Find the commune; raises ValidationError that says what to do."""
        typed = str(self.data or "")
        known = geography.find_commune(typed)
        if known is not None and known.province_code == province_code:
            self.code = known.code
            return
        matches = geography.search_communes(typed, province_code) if geography.find_province(province_code) else []
        exact = [match for match in matches if match.name.casefold() == typed.casefold()]
        found = exact if len(exact) == 1 else matches
        if len(found) == 1:
            self.code = found[0].code
        elif found:
            self.several = [(match.code, _called(match)) for match in found[:8]]
            raise ValidationError(_("Several places have this name. Choose the right one below."))
        else:
            raise ValidationError(
                _("We know no such commune or ward in this province. Type its name of today or its old one.")
            )


def _called(match: CommuneMatch) -> str:
    return str(_("%(name)s (formerly %(was)s)", name=match.name, was=match.was)) if match.was else match.name
