"""Template helpers."""

__all__: list[str] = []
