"""The one error of the local stack."""


class StackError(Exception):
    """Something a person has to know or do: the text says what is wrong and the way out, without a trace."""
