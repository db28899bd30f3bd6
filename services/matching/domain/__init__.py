"""The rules of matching, pure: ``listing`` (what is known of a side), ``weights`` (the one table), ``measure`` (each
factor as arithmetic on plain numbers), ``score`` and ``reasons`` (what is published), ``rule`` (when a match exists).
"""
