"""The rules of notifications, on the standard library alone."""
