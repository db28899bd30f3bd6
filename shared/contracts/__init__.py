"""The contracts of the platform: events, calls, and the documents generated from them.

Append-only within a version: a field is added, never renamed or taken away; a breaking change is a new version.
"""
