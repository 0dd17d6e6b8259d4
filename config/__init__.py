"""Numbers: activities, units, factors and warming potentials, each with its source."""
