/* Compares the words of two articles, with the same results as the Python code in match.py, profile.py, alignment.py,
   counts.py and postings.py, which runs where this file was not compiled. The steps are explained there. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { FUNCTION_WORDS = 32, SHORTEST = 4, BYTES = 256, WORD = 64, ROWS = 64, MOST = 1 << 13, PAIRS = 1 << 16 };
enum { AT_NUMBERS = 1, AT_TITLE = 2, AT_MORE = 5, HEAD = 39, ID = 16 }; /* of a record: see entries.py */
enum { MAX_NUMBERS = 128, MAX_TITLE = 34, MAX_WORDS = 2048 };
enum { CANDIDATES = 3, PARTS = 6, SMALL = 4, LONG = 8 };
static const double LEAST_ORDER = 0.24, LOW_ORDER = 0.45, LEAST_NUMBERS = 0.6, NO_NUMBERS = 0.7, DIAGONAL = 0.06;
static const double LEAST_WORTH = 0.7, LEAST_SHARE = 0.2;

typedef struct {
    const uint8_t *byte;
    Py_ssize_t size;
} Bytes;

/* -- Common subsequences ----------------------------------------------------------------------------------------- */

/* For each byte, the places in an article at which it stands, one bit each. NULL without memory. */
static uint64_t *places_of(Bytes words, size_t width) {
    uint64_t *places = PyMem_Calloc(BYTES * width, sizeof *places);
    for (Py_ssize_t at = 0; places && at < words.size; at++)
        places[words.byte[at] * width + (size_t)at / WORD] |= (uint64_t)1 << at % WORD;
    return places;
}

/* One row of the longest common subsequence (Hyyrö 2004): a bit is 0 where the sequence grows. */
static void add_row(uint64_t *row, const uint64_t *matches, size_t width) {
    unsigned __int128 sum = 0;
    for (size_t at = 0; at < width; at++) {
        const uint64_t before = row[at], both = before & matches[at];
        sum = (sum >> 64) + before + both;
        row[at] = (uint64_t)sum | (before - both);
    }
}

static size_t width_of(Py_ssize_t size) { return (size_t)(size + WORD - 1) / WORD; }

/* Whether the longest common subsequence has at least this share of the shorter article; -1 without memory. For most
   articles, that is clear before the end. */
static int has_in_common(Bytes shorter, Bytes longer, double least) {
    const size_t width = width_of(longer.size);
    uint64_t *places = places_of(longer, width), *row = PyMem_New(uint64_t, width + 1);
    int has = -1;
    if (places && row) {
        memset(row, 0xFF, width * sizeof *row);
        for (Py_ssize_t at = 0, is_clear = 0; !is_clear && at < shorter.size; at++) {
            add_row(row, places + shorter.byte[at] * width, width);
            const Py_ssize_t left = shorter.size - at - 1;
            if ((at + 1) % ROWS && left) continue;
            Py_ssize_t found = 0;
            for (size_t word = 0; word < width; word++) found += __builtin_popcountll(~row[word]);
            has = (double)found / (double)shorter.size >= least;
            is_clear = has || (double)(found + left) / (double)shorter.size < least;
        }
    }
    PyMem_Free(places);
    PyMem_Free(row);
    return has;
}

/* -- Whether a record may be a copy ------------------------------------------------------------------------------ */

typedef struct {
    Bytes numbers, sequence; /* two bytes a number */
} Record;

static unsigned number_at(Bytes numbers, Py_ssize_t at) {
    return numbers.byte[2 * at] | (unsigned)numbers.byte[2 * at + 1] << 8;
}

/* Find the parts of a record. Returns 0 if it is damaged. */
static int open_record(Bytes packed, Record *record) {
    if (packed.size < HEAD || packed.byte[0] < 1 || packed.byte[0] > 2) return 0;
    const Py_ssize_t at = HEAD + ID * packed.byte[0], numbers = 2 * packed.byte[AT_NUMBERS];
    const Py_ssize_t begin = at + numbers + packed.byte[AT_TITLE], rest = packed.size - begin;
    if (rest < 0 || packed.byte[AT_NUMBERS] > MAX_NUMBERS || packed.byte[AT_TITLE] > MAX_TITLE) return 0;
    const Py_ssize_t bits = (rest + 9) / 10, words = rest - 2 * bits; /* each word has a byte and two bits */
    if (words < 0 || words > MAX_WORDS || (words + 7) / 8 != bits) return 0;
    if ((packed.byte[AT_MORE] || packed.byte[AT_MORE + 1]) && words < MAX_WORDS) return 0;
    record->numbers = (Bytes){packed.byte + at, numbers / 2};
    record->sequence = (Bytes){packed.byte + begin, words};
    return 1;
}

