/* Reduces a text to its words, with the same results as the Python code in content.py, which runs where this file was not
   compiled. The meaning of the signs is explained there. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { SKIPPED, GROWS, SIGN, SPACE = ' ' }; /* what a table has in place of the folded form of a character */

static int is_digit(Py_UCS4 code) { return code >= '0' && code <= '9'; }

static int is_plus_or_hash(Py_UCS4 code) { return code == '+' || code == '#'; }

/* Replace each character by its folded form, and leave the skipped ones out. Returns how many are left; -1 if one is not
   in the table or grows. */
static Py_ssize_t fold(Py_UCS4 *codes, Py_UCS4 *folded, Py_ssize_t size, const uint32_t *table, Py_ssize_t entries) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        const Py_UCS4 code = codes[at];
        if ((Py_ssize_t)code >= entries || table[code] == GROWS) return -1;
        if (table[code] == SKIPPED) continue;
        codes[kept] = code, folded[kept++] = table[code];
    }
    return kept;
}

/* The sign at a place, or a space if it does not count there. Two spaces precede the text, and one follows it. */
static Py_UCS4 sign_at(const Py_UCS4 *codes, const Py_UCS4 *folded) {
    const Py_UCS4 sign = codes[0] == 0x2212 || codes[0] == 0x2013 ? '-' : codes[0];
    const int begins = codes[-1] == ' ' || codes[-1] == '\n' || codes[-1] == '(';
    if (is_digit(codes[1]) && begins && sign != '#') return sign;
    if (!is_plus_or_hash(sign)) return SPACE;
    const int after_letter = folded[-1] > SPACE && !is_digit(codes[-1]);
    const int after_plus = codes[-1] == '+' && folded[-2] > SPACE && !is_digit(codes[-2]);
    return after_letter || after_plus ? sign : SPACE;
}

/* Write a character in UTF-8. A surrogate is written like any other. */
static char *put(char *to, Py_UCS4 code) {
    if (code < 0x80) *to++ = (char)code;
    else if (code < 0x800) *to++ = (char)(0xC0 | code >> 6), *to++ = (char)(0x80 | (code & 0x3F));
    else {
        if (code < 0x10000) *to++ = (char)(0xE0 | code >> 12);
        else *to++ = (char)(0xF0 | (code >> 18 & 7)), *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F)), *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* `codes` and `folded` have room for two characters before the text and one after it; `words` for five bytes a character. */
static PyObject *read_words(Py_UCS4 *codes, Py_UCS4 *folded, Py_ssize_t size, char *words) {
    char *end = words;
    int was_space = 1;
    codes[-2] = codes[-1] = codes[size] = folded[-2] = folded[-1] = SPACE;
    for (Py_ssize_t at = 0; at < size; at++) {
        const Py_UCS4 code = folded[at] == SIGN ? sign_at(codes + at, folded + at) : folded[at];
        if (code != SPACE) {
            if (was_space && end > words) *end++ = ' ';
            end = put(end, code);
        }
        was_space = code == SPACE;
    }
    return PyBytes_FromStringAndSize(words, end - words);
}

/* words(text, table) returns the words in UTF-8 with a space between them; None if a character grows or is not in the
   table of uint32. */
static PyObject *call_words(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *object, *result = NULL;
    Py_buffer table;
    if (!PyArg_ParseTuple(args, "UO", &text, &object) || PyObject_GetBuffer(object, &table, PyBUF_SIMPLE)) return NULL;
    const Py_ssize_t length = PyUnicode_GetLength(text);
    if (length > PY_SSIZE_T_MAX / 16) PyErr_NoMemory();
    else {
        const size_t room = (size_t)length + 3;
        Py_UCS4 *codes = PyMem_New(Py_UCS4, room), *folded = PyMem_New(Py_UCS4, room);
        char *words = PyMem_Malloc(5 * room);
        if (!codes || !folded || !words) PyErr_NoMemory();
        else if (!length || PyUnicode_AsUCS4(text, codes + 2, length, 0)) {
            const Py_ssize_t size = fold(codes + 2, folded + 2, length, table.buf, table.len / (Py_ssize_t)sizeof(uint32_t));
            result = size < 0 ? Py_NewRef(Py_None) : read_words(codes + 2, folded + 2, size, words);
        }
        PyMem_Free(codes);
        PyMem_Free(folded);
        PyMem_Free(words);
    }
    PyBuffer_Release(&table);
    return result;
}

static PyMethodDef methods[] = {
    {"words", call_words, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_content", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__content(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
