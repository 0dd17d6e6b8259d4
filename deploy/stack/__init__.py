"""Sets up and runs the portal on one Debian machine, with the standard library: nothing else is installed yet."""
