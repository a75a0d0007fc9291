/* Computes the features of lines, with the same results as the Python code in shape.py, reading.py and forms.py, which
   runs where this file was not compiled.

   Weights of words are multiples of a quarter, so their sums are exact in any order. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#define TABLE "worker.residue._shape.table"
#include "words.h"

enum { MAX_CLASSES = 64, MAX_GROUPS = 64, MAX_PARTS = 2048, MOST_MASKS = 1 << 14, MOST_WORDS = 1 << 16 };

/* A mask of a combination. The last one of a combination, and of a class, is marked as such. */
typedef struct {
    Mask mask;
    uint64_t ends; /* 0, 1: the combination, 2: the class, too */
} Part;

typedef struct {
    Part parts[MAX_PARTS];
    size_t count;
} Combos;

/* Masks that Python names, in the order of `_named` in shape.py. */
enum { GRAMMAR, PLAIN, NUMERIC, FUNCTION, STRONG, TOLD, DEIXIS, COMMON, NOT, NUMBER, HEADS, CREDITS, STAMP, STAMP_WORDS,
       CALL, OBJECT, FORM_GRAMMAR, RIGHTS, ADDRESS, ARTICLE, ORIGINAL, NAMED };

static struct {
    size_t concepts, classes, groups;
    Mask named[NAMED], core[MAX_CLASSES], explained[MAX_CLASSES], group[MAX_GROUPS];
    Combos candidates, telling;
} rules;

static PyObject *known_masks; /* int: its 16 bytes */
static PyObject *is_capital, *is_small, *is_shout;

/* For each class, whether a line with these concepts has one of its combinations. */
static void find_classes(const Combos *combos, Mask mask, uint8_t *found) {
    int of_combo = 1, of_class = 0;
    for (size_t at = 0, number = 0; at < combos->count; at++) {
        of_combo &= meets(combos->parts[at].mask, mask);
        if (!combos->parts[at].ends) continue;
        of_class |= of_combo;
        of_combo = 1;
        if (combos->parts[at].ends == 1) continue;
        found[number++] = (uint8_t)of_class;
        of_class = 0;
    }
}

/* -- Objects of Python ------------------------------------------------------------------------------------------- */

