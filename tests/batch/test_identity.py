"""Ids told twice are found whatever the ids, and no other."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.batch.faults import BatchError
from ruleset.batch.identity import hashes_of, suspects
from ruleset.batch.sources import FrameSource, chunks

IDS = st.one_of(st.text(max_size=6), st.sampled_from(["a", "b", "ab", "ba", "", "é"]), st.none())


@given(st.lists(IDS, min_size=1).filter(any), st.integers(1, 7))
def test_every_id_told_twice_is_found(ids, size):
    source = FrameSource(pa.table({"case_id": pa.array(ids, pa.string())}))
    found = suspects(source)
    refused, first = [], 1
    for part in chunks(source, size):
        refused += [first + row - 1 for row in found.refused(part, first)]
        first += part.num_rows
    assert sorted(refused) == [row for row, id in enumerate(ids) if id is None or id in ids[:row]]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_numbers_as_ids(ids):
    source = FrameSource(pa.table({"case_id": pa.array(ids, pa.int64())}))
    found = suspects(source)
    (part,) = chunks(source, len(ids))
    assert sorted(found.refused(part, 1)) == [row for row, id in enumerate(ids) if id in ids[:row]]


@given(st.lists(st.text(max_size=40), min_size=1, unique=True))
def test_a_hash_tells_texts_apart_and_does_not_depend_on_their_neighbours(texts):
    hashes = hashes_of(pa.array(texts))
    assert len(set(hashes.tolist())) == len(texts)
    assert hashes_of(pa.array(["x", *texts]).slice(1)).tolist() == hashes.tolist()


def test_no_case_at_all():
    with pytest.raises(BatchError, match="aucun cas"):
        suspects(FrameSource(pa.table({"case_id": pa.array([], pa.string())})))
