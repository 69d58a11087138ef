"""What the developers' commands need beside the application."""
