"""Actions, one module per noun; what is listed here is registered with CKAN."""

__all__: list[str] = []
