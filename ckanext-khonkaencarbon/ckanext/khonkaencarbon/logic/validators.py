"""Validators that the dataset types name."""

__all__: list[str] = []
