"""Actions, one module per noun; what is listed here is registered with CKAN."""

from ckanext.khonkaencarbon.logic.action import guard

globals().update(guard.GUARDS)

__all__: list[str] = [*guard.GUARDS]
