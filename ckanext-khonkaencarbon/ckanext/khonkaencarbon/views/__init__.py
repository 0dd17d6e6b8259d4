"""Pages and files over HTTP: one blueprint per module; those listed here are registered with CKAN."""

from __future__ import annotations

__all__: list[str] = []
