"""Measures matching on judged pairs of cards: ``cards`` reads the files, ``product`` scores a pair as the product does,
``measures`` holds the numbers, ``report`` says them to people. Run as ``make judge CARDS=… PAIRS=…``; ``ablation``
takes one part of the model away at a time (``make ablation SETS=…``).

It uses nothing but what stands in the columns, so that any other judged set measures the same way.
"""
