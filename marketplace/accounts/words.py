"""What people read for the codes of this package."""

from flask_babel import lazy_gettext as _

from marketplace.accounts.states import AllianceRole

ROLES = {
    AllianceRole.OFFICER: _("Officer of the Alliance"),
    AllianceRole.INSPECTOR: _("Inspector: reads origins, decides nothing"),
    AllianceRole.ADMIN: _("Admin of all provinces"),
}

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
