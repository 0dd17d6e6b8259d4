"""The pages to start from: what the portal is, how to publish, the API, terms, accessibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal.language import is_thai

NAMES = ("about", "publish", "api", "terms", "accessibility")


@dataclass(frozen=True)
class Guide:
    """One page; its text is a template in the page's language."""

    name: str
    title: str

    @property
    def template(self) -> str:
        """Where the text stands."""
        return f"khonkaencarbon/guides/{self.name}.{'th' if is_thai() else 'en'}.html"


def listed() -> list[Guide]:
    """All of them, in the order of the footer."""
    titles = (
        tk._("About this portal"),
        tk._("How to publish data"),
        tk._("How to use the API"),
        tk._("Licences and personal data"),
        tk._("Accessibility"),
    )
    return [Guide(name, title) for name, title in zip(NAMES, titles, strict=True)]


def shown(name: str) -> dict[str, Any]:
    """What the template of a guide needs; KeyError where there is no such guide."""
    guides = listed()
    guide = next((one for one in guides if one.name == name), None)
    if guide is None:
        raise KeyError(name)
    return {"guide": guide, "guides": guides, "contact": settings.contact()}
