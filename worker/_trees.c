/* Evaluates trees, with the same results as `Trees` in trees.py, which does it where this file was not compiled. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH = 6, CHUNK = 64 }; /* levels of the deepest trees; columns whose leaves are found before they are summed */

enum { ROWS, FEATURE, BORDER, LEAF, OUT, ARRAYS };

/* All levels are compared in one expression, so that the compiler can do it for several columns at once. */
static void sum_leaves(const float *rows, Py_ssize_t n, const uint16_t *feature, const float *border, const float *leaf,
                       Py_ssize_t trees, Py_ssize_t depth, float *out) {
    memset(out, 0, (size_t)n * sizeof *out);
    for (Py_ssize_t tree = 0; tree < trees; tree++, feature += depth, border += depth, leaf += (Py_ssize_t)1 << depth) {
        const float *row[DEPTH];
        float limit[DEPTH];
        for (Py_ssize_t level = 0; level < DEPTH; level++) {
            row[level] = level < depth ? rows + feature[level] * n : rows;
            limit[level] = level < depth ? border[level] : INFINITY; /* nothing is more, so the bit stays 0 */
        }
        const float *v0 = row[0], *v1 = row[1], *v2 = row[2], *v3 = row[3], *v4 = row[4], *v5 = row[5];
        const float l0 = limit[0], l1 = limit[1], l2 = limit[2], l3 = limit[3], l4 = limit[4], l5 = limit[5];
        for (Py_ssize_t first = 0; first < n; first += CHUNK) {
            const Py_ssize_t end = first + CHUNK < n ? first + CHUNK : n;
            int32_t index[CHUNK];
            for (Py_ssize_t at = first; at < end; at++)
                index[at - first] = (v0[at] > l0 ? 1 : 0) | (v1[at] > l1 ? 2 : 0) | (v2[at] > l2 ? 4 : 0) |
                                    (v3[at] > l3 ? 8 : 0) | (v4[at] > l4 ? 16 : 0) | (v5[at] > l5 ? 32 : 0);
            for (Py_ssize_t at = first; at < end; at++) out[at] += leaf[index[at - first]];
        }
    }
}

/* Whether every index stays within its array. */
static int is_sound(const Py_buffer *array, Py_ssize_t n, Py_ssize_t trees, Py_ssize_t depth) {
    if (n < 1 || trees < 0 || trees > 1 << 20 || depth < 0 || depth > DEPTH) return 0;
    if (array[FEATURE].len != trees * depth * 2 || array[BORDER].len != trees * depth * 4 ||
        array[LEAF].len != (trees << depth) * 4 || array[OUT].len / 4 != n || array[OUT].len % 4)
        return 0;
    const Py_ssize_t rows = array[ROWS].len / 4 / n;
    if (rows < 1) return 0;
    for (Py_ssize_t at = 0; at < trees * depth; at++)
        if (((const uint16_t *)array[FEATURE].buf)[at] >= rows) return 0;
    return 1;
}

/* sum_leaves(rows, feature, border, leaf, out, columns, trees, depth) writes the sum of each column's leaves to `out`.
   The arrays are C-contiguous: rows x columns of float32, then those of `Trees`. */
static PyObject *call_sum_leaves(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *object[ARRAYS], *result = NULL;
    Py_buffer array[ARRAYS];
    Py_ssize_t n, trees, depth;
    int opened = 0;
    if (!PyArg_ParseTuple(args, "OOOOOnnn", &object[ROWS], &object[FEATURE], &object[BORDER], &object[LEAF],
                          &object[OUT], &n, &trees, &depth))
        return NULL;
    for (; opened < ARRAYS; opened++)
        if (PyObject_GetBuffer(object[opened], &array[opened], opened == OUT ? PyBUF_WRITABLE : PyBUF_SIMPLE)) break;
    if (opened == ARRAYS) {
        if (is_sound(array, n, trees, depth)) {
            sum_leaves(array[ROWS].buf, n, array[FEATURE].buf, array[BORDER].buf, array[LEAF].buf, trees, depth,
                       array[OUT].buf);
            result = Py_NewRef(Py_None);
        } else
            PyErr_SetString(PyExc_ValueError, "not the arrays of trees");
    }
    while (opened > 0) PyBuffer_Release(&array[--opened]);
    return result;
}

static PyMethodDef methods[] = {
    {"sum_leaves", call_sum_leaves, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_trees", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__trees(void) {
    PyObject *self = PyModule_Create(&module);
    if (self && PyModule_AddStringConstant(self, "SOURCE", SOURCE)) Py_CLEAR(self);
    return self;
}
