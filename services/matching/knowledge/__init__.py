"""What serves which use in which sector: rules written from published sources, published exchanges, and the ranking of
receiver sectors made of both. Pure: it reads its own tables and nothing else.
"""