/* Takes over the reference to an int. */
static int take_mask(PyObject *object, Mask *mask) {
    if (!object) return -1;
    PyObject *bytes = PyDict_GetItemWithError(known_masks, object);
    Py_XINCREF(bytes);
    if (!bytes && !PyErr_Occurred()) {
        bytes = PyObject_CallMethod(object, "to_bytes", "is", (int)sizeof *mask, "little");
        if (bytes && PyDict_Size(known_masks) >= MOST_MASKS) PyDict_Clear(known_masks);
        if (bytes && PyDict_SetItem(known_masks, object, bytes)) Py_CLEAR(bytes);
    }
    const int is_sound = bytes && PyBytes_Check(bytes) && PyBytes_Size(bytes) == (Py_ssize_t)sizeof *mask;
    if (is_sound) *mask = mask_from((const uint8_t *)PyBytes_AsString(bytes));
    if (!is_sound && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a mask");
    Py_XDECREF(bytes);
    Py_DECREF(object);
    return is_sound ? 0 : -1;
}

/* Whether an attribute is true; -1 with an error set. */
static int is(PyObject *word, PyObject *attribute) {
    PyObject *value = PyObject_GetAttr(word, attribute);
    const int truth = value ? PyObject_IsTrue(value) : -1;
    Py_XDECREF(value);
    return truth;
}

static int get_float(PyObject *sequence, Py_ssize_t at, double *number) {
    PyObject *item = PySequence_GetItem(sequence, at);
    *number = item ? PyFloat_AsDouble(item) : 0;
    Py_XDECREF(item);
    return PyErr_Occurred() ? -1 : 0;
}

/* -- Lines as read here ------------------------------------------------------------------------------------------ */

typedef struct { float *at; size_t step; } Column; /* the step goes from one feature of a line to the next */

static void put(Column *out, double number) {
    *out->at = (float)number;
    out->at += out->step;
}

static void put_all(Column *out, const double *numbers, size_t count) {
    for (size_t at = 0; at < count; at++) put(out, numbers[at]);
}

#include "reading.h"
#include "forms.h"

/* The fields of a `Reading` that count here. */
enum { WORDS = 3, MASKS = 4, WEIGHTS = 5, MASK = 6, SPLIT = 7, REST = 8 };

/* -- One line ---------------------------------------------------------------------------------------------------- */

/* Sums over the words of a line: weighted, or (as the name says) their number. */
typedef struct {
    double total, core[MAX_CLASSES], explained[MAX_CLASSES], known, worded, function, strong;
    double n_explained[MAX_CLASSES], n_small_left[MAX_CLASSES], n_told, n_deixis, n_common, n_not;
    double n_small_unknown, n_capital_unknown, n_numbers, n_capital, n_small, n_shout;
    Py_ssize_t length, split, of_rest; /* words: of the line or its head, before the separator, after a head */
    Mask whole, first, last, first_telling, head, tail;
    double tail_unknown, tail_small, tail_told, head_unknown;
    int has_first_telling;
} Line;

static void add_tail(Line *line, Mask mask, int small) {
    line->tail = both(line->tail, mask);
    line->tail_unknown += is_empty(mask);
    line->tail_small += small && is_empty(mask);
    line->tail_told += meets(mask, rules.named[TOLD]);
}

static void add_word(Line *line, Py_ssize_t at, Mask mask, double weight, int capital, int small, int shout) {
    const Mask *named = rules.named;
    const int unknown = is_empty(mask), numeric = meets(mask, named[NUMERIC]);
    if (!at) line->first = mask;
    line->last = mask;
    if (!line->has_first_telling && !meets(mask, named[GRAMMAR])) {
        line->has_first_telling = 1;
        line->first_telling = mask;
    }
    line->total += weight;
    for (size_t number = 0; number < rules.classes; number++) {
        const int explained = meets(mask, rules.explained[number]);
        line->core[number] += weight * meets(mask, rules.core[number]);
        line->explained[number] += weight * explained;
        line->n_explained[number] += explained;
        line->n_small_left[number] += small && !explained;
    }
    line->known += weight * (!unknown && !numeric);
    line->worded += weight * !numeric;
    line->function += weight * meets(mask, named[FUNCTION]);
    line->strong += weight * meets(mask, named[STRONG]);
    line->n_numbers += numeric;
    line->n_told += meets(mask, named[TOLD]);
    line->n_deixis += meets(mask, named[DEIXIS]);
    line->n_common += meets(mask, named[COMMON]);
    line->n_not += meets(mask, named[NOT]);
    line->n_small_unknown += unknown && small;
    line->n_capital_unknown += unknown && capital;
    line->n_capital += capital;
    line->n_small += small;
    line->n_shout += shout;
    if (line->of_rest || at < line->split) {
        line->head = both(line->head, mask);
        line->head_unknown += unknown;
    } else
        add_tail(line, mask, small);
}

static int read_words(Line *line, PyObject *words, PyObject *masks, PyObject *weights) {
    for (Py_ssize_t at = 0; at < line->length; at++) {
        Mask mask;
        double weight;
        PyObject *word = PySequence_GetItem(words, at);
        const int capital = word ? is(word, is_capital) : -1, small = word ? is(word, is_small) : -1;
        const int shout = word ? is(word, is_shout) : -1;
        Py_XDECREF(word);
        if (capital < 0 || small < 0 || shout < 0 || take_mask(PySequence_GetItem(masks, at), &mask) ||
            get_float(weights, at, &weight))
            return -1;
        add_word(line, at, mask, weight, capital, small, shout);
    }
    return 0;
}

static int read_rest(Line *line, PyObject *rest) {
    for (Py_ssize_t at = 0; at < line->of_rest; at++) {
        Mask mask;
        PyObject *pair = PySequence_GetItem(rest, at), *word = pair ? PySequence_GetItem(pair, 0) : NULL;
        const int small = word ? is(word, is_small) : -1;
        const int failed = small < 0 || take_mask(PySequence_GetItem(pair, 1), &mask);
        Py_XDECREF(word);
        Py_XDECREF(pair);
        if (failed) return -1;
        add_tail(line, mask, small);
    }
    return 0;
}

static int read_line(Line *line, PyObject *reading) {
    PyObject *part[10];
    memset(line, 0, sizeof *line);
    if (!PyArg_UnpackTuple(reading, "reading", 10, 10, &part[0], &part[1], &part[2], &part[3], &part[4], &part[5], &part[6],
                           &part[7], &part[8], &part[9]))
        return -1;
    line->length = PySequence_Size(part[MASKS]);
    line->split = PyLong_AsSsize_t(part[SPLIT]);
    line->of_rest = PySequence_Size(part[REST]);
    if (PyErr_Occurred() || take_mask(Py_NewRef(part[MASK]), &line->whole)) return -1;
    const Py_ssize_t head = line->of_rest ? line->length : line->split;
    if (!line->length || (line->split && (head < 1 || line->length - head + line->of_rest < 1))) {
        PyErr_SetString(PyExc_ValueError, "a line or a part of it without words");
        return -1;
    }
    return read_words(line, part[WORDS], part[MASKS], part[WEIGHTS]) || read_rest(line, part[REST]) ? -1 : 0;
}

/* -- The features of a line -------------------------------------------------------------------------------------- */
enum { OF_BEST = 6, SHARES = 18, OF_SPLIT = 8 }; /* how many features these are */

/* Quotients are computed as numpy does it: from two float32. */
static float share(double part, double whole) { return (float)part / (float)whole; }

static void put_concepts(Column *out, const Line *line) {
    for (size_t bit = 0; bit < rules.concepts; bit++) put(out, bit_of(line->whole, bit));
    const Mask *places[] = {&line->first, &line->last, &line->head, &line->tail};
    for (size_t place = 0; place < 4; place++)
        for (size_t group = 0; group < rules.groups; group++) put(out, meets(*places[place], rules.group[group]));
}

/* Returns the number of classes that the line may belong to. */
static int put_classes(Column *out, const Line *line) {
    uint8_t may_be[MAX_CLASSES] = {0}, telling[MAX_CLASSES] = {0};
    float core[MAX_CLASSES], explained[MAX_CLASSES], most_core = 0, most_explained = 0, most = -1;
    size_t best = 0;
    int tells = 0, classes = 0;
    find_classes(&rules.candidates, line->whole, may_be);
    find_classes(&rules.telling, line->whole, telling);
    for (size_t number = 0; number < rules.classes; number++) {
        core[number] = share(line->core[number], line->total) * (float)may_be[number];
        explained[number] = share(line->explained[number], line->total) * (float)may_be[number];
        const float both = core[number] + 2 * explained[number];
        if (both > most) {
            most = both;
            best = number;
        }
        if (core[number] > most_core) most_core = core[number];
        if (explained[number] > most_explained) most_explained = explained[number];
        tells |= telling[number];
        classes += may_be[number];
    }
    for (size_t number = 0; number < rules.classes; number++) put(out, may_be[number]);
    for (size_t number = 0; number < rules.classes; number++) put(out, telling[number]);
    put(out, tells);
    for (size_t number = 0; number < rules.classes; number++) put(out, core[number]);
    for (size_t number = 0; number < rules.classes; number++) put(out, explained[number]);
    const double of_best[OF_BEST] = {
        most_core, most_explained, (double)line->length - line->n_explained[best], line->n_small_left[best],
        meets(line->first_telling, rules.core[best]), meets(line->last, rules.core[best]),
    };
    put_all(out, of_best, OF_BEST);
    return classes;
}

static void put_shares(Column *out, const Line *line, int classes) {
    const double words = line->worded > 1 ? line->worded : 1, cased = line->n_capital + line->n_small;
    int kinds = 0;
    for (size_t bit = 0; bit < rules.concepts; bit++) kinds += bit_of(line->whole, bit);
    const double numbers[SHARES] = {
        line->n_told, share(line->n_told, line->total), line->n_deixis, share(line->n_common, line->total), line->n_not,
        meets(line->first, rules.named[PLAIN]), classes, words, share(line->known, words), share(line->function, words),
        share(line->strong, words), kinds, words - line->known, line->n_small_unknown, line->n_capital_unknown,
        line->n_numbers, line->n_shout > cased / 2 && !line->n_small && cased > 0,
        share(line->n_capital, cased > 1 ? cased : 1),
    };
    put_all(out, numbers, SHARES);
}

static void put_split(Column *out, const Line *line) {
    const double head = (double)(line->of_rest ? line->length : line->split);
    const double tail = (double)(line->of_rest ? line->of_rest : line->length - line->split);
    const double numbers[OF_SPLIT] = {1, head, 1 - line->head_unknown / head, tail, 1 - line->tail_unknown / tail,
                                      line->tail_unknown, line->tail_small, line->tail_told};
    const double none[OF_SPLIT] = {0};
    put_all(out, line->split ? numbers : none, OF_SPLIT);
}

static size_t count_features(void) {
    return rules.concepts + 4 * rules.groups + 4 * rules.classes + 1 + OF_BEST + SHARES + OF_SPLIT + FORMS + MARKS;
}

/* Sums up a line that was read here. */
static void sum_up(Line *line, const Reading *reading) {
    memset(line, 0, sizeof *line);
    line->of_rest = (Py_ssize_t)reading->of_rest;
    line->length = (Py_ssize_t)(reading->count - reading->of_rest);
    line->split = (Py_ssize_t)reading->split;
    for (Py_ssize_t at = 0; at < (Py_ssize_t)reading->count; at++) {
        const Token *token = &reading->token[at];
        const int small = (token->flags & IS_SMALL) != 0;
        if (at >= line->length) {
            add_tail(line, token->mask, small);
            continue;
        }
        line->whole = both(line->whole, token->mask);
        add_word(line, at, token->mask, 1, (token->flags & IS_CAPITAL) != 0, small, (token->flags & IS_SHOUT) != 0);
    }
}

/* Writes numbers of Python. */
static int put_numbers(Column *out, PyObject *numbers, Py_ssize_t count) {
    double number;
    if (PySequence_Size(numbers) != count) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "not the features of a line");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        if (get_float(numbers, at, &number)) return -1;
        put(out, number);
    }
    return 0;
}

