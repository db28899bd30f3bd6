"""No deadline per example: the first one of a process reads the lists or makes the Pint registry."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
