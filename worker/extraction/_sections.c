/* Finds the doubtful sections of a page and their features, with the same results as `_read_in_python` in sections.py,
   which runs where this file was not compiled: the same sums in the same order. The time is n log n in the
   number of blocks. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The columns of blocks, and those of containers from PARENT on, in the order of `_columns` in sections.py. */
enum { CONTAINER, PARENT, TAG, DEPTH, TEMPLATE, FIRST, END, COLUMNS };
enum { FEATURES = 14, MAX_TAGS = 256, IS_HEADING = 1, IS_TABLE = 2 };

/* What `bind` got from Python. */
static uint8_t kind_of_tag[MAX_TAGS];
static Py_ssize_t tag_count;
static double threshold, few_chars, share_of_best, least_best, doubtful, least_score, nowhere, most_of_article;

typedef struct {
    int64_t key, at;
} Look;

typedef struct {
    Py_ssize_t n, m, count; /* n blocks in m containers, and the sections */
    const int64_t *column[COLUMNS];
    const float *scores;
    void *arena; /* all arrays below are in it */
    double *chars, *before, *likely, *taken; /* totals over all earlier blocks, as in `_Page` */
    double *mean, *kept_share, *means;
    int64_t *edges, *which;
    Look *looks;
    uint8_t *kept, *possible;
} Page;

static double larger(double a, double b) { return a > b ? a : b; }
static int64_t above(const Page *page, Py_ssize_t at) { return page->column[PARENT][page->column[CONTAINER][at]]; }
static uint8_t kind_of(const Page *page, Py_ssize_t at) {
    return kind_of_tag[page->column[TAG][page->column[CONTAINER][at]]];
}

/* Which blocks are likely to belong to the article, and which may: `keep` in sections.py. */
static void judge_blocks(Page *page) {
    double kept_chars = 0, best = page->scores[0];
    for (Py_ssize_t at = 0; at < page->n; at++) {
        page->kept[at] = page->scores[at] > (float)threshold;
        if (page->kept[at]) kept_chars += page->chars[at];
        best = larger(best, page->scores[at]);
    }
    if (kept_chars < few_chars && best > least_best) {
        const float border = (float)(best * share_of_best < threshold ? best * share_of_best : threshold);
        for (Py_ssize_t at = 0; at < page->n; at++) page->kept[at] = page->scores[at] > border;
    }
    for (Py_ssize_t at = 0; at < page->n; at++) {
        page->possible[at] = page->kept[at] || page->scores[at] >= (float)least_score;
        page->before[at + 1] = page->before[at] + page->chars[at];
        page->likely[at + 1] = page->likely[at] + page->chars[at] * (double)page->scores[at];
        page->taken[at + 1] = page->taken[at] + page->chars[at] * page->kept[at];
    }
}

/* Whether a section ends before this block. */
static int is_edge(const Page *page, Py_ssize_t at) {
    const uint8_t kind = kind_of(page, at), last = kind_of(page, at - 1);
    if (page->kept[at] != page->kept[at - 1] || (kind & IS_HEADING) > (last & IS_HEADING)) return 1;
    return !((kind | last) & IS_TABLE) && page->column[END][above(page, at - 1)] <= at &&
           page->column[FIRST][above(page, at)] >= at;
}

static void find_sections(Page *page) {
    Py_ssize_t edges = 0;
    for (Py_ssize_t at = 0; at < page->n; at++)
        if (!at || is_edge(page, at)) page->edges[edges++] = at;
    page->edges[edges] = page->n;
    for (Py_ssize_t at = 0; at < edges; at++) {
        const int64_t first = page->edges[at], end = page->edges[at + 1];
        page->means[at] = (page->likely[end] - page->likely[first]) / (page->before[end] - page->before[first]);
        if (fabs(page->means[at] - 0.5) < doubtful) page->which[page->count++] = at;
    }
    page->means[edges] = nowhere;
}

