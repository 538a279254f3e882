"""Side by side: the engines of this project and of others on the same generated rule sets, in one run.

    make bench                                 # everything, and writes docs/performance.md
    python -m benchmarks.side_by_side --quick  # a look at small sizes

Every engine's answers are compared with the reference evaluator's before anything is timed.
"""