/* How many numbers two articles have in common; -1 if those of one are not in ascending order. */
static Py_ssize_t common_numbers(Bytes ones, Bytes others) {
    Py_ssize_t common = 0, other = 0;
    for (Py_ssize_t at = 1; at < others.size; at++)
        if (number_at(others, at - 1) >= number_at(others, at)) return -1;
    for (Py_ssize_t one = 0; one < ones.size; one++) {
        while (other < others.size && number_at(others, other) < number_at(ones, one)) other++;
        common += other < others.size && number_at(others, other) == number_at(ones, one);
    }
    return common;
}

/* Write the content words among these words, and return how many there are. */
static Py_ssize_t filter(Bytes words, uint8_t *content) {
    Py_ssize_t count = 0;
    for (Py_ssize_t at = 0; at < words.size; at++) {
        content[count] = words.byte[at];
        count += words.byte[at] >= FUNCTION_WORDS;
    }
    return count;
}

/* content(sequence) returns the content words of an article. */
static PyObject *call_content(PyObject *self, PyObject *args) {
    (void)self;
    Bytes words;
    if (!PyArg_ParseTuple(args, "y#", &words.byte, &words.size)) return NULL;
    if (words.size > MAX_WORDS) return PyErr_SetString(PyExc_ValueError, "too many words"), NULL;
    uint8_t content[MAX_WORDS];
    return PyBytes_FromStringAndSize((char *)content, filter(words, content));
}

/* Whether a record must be compared in full: it may be a copy, or it may be damaged. Returns -1 without memory. */
static int may_match(Bytes content, Bytes numbers, Bytes packed) {
    Record old;
    if (!open_record(packed, &old)) return 1;
    uint8_t filtered[MAX_WORDS];
    const Bytes other = {filtered, filter(old.sequence, filtered)};
    const int is_longer = other.size > content.size;
    const Bytes shorter = is_longer ? content : other;
    if (shorter.size < SHORTEST) return 0;
    const Py_ssize_t common = common_numbers(numbers, old.numbers);
    const Py_ssize_t fewer = numbers.size < old.numbers.size ? numbers.size : old.numbers.size;
    if (common < 0) return 1;
    const double agree = fewer ? (double)(common + 1) / (double)(fewer + 1) : NO_NUMBERS;
    if ((fewer >= 10 && agree < 0.36) || (fewer >= 4 && agree < 0.22)) return 0;
    return has_in_common(shorter, is_longer ? other : content, agree < LEAST_NUMBERS ? LOW_ORDER : LEAST_ORDER);
}

/* may_match(content, numbers, records) returns, for each record, whether it must be compared in full. In place of a record
   may be None. `numbers` has the numbers in ascending order, two bytes each. */
static PyObject *call_may_match(PyObject *self, PyObject *args) {
    (void)self;
    Bytes content, numbers, packed;
    PyObject *records, *result;
    if (!PyArg_ParseTuple(args, "y#y#O!", &content.byte, &content.size, &numbers.byte, &numbers.size, &PyList_Type,
                          &records) ||
        !(result = PyList_New(0)))
        return NULL;
    numbers.size /= 2;
    for (Py_ssize_t at = 0; at < PyList_Size(records); at++) {
        PyObject *record = PyList_GetItem(records, at);
        int may = 0;
        if (PyBytes_Check(record)) {
            packed = (Bytes){(const uint8_t *)PyBytes_AsString(record), PyBytes_Size(record)};
            if ((may = may_match(content, numbers, packed)) < 0) PyErr_NoMemory();
        }
        if (may < 0 || PyList_Append(result, may ? Py_True : Py_False)) {
            Py_DECREF(result);
            return NULL;
        }
    }
    return result;
}

/* -- Alignment --------------------------------------------------------------------------------------------------- */

typedef struct {
    Py_ssize_t new, old, size;
} Block;

