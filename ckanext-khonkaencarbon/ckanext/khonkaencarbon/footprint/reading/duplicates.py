"""Rows that say the same twice. Both count; a person decides."""

from __future__ import annotations

from hashlib import blake2b

LIMIT = 1_000_000  # rows of one run; above it the memory would not be bounded


class DuplicateWatch:
    """Remembers a digest of every used row of a run, over all its files."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}
        self._inputs: list[str] = []
        self._rows = 0

    @property
    def full(self) -> bool:
        """Whether so many rows have come that no more are compared."""
        return self._rows > LIMIT

    def pass_over(self, rows: int) -> bool:
        """Count rows that are known to be like no other; True if with them the watch ends."""
        if self.full:
            return False
        self._rows += rows
        if self.full:
            self._seen.clear()
        return self.full

    def first_like(self, said: str, source: str, record: int) -> tuple[str, int] | None:
        """File and record of an earlier row that said the same; None for something new."""
        self._rows += 1
        if self.full:
            self._seen.clear()
            return None
        if not self._inputs or self._inputs[-1] != source:
            self._inputs.append(source)
        here = (len(self._inputs) - 1) << 40 | record
        digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        first = self._seen.setdefault(digest, here)
        if first == here:
            return None
        return self._inputs[first >> 40], first & ((1 << 40) - 1)
