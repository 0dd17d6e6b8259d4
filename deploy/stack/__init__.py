"""Sets up and runs the portal on one Debian machine. Standard library only: it runs before anything is installed."""