/* The stretches in common, last one first, as rapidfuzz finds them. Returns how many there are; -1 without memory. */
static Py_ssize_t find_blocks(Bytes new, Bytes old, Block *blocks) {
    Py_ssize_t count = 0, before = 0, after = 0, shorter = new.size < old.size ? new.size : old.size;
    while (before < shorter && new.byte[before] == old.byte[before]) before++;
    while (after < shorter - before && new.byte[new.size - 1 - after] == old.byte[old.size - 1 - after]) after++;
    const Bytes rest = {new.byte + before, new.size - before - after};
    Py_ssize_t at_new = rest.size, at_old = old.size - before - after;
    const size_t width = width_of(rest.size), rows = (size_t)at_old;
    uint64_t *places = places_of(rest, width), *row = PyMem_New(uint64_t, width * rows + 1);
    if (places && row) {
        for (size_t at = 0; at < rows; at++) {
            uint64_t *here = row + at * width;
            if (at) memcpy(here, here - width, width * sizeof *row);
            else memset(here, 0xFF, width * sizeof *row);
            add_row(here, places + old.byte[before + (Py_ssize_t)at] * width, width);
        }
#define GROWS(old_at, new_at) (!(row[(size_t)(old_at) * width + (size_t)(new_at) / WORD] >> (new_at) % WORD & 1))
        Block open = {new.size - after, old.size - after, after};
        while (at_new && at_old) {
            if (!GROWS(at_old - 1, at_new - 1)) at_new--;
            else if (--at_old && GROWS(at_old - 1, at_new - 1)) {}
            else {
                at_new--;
                if (open.size && open.new == before + at_new + 1 && open.old == before + at_old + 1)
                    open = (Block){open.new - 1, open.old - 1, open.size + 1};
                else {
                    if (open.size) blocks[count++] = open;
                    open = (Block){before + at_new, before + at_old, 1};
                }
            }
        }
        if (before && open.size && open.new == before && open.old == before) open = (Block){0, 0, open.size + before};
        else if (before) {
            if (open.size) blocks[count++] = open;
            open = (Block){0, 0, before};
        }
        if (open.size) blocks[count++] = open;
    } else
        count = -1;
    PyMem_Free(places);
    PyMem_Free(row);
    return count;
}

static int name_at(Bytes names, Py_ssize_t at) {
    return at / 8 < names.size && names.byte[at / 8] >> (7 - at % 8) & 1;
}

static Py_ssize_t names_in(Bytes names, Py_ssize_t begin, Py_ssize_t end) {
    Py_ssize_t count = 0;
    for (Py_ssize_t at = begin; at < end; at++) count += name_at(names, at);
    return count;
}

typedef struct {
    Py_ssize_t matched, longest, second_part, in_place, verbatim, swaps, renamed, names, nameless;
} Alignment;

/* What `align` counts along the blocks, which are in reverse order. */
static Alignment walk(const Block *blocks, Py_ssize_t count, Bytes new, Bytes old, Bytes names_new, Bytes names_old) {
    Alignment found = {0};
    Py_ssize_t by_part[PARTS] = {0}, alone_new = 0, alone_old = 0, end_new = 0, end_old = 0;
    const int new_is_shorter = new.size <= old.size;
    const double scale_new = 0.5 / (double)new.size, scale_old = 0.5 / (double)old.size;
    for (Py_ssize_t at = count - 1; at >= -1; at--) {
        const Block block = at < 0 ? (Block){new.size, old.size, 0} : blocks[at];
        const Py_ssize_t gap_new = block.new - end_new, gap_old = block.old - end_old;
        if (0 < gap_new && gap_new <= SMALL && 0 < gap_old && gap_old <= SMALL) {
            found.swaps++;
            found.renamed += names_in(names_new, end_new, block.new) && names_in(names_old, end_old, block.old);
        }
        found.nameless += new_is_shorter ? names_in(names_new, end_new, block.new)
                                         : names_in(names_old, end_old, block.old);
        alone_new += gap_new, alone_old += gap_old;
        end_new = block.new + block.size, end_old = block.old + block.size;
        if (block.size == 1) alone_new++, alone_old++;
        else {
            const Py_ssize_t alone = alone_new < alone_old ? alone_new : alone_old;
            if (alone > found.longest) found.longest = alone;
            alone_new = alone_old = 0;
            if (block.size >= LONG) found.verbatim += block.size;
        }
        found.matched += block.size;
        const double place = (double)(block.new + end_new) * scale_new;
        const double moved = place - (double)(block.old + end_old) * scale_old;
        if (block.size && -DIAGONAL < moved && moved < DIAGONAL) {
            const int part = (int)(place * PARTS);
            found.in_place += block.size;
            by_part[part < PARTS ? part : PARTS - 1] += block.size;
        }
    }
    int worst = 0;
    for (int part = 1; part < PARTS; part++) worst = by_part[part] < by_part[worst] ? part : worst;
    found.second_part = by_part[worst ? 0 : 1];
    for (int part = 0; part < PARTS; part++)
        if (part != worst && by_part[part] < found.second_part) found.second_part = by_part[part];
    const Bytes names = new_is_shorter ? names_new : names_old;
    for (Py_ssize_t at = 0; at < names.size; at++) found.names += __builtin_popcount(names.byte[at]);
    return found;
}

