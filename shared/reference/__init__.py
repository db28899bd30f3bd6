"""Reference data (waste codes, treatment codes, places, sectors) as pure, immutable values.

One module per list: `waste`, `treatments`, `places`, `nace`; `errors` says what went wrong. Each
`find_…` returns None and each `parse_…` raises an error that names near values. The lists are
read from `data/*.csv` on first use; their origin and licences stand in NOTICE.
Not here: anything an organisation stated about itself.
"""
