/* Measures the words of a text and counts its characters, with the same results as the Python code in words.py and
   kinds.py, which runs where this file was not compiled. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>

enum { PART = 1, DIGIT = 3, JOINS = 4, JOINS_DIGITS = 6, NOT_PLAIN = 7 }; /* classes; odd ones are parts of a word */
enum { KINDS = 6, BLANK = 5, BEYOND = KINDS };
static const uint64_t MIX = 0x9E3779B97F4A7C15u, MIX_PLACE = 0xC2B2AE3D27D4EB4Fu;

/* The characters of a text between two spaces, and a byte for each of the first code points. */
typedef struct {
    Py_UCS4 *codes;
    Py_ssize_t end;
    Py_buffer table;
} Text;

static int open_text(PyObject *text, PyObject *table, Text *opened) {
    if (!(opened->codes = PyUnicode_AsUCS4Copy(text))) return -1; /* it ends with a null */
    opened->end = PyUnicode_GetLength(text);
    if (!PyObject_GetBuffer(table, &opened->table, PyBUF_SIMPLE)) return 0;
    PyMem_Free(opened->codes);
    return -1;
}

static void close_text(Text *opened) {
    PyBuffer_Release(&opened->table);
    PyMem_Free(opened->codes);
}

static uint8_t class_at(const Text *text, Py_ssize_t at, uint8_t beyond) {
    const Py_UCS4 code = text->codes[at]; /* the null at the end, too */
    return (Py_ssize_t)code < text->table.len ? ((const uint8_t *)text->table.buf)[code] : beyond;
}

/* The scripts beyond the first plane: the private planes between them have no words. */
static int is_far_script(Py_UCS4 code) {
    return code >= 0x10000 && (code < 0x40000 || (code >= 0xC0000 && code < 0x100000));
}

typedef struct {
    Py_ssize_t words, chars;
    uint64_t *hashes; /* of the first words */
    Py_ssize_t most;
} Sizes;

/* Count the words and their characters, and hash the first words. Returns whether the text is plain. */
static int find_words(const Text *text, Sizes *sizes) {
    uint8_t before = 0, here = 0, next = class_at(text, 0, 0);
    uint64_t place = 0, hash = 0;
    Py_ssize_t words = 0, chars = 0;
    int was_inside = 0, alien = 0;
    for (Py_ssize_t at = 0; at < text->end; at++) {
        before = here, here = next, next = class_at(text, at + 1, 0);
        alien |= (here == NOT_PLAIN) | is_far_script(text->codes[at]);
        int inside = here & PART;
        if (here >= JOINS)
            inside = here == JOINS ? before & next & PART : (here == JOINS_DIGITS) & (before == DIGIT) & (next == DIGIT);
        words += inside & !was_inside;
        chars += inside;
        if (inside && words <= sizes->most) {
            if (!was_inside) place = hash = 0;
            const uint64_t mixed = text->codes[at] * MIX + place++ * MIX_PLACE;
            sizes->hashes[words - 1] = hash += (mixed ^ mixed >> 32) * MIX;
        }
        was_inside = inside;
    }
    sizes->words = words, sizes->chars = chars;
    return !alien;
}

/* measure(text, classes, most) returns the number of words, of their characters, and the hashes of the first words; None
   if the text is not plain. */
static PyObject *call_measure(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *string, *table, *result = NULL;
    Sizes sizes = {0};
    Text text;
    if (!PyArg_ParseTuple(args, "UOn", &string, &table, &sizes.most) || open_text(string, table, &text)) return NULL;
    if (sizes.most > text.end) sizes.most = text.end;
    sizes.hashes = PyMem_New(uint64_t, (size_t)(sizes.most > 0 ? sizes.most : 1));
    if (!sizes.hashes) PyErr_NoMemory();
    else if (!find_words(&text, &sizes)) result = Py_NewRef(Py_None);
    else {
        const Py_ssize_t kept = sizes.words < sizes.most ? sizes.words : sizes.most;
        result = Py_BuildValue("nny#", sizes.words, sizes.chars, (char *)sizes.hashes,
                               kept > 0 ? kept * (Py_ssize_t)sizeof(uint64_t) : 0);
    }
    PyMem_Free(sizes.hashes);
    close_text(&text);
    return result;
}

/* Whether a full stop ends a sentence before a space or a closing quote (1) or anywhere (2); 0 for other characters. */
static int full_stop(Py_UCS4 code) {
    switch (code) {
    case '.': case '!': case '?': case 0x2026: return 1;
    case 0x3002: case 0xFF01: case 0xFF1F: case 0x964: case 0x61F: case 0x6D4: return 2;
    default: return 0;
    }
}

static int closes(Py_UCS4 code) {
    return code == '"' || code == '\'' || code == 0x201D || code == 0x2019 || code == 0xBB || code == ')';
}

/* count(text, kinds) returns how many characters are of each kind, how many beyond the table, and how many sentences
   end. */
static PyObject *call_count(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *string, *table;
    Py_ssize_t counts[KINDS + 1] = {0}, ends = 0;
    Text text;
    if (!PyArg_ParseTuple(args, "UO", &string, &table) || open_text(string, table, &text)) return NULL;
    for (Py_ssize_t at = 0; at < text.end; at++) {
        const uint8_t kind = class_at(&text, at, BEYOND);
        counts[kind < KINDS ? kind : BEYOND]++;
        const int stop = full_stop(text.codes[at]);
        if (stop)
            ends += stop == 2 || at + 1 == text.end || class_at(&text, at + 1, BEYOND) == BLANK ||
                    closes(text.codes[at + 1]);
    }
    close_text(&text);
    return Py_BuildValue("nnnnnnnn", counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[BEYOND],
                         ends);
}

static PyMethodDef methods[] = {
    {"measure", call_measure, METH_VARARGS, NULL},
    {"count", call_count, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sizes", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sizes(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
