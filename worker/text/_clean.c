/* Looks for characters that cleaning.py removes from a text. Most texts have none. */

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

/* is_clean(text) returns whether there is nothing to remove. */
static PyObject *call_is_clean(PyObject *self, PyObject *text) {
    (void)self;
    Py_ssize_t size;
    const unsigned char *begin = (const unsigned char *)PyUnicode_AsUTF8AndSize(text, &size);
    if (!begin) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear(); /* lone surrogates */
        Py_RETURN_FALSE;
    }
    const unsigned char *end = begin + size;
    return PyBool_FromLong(!has_control(begin, size) && !has_c1(begin, end) && !has_direction(begin, end));
}

static PyMethodDef methods[] = {
    {"is_clean", call_is_clean, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_clean", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__clean(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
