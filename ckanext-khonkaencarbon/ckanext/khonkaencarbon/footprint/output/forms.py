"""What a form of bundles is, and what is left of one after it was opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ckanext.khonkaencarbon.footprint.output.manifest import Checksum


class Listing(Protocol):
    """A manifest, as far as it lists members."""

    @property
    def files(self) -> Mapping[str, Checksum]:
        """Every member but the manifest."""


Listed = TypeVar("Listed", bound=Listing)


@dataclass(frozen=True, slots=True)
class Form(Generic[Listed]):
    """What a form of bundles holds.

    ``is_known`` says which names a member may have; ``parsed`` reads the manifest with distrust; ``referred``
    says which members there have to be by the rest of it (FileRefused where that is not whole). ``place`` is
    where a member is written: by its number in the list, unless a form needs files under their names.
    """

    format: str
    is_known: Callable[[str], bool]
    parsed: Callable[[bytes], Listed]
    referred: Callable[[Listed, Set[str]], Set[str]]
    member_limit: int
    manifest_limit: int
    place: Callable[[int, str], str] = lambda number, _: str(number)


@dataclass(frozen=True, slots=True)
class Extracted(Generic[Listed]):
    """A bundle on disk. ``damaged`` maps a member to its checksum where that is not the manifest's."""

    manifest: Listed
    files: Mapping[str, Path]
    damaged: Mapping[str, str]

    def content(self, member: str) -> bytes:
        """All bytes of a member."""
        return self.files[member].read_bytes()
