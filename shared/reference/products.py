"""Product codes: CPA 2.1, the classification of goods and services by the activity that typically makes them.

Its first four digits are the class of NACE Rev. 2, two more tell category and subcategory (Regulation (EC) No 451/2008
as amended by (EU) No 1209/2014). What is made on purpose has such a code, what is left over a waste code; a by-product
may have both. Only the part that is NACE is checked: the list of categories is not shipped here.
"""

from __future__ import annotations

import re

from shared.reference.errors import UnknownCode
from shared.reference.nace import find_nace, parse_nace

_WRITTEN = re.compile(r"(?:CPA[ _]?)?([0-9]{2})(?:\.?([0-9])(?:([0-9])(?:\.?([0-9]{1,2}))?)?)?", re.IGNORECASE)


def parse_product(text: str) -> str:
    """The code as CPA writes it ("16", "16.1", "16.10", "16.10.3", "16.10.39"), from that or from bare digits.

    Raises UnknownCode, with the near activities when its first four digits are no class of NACE Rev. 2.
    """
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        reason = "is not written as one: two to six digits"
        raise UnknownCode("product code (CPA 2.1, such as 16.10.39)", text, (), reason=reason)
    division, group, kind, more = (part or "" for part in written.groups())
    activity = f"{division}.{group}{kind}".rstrip(".")
    if find_nace(activity) is None:
        try:
            parse_nace(activity)
        except UnknownCode as error:
            reason = "begins with no activity of NACE Rev. 2"
            raise UnknownCode("product code (CPA 2.1)", text, error.near, reason=reason) from None
    return f"{activity}.{more}".rstrip(".")
