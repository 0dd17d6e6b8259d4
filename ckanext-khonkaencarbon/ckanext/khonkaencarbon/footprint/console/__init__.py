"""What the commands of ``khonkaencarbon`` do."""
