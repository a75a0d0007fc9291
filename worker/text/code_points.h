/* What is known of the code points, for the files that include this one. Each of these files has its own kind of entries.
   It asks Python for a block of them when a text first has one of the block's characters: see code_points.py,
   characters.py and content.py. */

#include <stdint.h>
#include <string.h>

enum { BLOCK = 256, BLOCKS = 0x110000 / BLOCK };
static uint32_t *known[BLOCKS];

/* Asks `describe` for the entries of a block, and keeps them. Returns NULL with an exception. */
static const uint32_t *read_block(Py_UCS4 number, PyObject *describe) {
    PyObject *bytes = PyObject_CallFunction(describe, "I", (unsigned)number);
    Py_buffer view;
    if (!bytes || PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE)) {
        Py_XDECREF(bytes);
        return NULL;
    }
    if (view.len != BLOCK * sizeof(uint32_t)) PyErr_SetString(PyExc_ValueError, "not a block of code points");
    else if (!known[number] && !(known[number] = PyMem_New(uint32_t, BLOCK))) PyErr_NoMemory();
    else memcpy(known[number], view.buf, BLOCK * sizeof(uint32_t));
    PyBuffer_Release(&view);
    Py_DECREF(bytes);
    return PyErr_Occurred() ? NULL : known[number];
}

/* Look a character up. Returns whether it is known now; if not, an exception is set. */
static inline int look_up(Py_UCS4 code, PyObject *describe, uint32_t *entry) {
    const uint32_t *block = known[code / BLOCK];
    if (!block && !(block = read_block(code / BLOCK, describe))) return 0;
    *entry = block[code % BLOCK];
    return 1;
}