/* align(new, old, names_new, names_old) returns the blocks, with the empty one at the end, and the counts of `Alignment`
   above. The names are packed as in `Words`. */
static PyObject *call_align(PyObject *self, PyObject *args) {
    (void)self;
    Bytes new, old, names_new, names_old;
    if (!PyArg_ParseTuple(args, "y#y#y#y#", &new.byte, &new.size, &old.byte, &old.size, &names_new.byte,
                          &names_new.size, &names_old.byte, &names_old.size))
        return NULL;
    if (!new.size || !old.size || new.size > MOST || old.size > MOST)
        return PyErr_SetString(PyExc_ValueError, "no words, or too many"), NULL;
    Block *blocks = PyMem_New(Block, (size_t)new.size + 1);
    const Py_ssize_t count = blocks ? find_blocks(new, old, blocks) : -1;
    PyObject *list = count < 0 ? PyErr_NoMemory() : PyList_New(count + 1), *result = NULL;
    for (Py_ssize_t at = 0; list && at <= count; at++) {
        const Block block = at < count ? blocks[count - 1 - at] : (Block){new.size, old.size, 0};
        PyObject *tuple = Py_BuildValue("nnn", block.new, block.old, block.size);
        if (!tuple || PyList_SetItem(list, at, tuple)) Py_CLEAR(list);
    }
    if (list) {
        const Alignment found = walk(blocks, count, new, old, names_new, names_old);
        result = Py_BuildValue("Nnnnnnnnnn", list, found.matched, found.longest, found.second_part, found.in_place,
                               found.verbatim, found.swaps, found.renamed, found.names, found.nameless);
    }
    PyMem_Free(blocks);
    return result;
}

/* -- Pairs of words ---------------------------------------------------------------------------------------------- */

static unsigned pair_at(Bytes content, Py_ssize_t at) {
    return (unsigned)content.byte[at] << 8 | content.byte[at + 1];
}

/* For each pair of an article, whether another article has it, one byte each. */
static PyObject *shared(Bytes ones, Bytes others) {
    uint8_t has[PAIRS / 8] = {0};
    for (Py_ssize_t at = 0; at + 1 < others.size; at++) {
        const unsigned pair = pair_at(others, at);
        has[pair / 8] |= (uint8_t)(1 << pair % 8);
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, ones.size > 1 ? ones.size - 1 : 0);
    char *chosen = result ? PyBytes_AsString(result) : NULL;
    for (Py_ssize_t at = 0; chosen && at + 1 < ones.size; at++) {
        const unsigned pair = pair_at(ones, at);
        chosen[at] = has[pair / 8] >> pair % 8 & 1;
    }
    return result;
}

/* shared_pairs(content, other) returns for each pair of the first article whether the second one has it. */
static PyObject *call_shared_pairs(PyObject *self, PyObject *args) {
    (void)self;
    Bytes content, other;
    if (!PyArg_ParseTuple(args, "y#y#", &content.byte, &content.size, &other.byte, &other.size)) return NULL;
    return shared(content, other);
}

/* count_pairs(content, counts, own) adds 1 to both counts of each pair that an article has, however often it has it. `counts`
   and `own` have two bytes for each possible pair. Returns how many different pairs the article has. */
