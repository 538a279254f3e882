"""The limit: C generated for one rule set, one thread, 32 comparisons an instruction and 64 cases a word.

Each distinct comparison is made once for a block of 4 096 cases, its answers packed in a bit plane that stays in the
first cache; definitions and rules are bitwise operations on planes. Complements share a plane.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.side_by_side.batch import BatchEngine, Cases, Prepared
from benchmarks.side_by_side.form import Base, Comparison, Condition, Literal_, plain

BLOCK: Final = 4096
APART: Final = "__attribute__((noinline))"
"""One huge function takes the compiler minutes."""
HEAD: Final = r"""
#ifdef __AVX2__
#include <immintrin.h>
#endif
#include <stdint.h>
#include <string.h>
enum { BLOCK = 4096, WORDS = BLOCK / 64 };
#define EACH_WORD for (int w = 0; w < WORDS; w++)
#define EACH_CASE for (long i = 0; i < m; i++)
typedef uint32_t __attribute__((may_alias)) half_word;

#ifdef __AVX2__
static __attribute__((noinline)) void yes(const int8_t *x, uint64_t *plane) {
    half_word *half = (half_word *)plane;
    for (int i = 0; i < BLOCK / 32; i++)
        half[i] = _mm256_movemask_epi8(_mm256_slli_epi16(_mm256_load_si256((const __m256i *)(x + 32 * i)), 7));
}
static __attribute__((noinline)) void equal(const int8_t *x, int8_t value, uint64_t *plane) {
    half_word *half = (half_word *)plane;
    const __m256i wanted = _mm256_set1_epi8(value);
    for (int i = 0; i < BLOCK / 32; i++)
        half[i] = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_load_si256((const __m256i *)(x + 32 * i)), wanted));
}
static __attribute__((noinline)) void above(const int32_t *x, int32_t value, uint64_t *plane) {
    half_word *half = (half_word *)plane;
    const __m256i limit = _mm256_set1_epi32(value), order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (int i = 0; i < BLOCK / 32; i++) {
        const __m256i *at = (const __m256i *)(x + 32 * i);
        __m256i a = _mm256_cmpgt_epi32(_mm256_load_si256(at), limit);
        __m256i b = _mm256_cmpgt_epi32(_mm256_load_si256(at + 1), limit);
        __m256i c = _mm256_cmpgt_epi32(_mm256_load_si256(at + 2), limit);
        __m256i d = _mm256_cmpgt_epi32(_mm256_load_si256(at + 3), limit);
        __m256i all = _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        half[i] = _mm256_movemask_epi8(_mm256_permutevar8x32_epi32(all, order));
    }
}
#else
#define PACK(test) \
    for (int w = 0; w < WORDS; w++) { \
        uint64_t word = 0; \
        for (int b = 0; b < 64; b++) word |= (uint64_t)(test) << b; \
        plane[w] = word; \
    }
