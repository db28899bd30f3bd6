"""Audits: light energy surveys, and the surpluses they find, which become listings."""
