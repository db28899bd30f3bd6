"""Organisations: the parties an agency serves as clients, and their sites."""
