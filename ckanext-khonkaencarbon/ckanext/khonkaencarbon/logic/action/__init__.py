"""Actions, one module per noun; what is listed here is registered with CKAN."""

from ckanext.khonkaencarbon.logic.action import guard, run, summary
from ckanext.khonkaencarbon.logic.action.run import *  # noqa: F403
from ckanext.khonkaencarbon.logic.action.summary import *  # noqa: F403

globals().update(guard.GUARDS)

__all__: list[str] = [*guard.GUARDS, *run.__all__, *summary.__all__]