static int compare(const void *one, const void *other) {
    const Look *a = one, *b = other;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* For each block, how all blocks that look like it were judged: `_alike` in sections.py. */
static void judge_looks(Page *page, double total) {
    for (Py_ssize_t at = 0; at < page->n; at++) {
        const int64_t *template = page->column[TEMPLATE];
        uint64_t key = (uint64_t)template[page->column[CONTAINER][at]];
        page->looks[at].key = (int64_t)(key ^ (uint64_t)template[above(page, at)] * 0x9E3779B97F4A7Cu);
        page->looks[at].at = at;
    }
    qsort(page->looks, (size_t)page->n, sizeof *page->looks, compare);
    for (Py_ssize_t first = 0, end; first < page->n; first = end) {
        double chars = 0, likely = 0, kept = 0;
        for (end = first; end < page->n && page->looks[end].key == page->looks[first].key; end++) {
            const int64_t at = page->looks[end].at;
            chars += page->chars[at];
            likely += page->chars[at] * (double)page->scores[at];
            kept += page->chars[at] * page->kept[at];
        }
        for (Py_ssize_t place = first; place < end; place++) {
            page->mean[page->looks[place].at] = likely / chars;
            page->kept_share[page->looks[place].at] = kept / total;
        }
    }
}

/* The innermost container that holds most of the article. */
static int64_t find_article(const Page *page) {
    const double all = page->taken[page->n];
    int64_t article = page->m - 1;
    while (article > 0 && !(all && page->taken[page->column[END][article]] - page->taken[page->column[FIRST][article]] >=
                                       most_of_article * all))
        article--;
    return article;
}

/* Write the features, features x sections, in the order of `NAMES`. */
static void write_features(Page *page, float *out) {
    const Py_ssize_t n = page->n, count = page->count;
    const double total = larger(page->taken[n], 1), *before = page->before, *taken = page->taken;
    const int64_t article = find_article(page), begin = page->column[FIRST][article], close = page->column[END][article];
    double kept_likely = 0;
    for (Py_ssize_t at = 0; at < n; at++) kept_likely += page->chars[at] * (double)page->scores[at] * page->kept[at];
    judge_looks(page, total);
    for (Py_ssize_t number = 0; number < count; number++) {
        const int64_t section = page->which[number], first = page->edges[section], end = page->edges[section + 1];
        const double values[FEATURES] = {
            page->means[section],
            page->means[section + 1],
            (before[end] - before[first]) / total,
            taken[first] / total,
            kept_likely / total,
            taken[n] / before[n],
            (first >= close) - (first < begin),
            (double)(page->column[DEPTH][page->column[CONTAINER][first]] - page->column[DEPTH][article]),
            ((before[first] - taken[first]) - (before[begin] - taken[begin])) / total,
            (page->likely[close] - page->likely[begin]) / (before[close] - before[begin]),
            page->mean[first],
            page->kept_share[first],
            page->mean[end - 1],
            page->kept_share[end - 1],
        };
        for (int row = 0; row < FEATURES; row++) out[row * count + number] = (float)values[row];
    }
}

/* Whether every number in the columns stays within its array. */
static int is_sound(const Page *page) {
    const int64_t n = page->n, m = page->m;
    for (int64_t at = 0; at < n; at++)
        if (page->column[CONTAINER][at] < 0 || page->column[CONTAINER][at] >= m) return 0;
    for (int64_t c = 0; c < m; c++) {
        const int64_t parent = page->column[PARENT][c], tag = page->column[TAG][c];
        const int64_t first = page->column[FIRST][c], end = page->column[END][c];
        if (parent < 0 || parent >= m || tag < 0 || tag >= tag_count || first < 0 || first > n || end < 0 || end > n)
            return 0;
    }
    return 1;
}

static int prepare(Page *page, PyObject *texts) {
    const size_t n = (size_t)page->n;
    page->arena = PyMem_Calloc(11 * n + 8, 8);
    double *next = page->arena;
    if (!next) {
        PyErr_NoMemory();
        return -1;
    }
    page->chars = next, next += n;
    page->before = next, next += n + 1;
    page->likely = next, next += n + 1;
    page->taken = next, next += n + 1;
    page->mean = next, next += n;
    page->kept_share = next, next += n;
    page->means = next, next += n + 1;
    page->edges = (int64_t *)next, next += n + 1;
    page->which = (int64_t *)next, next += n;
    page->looks = (Look *)next, next += 2 * n;
    for (Py_ssize_t at = 0; at < page->n; at++) {
        PyObject *text = PyList_GetItem(texts, at);
        Py_ssize_t length = text ? PyUnicode_GetLength(text) : -1;
        if (length < 0) return -1;
        page->chars[at] = (double)length;
    }
    return 0;
}

/* The six parts of `Sections` as bytes, in the order of its fields. */
static PyObject *result_of(Page *page) {
    const Py_ssize_t n = page->n, count = page->count;
    PyObject *part[6] = {
        PyBytes_FromStringAndSize((char *)page->chars, n * 8), PyBytes_FromStringAndSize((char *)page->kept, n),
        PyBytes_FromStringAndSize((char *)page->possible, n),  PyBytes_FromStringAndSize(NULL, count * 8),
        PyBytes_FromStringAndSize(NULL, count * 8),            PyBytes_FromStringAndSize(NULL, FEATURES * count * 4),
    };
    PyObject *result = PyTuple_New(6);
    int failed = !result;
    for (int at = 0; at < 6; at++) failed = failed || !part[at];
    for (Py_ssize_t number = 0; !failed && number < count; number++) {
        const int64_t section = page->which[number];
        memcpy(PyBytes_AsString(part[3]) + number * 8, &page->edges[section], 8);
        memcpy(PyBytes_AsString(part[4]) + number * 8, &page->edges[section + 1], 8);
    }
    if (!failed && count) write_features(page, (float *)(void *)PyBytes_AsString(part[5]));
    for (int at = 0; at < 6; at++)
        if (failed)
            Py_XDECREF(part[at]);
        else
            PyTuple_SetItem(result, at, part[at]);
    if (failed) Py_CLEAR(result);
    return result;
}

/* read(texts, columns, scores) returns the parts of `Sections`. */
static PyObject *call_read(PyObject *self, PyObject *args) {
    (void)self;
    Page page = {0};
    PyObject *texts, *columns, *object[COLUMNS + 1], *result = NULL;
    Py_buffer view[COLUMNS + 1];
    int opened = 0;
    if (!PyArg_ParseTuple(args, "O!O!O", &PyList_Type, &texts, &PyTuple_Type, &columns, &object[COLUMNS])) return NULL;
    if (PyTuple_Size(columns) != COLUMNS || !tag_count) {
        PyErr_SetString(PyExc_ValueError, "not the columns of a page, or nothing is bound");
        return NULL;
    }
    for (int column = 0; column < COLUMNS; column++) object[column] = PyTuple_GetItem(columns, column);
    for (; opened <= COLUMNS; opened++)
        if (PyObject_GetBuffer(object[opened], &view[opened], PyBUF_SIMPLE)) break;
    if (opened > COLUMNS) {
        page.n = PyList_Size(texts);
        page.m = view[PARENT].len / 8;
        page.scores = view[COLUMNS].buf;
        int sound = page.n > 0 && page.n <= PY_SSIZE_T_MAX >> 12 && page.m > 0 && view[COLUMNS].len == page.n * 4;
        for (int column = 0; column < COLUMNS; column++) {
            page.column[column] = view[column].buf;
            sound = sound && view[column].len == (column < PARENT ? page.n : page.m) * 8;
        }
        page.kept = sound ? PyMem_Calloc((size_t)page.n, 2) : NULL;
        if (!sound || !is_sound(&page))
            PyErr_SetString(PyExc_ValueError, "not the blocks of a page");
        else if (!page.kept)
            PyErr_NoMemory();
        else if (!prepare(&page, texts)) {
            page.possible = page.kept + page.n;
            judge_blocks(&page);
            find_sections(&page);
            result = result_of(&page);
        }
        PyMem_Free(page.kept);
        PyMem_Free(page.arena);
    }
    while (opened > 0) PyBuffer_Release(&view[--opened]);
    return result;
}

/* bind(kinds of tags, numbers...): take over the constants of sections.py. Returns the number of features. */
static PyObject *bind(PyObject *self, PyObject *args) {
    (void)self;
    const char *kinds;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#dddddddd", &kinds, &size, &threshold, &few_chars, &share_of_best, &least_best,
                          &doubtful, &least_score, &nowhere, &most_of_article))
        return NULL;
    if (size < 1 || size > MAX_TAGS) {
        PyErr_SetString(PyExc_ValueError, "too many tags");
        return NULL;
    }
    memcpy(kind_of_tag, kinds, (size_t)size);
    tag_count = size;
    return PyLong_FromLong(FEATURES);
}

static PyMethodDef methods[] = {
    {"bind", bind, METH_VARARGS, NULL},
    {"read", call_read, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sections", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sections(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
