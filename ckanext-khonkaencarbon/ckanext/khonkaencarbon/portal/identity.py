"""Who "the system" is: the only writer of derived resources and reserved fields.

Being sysadmin is not enough. The mark is an object that lives in this process only, so no request,
token or form can carry it.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

_MARK = object()
_KEY = "khonkaencarbon_system"


def system_context() -> Context:
    """A fresh context of the site user with the system's mark, past every cache."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Context = {"user": user["name"], "ignore_auth": True, "use_cache": False}
    context[_KEY] = _MARK  # type: ignore[literal-required]
    return context


def is_system(context: Context) -> bool:
    """Whether a context was made by :func:`system_context` in this process."""
    return context.get(_KEY) is _MARK
