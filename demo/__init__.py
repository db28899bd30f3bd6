"""``make demo``: two agencies of North Karelia put their cards into the running platform and hear what fits.

``cards`` reads the data files, ``gateway`` speaks HTTP, ``access`` finds the platform and its keys, ``recording`` makes
what is not there yet, ``receiver`` is the other end of the webhooks, ``findings`` judges what came of it and
``screen`` shows it. Nothing here touches the platform but by its public gateway; the first operator's key comes from
the same bootstrap command that anybody uses.
"""
