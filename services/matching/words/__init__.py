"""From free text in Finnish, Swedish or English to a card's fields: what, how much, how often, offered or wanted.

``suggester.suggest`` is the way in. Pure: the standard library and shared value types only, so that matching may use
the same concepts to join texts across languages (``lexicon.concepts_of``). The words stand in ``data``.
"""
