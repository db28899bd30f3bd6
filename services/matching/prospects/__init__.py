"""What is foreseen of a match beside its score (``domain.prospect``): worth a year, the law, and what is not known.

Pure: the two shared projections and this package's tables. It never scores, and nobody is told of it alone.
"""
