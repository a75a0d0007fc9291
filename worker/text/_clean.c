/* Removes control characters from a text, and looks for mojibake and for words, with the same results as the Python code
   in cleaning.py and search.py. Most texts have neither control characters nor mojibake. */

#define _GNU_SOURCE
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <string.h>

/* Whether there is a control character other than tab and newline. The compiler does it for many bytes at once. */
static int has_control(const unsigned char *text, Py_ssize_t size) {
    enum { CHUNK = 4096 };
    for (Py_ssize_t first = 0; first < size; first += CHUNK) {
        const Py_ssize_t end = first + CHUNK < size ? first + CHUNK : size;
        unsigned char found = 0;
        for (Py_ssize_t at = first; at < end; at++)
            found |= (unsigned char)(((text[at] < 0x20) & (text[at] != '\t') & (text[at] != '\n')) | (text[at] == 0x7F));
        if (found) return 1;
    }
    return 0;
}

/* Whether there is a C1 control, U+0080 to U+009F. */
static int has_c1(const unsigned char *text, const unsigned char *end) {
    while (text < end && (text = memchr(text, 0xC2, (size_t)(end - text))))
        if (++text < end && *text < 0xA0) return 1;
    return 0;
}

/* Whether there is a bidirectional control, U+202A to U+202E or U+2066 to U+2069. */
static int has_direction(const unsigned char *text, const unsigned char *end) {
    while (text < end && (text = memchr(text, 0xE2, (size_t)(end - text)))) {
        if (end - ++text < 2) return 0;
        if ((text[0] == 0x80 && text[1] >= 0xAA && text[1] <= 0xAE) || (text[0] == 0x81 && text[1] >= 0xA6 && text[1] <= 0xA9))
            return 1;
    }
    return 0;
}

/* The text in UTF-8. Returns 0 if it has lone surrogates, and -1 with an error. */
static int open_text(PyObject *text, const unsigned char **begin, Py_ssize_t *size) {
    if ((*begin = (const unsigned char *)PyUnicode_AsUTF8AndSize(text, size))) return 1;
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return -1;
    PyErr_Clear();
    return 0;
}

/* Whether the only controls are tabs, newlines and carriage returns, as on most pages that have any. */
static int has_only_line_ends(const unsigned char *text, Py_ssize_t size) {
    unsigned char found = 0;
    for (Py_ssize_t at = 0; at < size; at++)
        found |= (unsigned char)(((text[at] < 0x20) & (text[at] != '\t') & (text[at] != '\n') & (text[at] != '\r')) |
                                 (text[at] == 0x7F));
    return !found;
}

/* Copy the text with its line ends as newlines. Returns the new size. */
static Py_ssize_t copy_lines(unsigned char *restrict clean, const unsigned char *text, Py_ssize_t size) {
    const unsigned char *const end = text + size, *stop;
    unsigned char *to = clean;
    while ((stop = memchr(text, '\r', (size_t)(end - text)))) {
        memcpy(to, text, (size_t)(stop - text));
        to += stop - text;
        text = stop + 1;
        if (text == end || *text != '\n') *to++ = '\n';
    }
    memcpy(to, text, (size_t)(end - text));
    return to + (end - text) - clean;
}

/* The same for any text: without the other control characters. */
static Py_ssize_t copy_without_controls(unsigned char *restrict clean, const unsigned char *text, Py_ssize_t size) {
    Py_ssize_t kept = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        const unsigned char code = text[at];
        if (code > '\r') clean[kept] = code, kept += (code >= 0x20) & (code != 0x7F);
        else if (code == '\v' || code == '\f') clean[kept++] = ' ';
        else if (code == '\t' || code == '\n') clean[kept++] = code;
        else if (code == '\r' && (at + 1 == size || text[at + 1] != '\n')) clean[kept++] = '\n';
    }
    return kept;
}

static PyObject *without_controls(const unsigned char *text, Py_ssize_t size) {
    unsigned char *clean = PyMem_Malloc((size_t)size);
    if (!clean) return PyErr_NoMemory();
    const Py_ssize_t kept = (has_only_line_ends(text, size) ? copy_lines : copy_without_controls)(clean, text, size);
    PyObject *result = PyUnicode_DecodeUTF8((char *)clean, kept, NULL);
    PyMem_Free(clean);
    return result;
}

/* scrub(text) returns the text without control characters; None if it has bidirectional controls, C1 controls or lone
   surrogates. */
static PyObject *call_scrub(PyObject *self, PyObject *text) {
    (void)self;
    Py_ssize_t size;
    const unsigned char *begin;
    const int opened = open_text(text, &begin, &size);
    if (opened < 0) return NULL;
    if (!opened || has_c1(begin, begin + size) || has_direction(begin, begin + size)) Py_RETURN_NONE;
    return has_control(begin, size) ? without_controls(begin, size) : Py_NewRef(text);
}

/* has_lead(text) returns whether a character occurs with which mojibake begins. */
static PyObject *call_has_lead(PyObject *self, PyObject *text) {
    (void)self;
    Py_ssize_t size;
    const unsigned char *begin;
    const int opened = open_text(text, &begin, &size);
    if (opened < 0) return NULL;
    if (!opened) Py_RETURN_TRUE;
    const unsigned char *end = begin + size;
    while (begin < end && (begin = memchr(begin, 0xC3, (size_t)(end - begin))))
        if (++begin < end && memchr("\x82\x83\x90\x91\xA0\xA2\xA3", *begin, 7)) Py_RETURN_TRUE;
    Py_RETURN_FALSE;
}

/* holds(text, word) returns whether a word of ASCII characters occurs. */
static PyObject *call_holds(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text;
    Py_ssize_t size, word_size;
    const unsigned char *begin;
    const char *word;
    if (!PyArg_ParseTuple(args, "Us#", &text, &word, &word_size)) return NULL;
    const int opened = open_text(text, &begin, &size);
    if (opened < 0) return NULL;
    if (!opened) Py_RETURN_NONE; /* lone surrogates */
    return PyBool_FromLong(memmem(begin, (size_t)size, word, (size_t)word_size) != NULL);
}

static PyMethodDef methods[] = {
    {"scrub", call_scrub, METH_O, NULL},
    {"holds", call_holds, METH_VARARGS, NULL},
    {"has_lead", call_has_lead, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_clean", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__clean(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
