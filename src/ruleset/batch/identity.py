"""Which cases are told twice, in a table larger than memory."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruleset.batch.faults import BatchError
from ruleset.batch.layout import CASE
from ruleset.batch.sources import Source

_LONGEST: Final = 4_096
_WEIGHTS: Final = np.random.default_rng(20_261_124).integers(1, 2**63, _LONGEST, np.uint64) | np.uint64(1)


@attrs.define
class Suspects:
    """The ids that may be there twice, by their hashes, and where each was met first. `rows` counts the cases."""

    rows: int
    hashes: NDArray[np.uint64]
    met: dict[object, int] = attrs.field(factory=dict)

    def refused(self, cases: pa.Table, first: int) -> dict[int, str]:
        """Return the rows of the next cases, from line `first` on, that have no id or one that was met before."""
        found: dict[int, str] = {}
        column = cases[CASE].combine_chunks()
        if column.null_count:
            found = {
                int(row): f"la colonne « {CASE} » est vide"
                for row in np.flatnonzero(pc.is_null(column).to_numpy(False))
            }
        if not len(self.hashes):
            return found
        for row in np.flatnonzero(np.isin(hashes_of(column), self.hashes)).tolist():
            id = column[row].as_py()
            line = self.met.setdefault(id, first + row)
            if id is not None and line != first + row:
                found[row] = f"cet identifiant est déjà celui de la ligne {line}"
        return found


def suspects(cases: Source) -> Suspects:
    """Return what may be there twice: hashes take eight bytes a case, the ids themselves far more.

    Raises:
        BatchError: there is no case at all.
    """
    parts = [hashes_of(batch[CASE].drop_null()) for batch in cases.batches([CASE])]
    rows = sum(len(part) for part in parts)
    if not rows:
        raise BatchError(f"{cases.name} : aucun cas : la première ligne nomme les colonnes, les autres sont les cas")
    hashes = np.concatenate(parts)
    del parts
    hashes.sort()
    return Suspects(rows, np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))


def hashes_of(ids: pa.Array) -> NDArray[np.uint64]:
    """Return a hash of each id: the sum of its bytes, each weighed by its place, modulo 2**64."""
    if pa.types.is_integer(ids.type):
        numbers: NDArray[np.int64] = ids.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        return numbers.view(np.uint64)
    texts = ids.cast(pa.string())
    if texts.null_count:
        texts = texts.fill_null("")
    _, places, letters = texts.buffers()
    if letters is None or not len(texts):
        return np.zeros(len(texts), np.uint64)
    bounds = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    held = np.frombuffer(letters, np.uint8)[bounds[0] : bounds[-1]].astype(np.uint64)
    starts, lengths = bounds[:-1] - bounds[0], np.diff(bounds)
    within = np.arange(len(held)) - np.repeat(starts, lengths)
    weighed = np.concatenate(
        [[np.uint64(0)], np.cumsum((held + np.uint64(1)) * _WEIGHTS[within % _LONGEST], dtype=np.uint64)]
    )
    hashes: NDArray[np.uint64] = weighed[starts + lengths] - weighed[starts]
    return hashes
