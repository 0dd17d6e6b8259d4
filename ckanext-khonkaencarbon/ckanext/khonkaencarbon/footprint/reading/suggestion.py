"""What the resource form offers before anybody has decided: the headings and the roles they seem to play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import Finding
from ckanext.khonkaencarbon.footprint.reading.headings import missing_roles, suggested_roles
from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES, ColumnMapping, RoleSource
from ckanext.khonkaencarbon.footprint.reading.preparation import Bytes, prepare, resolved
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

HEAD_BYTES = 256 * 1024


@dataclass(frozen=True)
class Suggestion:
    """The headings of a file, the role of each as far as known, and what stands in the way.

    ``sources`` holds the roles that have one; ``missing`` are the required roles that have none.
    """

    headings: list[str] = field(default_factory=list)
    sources: Mapping[str, RoleSource] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    problem: Finding | None = None
    mapping: ColumnMapping = field(default_factory=ColumnMapping)

    @property
    def roles(self) -> dict[str, str | None]:
        """Every role -> its column (month and year joined by " + "), None for a constant or nothing."""
        columns = {role: " + ".join(source.columns) or None for role, source in self.sources.items()}
        return {role: columns.get(role) for role in dict.fromkeys((*ROLES, *columns))}

    def as_mapping(self) -> ColumnMapping:
        """The suggestion as a mapping that can be stored."""
        return replace(self.mapping, roles=dict(self.sources))


def suggest(head: bytes, vocabulary: Vocabulary, mapping: ColumnMapping | None = None) -> Suggestion:
    """Look at the first bytes of a file (at most 256 KiB are needed); never raises for bad content."""
    given = mapping or ColumnMapping()
    try:
        prepared = prepare(Bytes.of_head(head[:HEAD_BYTES]), given, vocabulary)
    except FileRefused as refusal:
        return Suggestion(problem=refusal.finding, mapping=given)
    headings = [label for label in prepared.layout.labels if label]
    sources = dict(given.roles)
    try:
        sources = suggested_roles(prepared.layout.labels, given, vocabulary)
        resolved(given, prepared, vocabulary)
    except FileRefused as refusal:
        return Suggestion(
            headings, sources, missing_roles(sources, wide=given.wide is not None), refusal.finding, given
        )
    return Suggestion(headings, sources, [], None, given)
