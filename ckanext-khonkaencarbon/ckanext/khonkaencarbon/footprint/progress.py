"""How far a run has come, for whoever waits for it."""

from __future__ import annotations

from ckanext.khonkaencarbon.footprint.model import Counts


class Progress:
    """Rows read so far. Another thread may look at any time: the run does no work for it row by row."""

    def __init__(self) -> None:
        self._read = 0
        self._current = Counts()

    def follow(self, counts: Counts) -> None:
        """The next file is being read, and counts its rows here."""
        self._read += self._current.read
        self._current = counts

    @property
    def rows(self) -> int:
        """Rows that were read of all files so far."""
        return self._read + self._current.read
