"""Who may do what."""

__all__: list[str] = []
