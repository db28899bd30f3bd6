"""What a listing's own words say, read once per listing: the bridge from the vocabulary to the score.

``reader.read`` is the way in; what it gives is plain data (``domain.meaning``), so the domain needs no vocabulary.
"""