static void put_words(Column *out, const Line *line) {
    put_concepts(out, line);
    const int classes = put_classes(out, line);
    put_shares(out, line, classes);
    put_split(out, line);
}

/* How a line was read: `Read` in shape.py. */
typedef struct {
    int language;
    Py_ssize_t of_rest;
} How;

/* Writes what a `Reading` of Python says, and its form and marks. */
static int put_reading(Column *out, const Source *source, PyObject *text, How *how) {
    Line line;
    PyObject *reading, *numbers, *said = PyObject_CallMethod(source->reader, "described", "O", text);
    int failed = !said || !PyTuple_Check(said) || !PyArg_ParseTuple(said, "OiO", &reading, &how->language, &numbers);
    if (failed && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a tuple");
    failed = failed || read_line(&line, reading);
    if (!failed) put_words(out, &line);
    if (!failed) how->of_rest = line.of_rest;
    failed = failed || put_numbers(out, numbers, FORMS + MARKS);
    Py_XDECREF(said);
    return failed ? -1 : 0;
}

/* Writes the features of a line, except for its place. */
static int put_text(Column *out, const Source *source, Reading *reading, PyObject *text, How *how) {
    Line line;
    int found = source->table ? read_text(reading, source, text) : 0;
    if (found > 0) {
        *how = (How){reading->language, (Py_ssize_t)reading->of_rest};
        sum_up(&line, reading);
        put_words(out, &line);
        if (put_forms(out, reading, source, text, line.whole) || put_marks(out, reading, source)) found = -1;
    }
    if (source->table) Py_XDECREF(reading->tokens);
    return found ? (found < 0 ? -1 : 0) : put_reading(out, source, text, how);
}

static int fill_all(Py_buffer *rows, Py_buffer *hows, const Source *source, Reading *reading, PyObject *texts,
                    PyObject *places) {
    const Py_ssize_t count = PySequence_Size(texts), own = (Py_ssize_t)count_features();
    How how;
    if (count < 0) return -1;
    if (!count || !rules.classes || rows->len % (4 * count) || rows->len / 4 / count < own || hows->len != 8 * count) {
        PyErr_SetString(PyExc_ValueError, "not the features of these lines");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        if (source->table && make_room(source->table, MOST_WORDS)) return -1;
        PyObject *text = PySequence_GetItem(texts, at), *place = text ? PySequence_GetItem(places, at) : NULL;
        Column column = {(float *)rows->buf + at, (size_t)count};
        const int failed = !place || put_text(&column, source, reading, text, &how) ||
                           put_numbers(&column, place, rows->len / 4 / count - own);
        Py_XDECREF(text);
        Py_XDECREF(place);
        if (failed) return -1;
        ((int32_t *)hows->buf)[at] = how.language;
        ((int32_t *)hows->buf)[count + at] = (int32_t)how.of_rest;
    }
    return 0;
}

/* fill(rows, hows, table, reader, own, english, texts, places): write the features of each text, a line of an article in
   the language with the number `own`, to its column of `rows`, which is C-contiguous float32: features x lines. The
   language in which it was read, and the number of words after its head, go to `hows`, int32: 2 x lines. */
static PyObject *fill(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *object, *other, *capsule, *texts, *places;
    Py_buffer rows, hows;
    Source source;
    Reading *reading;
    int own, english;
    if (!PyArg_ParseTuple(args, "OOOOiiOO", &object, &other, &capsule, &source.reader, &own, &english, &texts, &places))
        return NULL;
    Table *table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return NULL;
    if (own < 0 || own >= MOST_LANGUAGES || english < 0 || english >= MOST_LANGUAGES)
        return PyErr_Format(PyExc_ValueError, "not the number of a language");
    if (!(reading = PyMem_Malloc(sizeof *reading))) return PyErr_NoMemory();
    if (PyObject_GetBuffer(object, &rows, PyBUF_WRITABLE)) {
        PyMem_Free(reading);
        return NULL;
    }
    if (PyObject_GetBuffer(other, &hows, PyBUF_WRITABLE)) {
        PyBuffer_Release(&rows);
        PyMem_Free(reading);
        return NULL;
    }
    source.table = table->busy ? NULL : table;
    if (source.table) table->busy = 1;
    reading->own = own;
    reading->english = english;
    const int failed = fill_all(&rows, &hows, &source, reading, texts, places);
    if (source.table) table->busy = 0;
    PyBuffer_Release(&hows);
    PyBuffer_Release(&rows);
    PyMem_Free(reading);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* Takes over combinations, which must be those of so many classes. */
static int take_combos(Combos *combos, const char *bytes, Py_ssize_t size, size_t classes) {
    size_t ends = 0;
    const int fits = size <= (Py_ssize_t)sizeof combos->parts && size % (Py_ssize_t)sizeof(Part) == 0;
    combos->count = fits ? (size_t)size / sizeof(Part) : 0;
    memcpy(combos->parts, bytes, combos->count * sizeof(Part));
    for (size_t at = 0; at < combos->count; at++) ends += combos->parts[at].ends == 2;
    if (ends == classes) return 0;
    combos->count = 0;
    PyErr_SetString(PyExc_ValueError, "not the combinations of the classes");
    return -1;
}

/* bind(concepts, named, core, explained, groups, candidates, telling): take over the number of concepts, masks of 16
   bytes each, and combinations of 24 bytes for each mask. Returns how many features `fill` computes itself. */
static PyObject *bind(PyObject *self, PyObject *args) {
    (void)self;
    const char *bytes[6];
    Py_ssize_t concepts, size[6];
    if (!PyArg_ParseTuple(args, "ny#y#y#y#y#y#", &concepts, &bytes[0], &size[0], &bytes[1], &size[1], &bytes[2], &size[2],
                          &bytes[3], &size[3], &bytes[4], &size[4], &bytes[5], &size[5]))
        return NULL;
    if (concepts < 1 || concepts > 128 || size[0] != sizeof rules.named || size[1] > (Py_ssize_t)sizeof rules.core ||
        size[1] % 16 || size[2] != size[1] || size[3] > (Py_ssize_t)sizeof rules.group || size[3] % 16) {
        PyErr_SetString(PyExc_ValueError, "not the masks of the classes");
        return NULL;
    }
    const size_t classes = (size_t)size[1] / 16;
    if (take_combos(&rules.candidates, bytes[4], size[4], classes) ||
        take_combos(&rules.telling, bytes[5], size[5], classes))
        return NULL;
    rules.concepts = (size_t)concepts;
    rules.classes = classes;
    rules.groups = (size_t)size[3] / 16;
    Mask *masks[] = {rules.named, rules.core, rules.explained, rules.group};
    for (int at = 0; at < 4; at++) memcpy(masks[at], bytes[at], (size_t)size[at]);
    return PyLong_FromSize_t(count_features());
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"fill", fill, METH_VARARGS, NULL},
    {"table", new_table, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_shape", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__shape(void) {
    PyObject *self = PyModule_Create(&module);
    known_masks = PyDict_New();
    is_capital = PyUnicode_InternFromString("is_capital");
    is_small = PyUnicode_InternFromString("is_small");
    is_shout = PyUnicode_InternFromString("is_shout");
    if (self && (!known_masks || !is_capital || !is_small || !is_shout || PyModule_AddStringConstant(self, "SOURCE", SOURCE)))
        Py_CLEAR(self);
    return self;
}
