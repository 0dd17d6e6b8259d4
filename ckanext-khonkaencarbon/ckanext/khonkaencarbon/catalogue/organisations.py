"""What an organisation says of itself beside its name; one query for each, none for the same one again."""

from __future__ import annotations

import json
from typing import Any

from ckan import model


def organisation(organisation_id: str | None) -> dict[str, Any]:
    """Title, its translations and kind of an organisation; empty where there is none."""
    group = model.Group.get(organisation_id) if organisation_id else None
    if group is None:
        return {}
    extras = dict(group.extras or {})
    translated = extras.get("title_translated") or "{}"
    return {
        "id": group.id,
        "title": group.title,
        "title_translated": json.loads(translated) if isinstance(translated, str) else translated,
        "organisation_type": extras.get("organisation_type"),
    }
