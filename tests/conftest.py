"""What all tests share: how hard Hypothesis works."""

from hypothesis import settings

settings.register_profile("house", deadline=None)  # a shared machine may stop for a second
settings.register_profile("fuzz", deadline=None, max_examples=5_000)
settings.load_profile("house")
