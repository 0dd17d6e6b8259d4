"""Sets up and runs the portal on one Debian machine; standard library only, nothing else is there yet."""