static PyObject *call_count_pairs(PyObject *self, PyObject *args) {
    (void)self;
    Bytes content;
    PyObject *object, *own_object;
    Py_buffer counts, own;
    uint8_t has[PAIRS / 8] = {0};
    Py_ssize_t distinct = 0;
    if (!PyArg_ParseTuple(args, "y#OO", &content.byte, &content.size, &object, &own_object) ||
        PyObject_GetBuffer(object, &counts, PyBUF_WRITABLE))
        return NULL;
    if (PyObject_GetBuffer(own_object, &own, PyBUF_WRITABLE)) return PyBuffer_Release(&counts), NULL;
    if (counts.len != 2 * PAIRS || own.len != 2 * PAIRS)
        PyErr_SetString(PyExc_ValueError, "not the counts of all pairs");
    else
        for (Py_ssize_t at = 0; at + 1 < content.size; at++) {
            const unsigned pair = pair_at(content, at);
            if (has[pair / 8] >> pair % 8 & 1) continue;
            has[pair / 8] |= (uint8_t)(1 << pair % 8);
            ((uint16_t *)counts.buf)[pair]++, ((uint16_t *)own.buf)[pair]++;
            distinct++;
        }
    PyBuffer_Release(&own);
    PyBuffer_Release(&counts);
    return PyErr_Occurred() ? NULL : PyLong_FromSsize_t(distinct);
}

/* -- Candidates -------------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t number;
    double score; /* 0: no record */
} Scored;

/* Add the worth of a key to the score of a record. The table has a power of two of slots, at most half of them used. */
static void add_score(Scored *table, size_t slots, uint32_t number, double worth) {
    size_t slot = number * 0x9E3779B1u % slots;
    while (table[slot].score > 0 && table[slot].number != number) slot = (slot + 1) % slots;
    table[slot].number = number;
    table[slot].score += worth;
}

/* Add the worth of each key to the scores of its holders. Returns 0 with an exception. */
static int add_scores(PyObject *holders, Scored *table, size_t slots) {
    for (Py_ssize_t at = 0, keys = PyList_Size(holders); at < keys; at++) {
        PyObject *numbers = PyList_GetItem(holders, at);
        const Py_ssize_t count = PyTuple_Size(numbers);
        const double worth = 1 / sqrt((double)count);
        for (Py_ssize_t place = 0; place < count; place++) {
            const unsigned long number = PyLong_AsUnsignedLong(PyTuple_GetItem(numbers, place));
            if (number > UINT32_MAX) return PyErr_Occurred() ? 0 : (PyErr_SetString(PyExc_ValueError, "no record"), 0);
            add_score(table, slots, (uint32_t)number, worth);
        }
    }
    return 1;
}

/* The records with the highest scores, best first; of equal ones, that with the lower number. */
static PyObject *best_of(const Scored *table, size_t slots) {
    Scored best[CANDIDATES] = {{0}};
    for (size_t slot = 0; slot < slots; slot++) {
        Scored next = table[slot];
        if (next.score < LEAST_WORTH) continue;
        for (int at = 0; at < CANDIDATES; at++) {
            const Scored here = best[at];
            if (here.score > next.score || (here.score == next.score && here.number < next.number)) continue;
            best[at] = next, next = here;
        }
    }
    PyObject *numbers = PyList_New(0);
    for (int at = 0; numbers && at < CANDIDATES; at++) {
        if (best[at].score == 0 || best[at].score < best[0].score * LEAST_SHARE) break;
        PyObject *number = PyLong_FromUnsignedLong(best[at].number);
        if (!number || PyList_Append(numbers, number)) Py_CLEAR(numbers);
        Py_XDECREF(number);
    }
    return numbers;
}

/* best(holders) returns the numbers of the records that hold the rarest keys. `holders` is a list with a tuple for each
   key: the numbers of the records that hold it. */
static PyObject *call_best(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *holders, *result = NULL;
    if (!PyArg_ParseTuple(args, "O!", &PyList_Type, &holders)) return NULL;
    size_t slots = 64, count = 0;
    for (Py_ssize_t at = 0; at < PyList_Size(holders); at++) {
        const Py_ssize_t size = PyTuple_Size(PyList_GetItem(holders, at));
        if (size < 0) return NULL;
        count += (size_t)size;
    }
    while (slots < 2 * count) slots *= 2;
    Scored *table = PyMem_Calloc(slots, sizeof *table);
    if (!table) return PyErr_NoMemory();
    if (add_scores(holders, table, slots)) result = best_of(table, slots);
    PyMem_Free(table);
    return result;
}

static PyMethodDef methods[] = {
    {"best", call_best, METH_VARARGS, NULL},
    {"align", call_align, METH_VARARGS, NULL},
    {"content", call_content, METH_VARARGS, NULL},
    {"count_pairs", call_count_pairs, METH_VARARGS, NULL},
    {"may_match", call_may_match, METH_VARARGS, NULL},
    {"shared_pairs", call_shared_pairs, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_compare", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__compare(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