static void yes(const int8_t *x, uint64_t *plane) { PACK(x[64 * w + b] != 0) }
static void equal(const int8_t *x, int8_t value, uint64_t *plane) { PACK(x[64 * w + b] == value) }
static void above(const int32_t *x, int32_t value, uint64_t *plane) { PACK(x[64 * w + b] > value) }
#endif
"""


def program(base: Base) -> str:
    """Return the text of the program, with one function `decide(count, words, columns, out)`."""
    planes: dict[str, int] = {}

    def plane(made: str) -> str:
        return f"p{planes.setdefault(made, len(planes))}[w]"

    def literal(one: Literal_) -> str:
        if not isinstance(one, Comparison):
            return f"{'~' if one.negated else ''}{one.definition}[w]"
        name, value = one.input.id, plain(one.value)
        if one.input.kind == "yes_no":
            return f"{'' if one.value else '~'}{plane(f'yes(c_{name}, %s)')}"
        if one.input.kind == "choice":
            place = one.input.choices.index(str(one.value))
            return f"{'~' if one.operator == '!=' else ''}{plane(f'equal(c_{name}, {place}, %s)')}"
        least = int(value) - (one.operator in {">=", "<"})
        return f"{'~' if one.operator in {'<', '<='} else ''}{plane(f'above(c_{name}, {least}, %s)')}"

    def condition(clauses: Condition) -> str:
        return " & ".join(f"({' | '.join(map(literal, clause))})" for clause in clauses)

    functions = [
        f"static {APART} void d_{id_}(void) {{ EACH_WORD {id_}[w] = {condition(one)}; }}"
        for id_, one in base.definitions.items()
    ]
    functions += [
        f"static {APART} void r_{id_}(uint64_t *restrict o) {{ EACH_WORD o[w] = {condition(one)}; }}"
        for id_, one in base.rules.items()
    ]
    calls = [f"d_{id_}();" for id_ in base.definitions]
    calls += [f"r_{id_}(out + {n}l * words + start / 64);" for n, id_ in enumerate(base.rules)]
    declared, loaded = [], []
    for n, one in enumerate(base.inputs):
        wide = {"integer": "int64_t", "money": "int64_t", "date": "int32_t"}.get(one.kind, "int8_t")
        kept = "int8_t" if wide == "int8_t" else "int32_t"
        declared.append(f"static _Alignas(32) {kept} c_{one.id}[BLOCK];")
        loaded.append(f"{{ const {wide} *x = (const {wide} *)columns[{n}] + start; EACH_CASE c_{one.id}[i] = x[i]; }}")
    declared += [f"static _Alignas(32) uint64_t p{n}[WORDS];" for n in planes.values()]
    declared += [f"static _Alignas(32) uint64_t {id_}[WORDS];" for id_ in base.definitions]
    made = [f"{call % f'p{n}'};" for call, n in planes.items()]
    body = "\n        ".join(["long m = count - start < BLOCK ? count - start : BLOCK;", *loaded, *made, *calls])
    head = "void decide(long count, long words, void **columns, uint64_t *restrict out)"
    blocks = f"{head} {{\n    for (long start = 0; start < count; start += BLOCK) {{\n        {body}\n    }}\n}}\n"
    return "\n".join([HEAD, *declared, *functions, blocks])


def decide(base: Base) -> Any:
    """Return the function of the compiled program; a rule set is compiled once in a run."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise ImportError("no C compiler")
    if base.name not in _COMPILED:
        with tempfile.TemporaryDirectory() as folder:
            source, library = Path(folder, "decide.c"), Path(folder, "decide.so")
            source.write_text(program(base), encoding="utf-8")
            subprocess.run(  # noqa: S603  our own command
                [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source], check=True
            )
            _COMPILED[base.name] = ctypes.CDLL(str(library)).decide
    return _COMPILED[base.name]


_COMPILED: Final[dict[str, Any]] = {}


def prepare(base: Base, cases: Cases) -> Prepared:
    """Load the columns."""
    function = decide(base)
    columns = [np.ascontiguousarray(cases.columns[one.id]) for one in base.inputs]
    pointers = (ctypes.c_void_p * len(columns))(*(one.ctypes.data for one in columns))
    words = -(-cases.count // BLOCK) * BLOCK // 64
    arguments = (ctypes.c_long(cases.count), ctypes.c_long(words), pointers)

    def run() -> Any:
        out = np.empty((len(base.rules), words), dtype=np.uint64)
        assert columns  # kept as long as the pointers are
        function(*arguments, ctypes.c_void_p(out.ctypes.data))
        return out

    def bits(out: Any, count: int) -> Any:
        return np.unpackbits(out.view(np.uint8), axis=1, count=count, bitorder="little").astype(bool)

    def counts(out: Any) -> tuple[list[int], list[int]]:
        held = [int(np.unpackbits(row.view(np.uint8), count=cases.count, bitorder="little").sum()) for row in out]
        return held, [0] * len(held)

    return Prepared(run, counts, lambda out, count: bits(out, count).T.tolist())


ENGINE = BatchEngine("generated C", prepare, "bit planes, one thread, `gcc -O3 -march=native`, AVX2 intrinsics")
