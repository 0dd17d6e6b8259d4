"""What pages show, as plain data: templates only lay it out."""
