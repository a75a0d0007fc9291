/* Remembers what words mean, for the files that include this one, which define TABLE, the name of their tables. Words
   are found by their bytes: a line is read as UTF-8, and no object is made for its words. */

#include "lexicon.h"

enum {
    MOST_BYTES = 64,    /* of texts in a table, for each word that it may have */
    MOST_OF_TEXT = 250, /* bytes; longer texts are not remembered */
};

typedef uint32_t Place; /* in `texts`. 0 stands for nothing: the first byte there is not used */

typedef struct {
    uint64_t hash;
    Place text;   /* 0 if the slot is free */
    Place about;  /* what it means; 0 if that is nothing */
    Place folded; /* what the word is in a phrase; 0 if nobody has asked yet */
    double vote;
} Word;

typedef struct {
    const char *bytes;
    size_t size;
    Word word;
} Text;

typedef struct {
    Word *words; /* a hash table with a power of two of slots, at most half of them in use */
    size_t slots, used;
    uint8_t *texts; /* each with its length before it */
    size_t size, room;
    uint64_t seed;
    PyObject *lexicon; /* a capsule */
    int busy;          /* Python code that was called from here is running: nothing may move */
} Table;

/* -- The table --------------------------------------------------------------------------------------------------- */

/* Puts a text of up to 65,535 bytes into the table. Returns its place, 0 if there is no memory. */
static Place add_text(Table *table, const char *text, size_t size) {
    if (table->size + size + 2 > table->room) {
        size_t room = 2 * table->room + size + 4096;
        uint8_t *texts = PyMem_Realloc(table->texts, room);
        if (!texts) {
            PyErr_NoMemory();
            return 0;
        }
        table->texts = texts;
        table->room = room;
    }
    const Place place = (Place)table->size;
    table->texts[place] = (uint8_t)(size & 0xFF);
    table->texts[place + 1] = (uint8_t)(size >> 8);
    if (size) memcpy(table->texts + place + 2, text, size);
    table->size += size + 2;
    return place;
}

static size_t size_at(const Table *table, Place place) {
    return table->texts[place] | (size_t)table->texts[place + 1] << 8;
}

static const char *text_at(const Table *table, Place place) { return (const char *)table->texts + place + 2; }

static int forget(Table *table, size_t slots) {
    Word *words = PyMem_Calloc(slots, sizeof *words);
    if (!words) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_Free(table->words);
    PyMem_Free(table->texts);
    table->words = words;
    table->slots = slots;
    table->used = 0;
    table->texts = NULL;
    table->room = 0;
    table->size = 1;
    return 0;
}

/* The slot of a word, or the free one where it belongs. */
static size_t slot_of(const Table *table, uint64_t hash, const char *text, size_t size) {
    const size_t mask = table->slots - 1;
    size_t slot = (size_t)hash & mask;
    for (; table->words[slot].text; slot = (slot + 1) & mask) {
        const Word *word = &table->words[slot];
        if (word->hash == hash && size_at(table, word->text) == size && !memcmp(text_at(table, word->text), text, size))
            break;
    }
    return slot;
}

static int grow(Table *table) {
    const size_t slots = 2 * table->slots;
    Word *words = PyMem_Calloc(slots, sizeof *words);
    if (!words) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t at = 0; at < table->slots; at++) {
        size_t slot = (size_t)table->words[at].hash & (slots - 1);
        while (words[slot].text) slot = (slot + 1) & (slots - 1);
        if (table->words[at].text) words[slot] = table->words[at];
    }
    PyMem_Free(table->words);
    table->words = words;
    table->slots = slots;
    return 0;
}

static Text find(const Table *table, const char *bytes, size_t size) {
    const uint64_t hash = hash_of(table->seed, bytes, size);
    Text text = {bytes, size, table->words[slot_of(table, hash, bytes, size)]};
    text.word.hash = hash;
    return text;
}

/* Puts a word into the table. */
static int remember(Table *table, Text *text, const char *about, size_t of_about) {
    Word *word = &text->word;
    if (table->used * 2 >= table->slots && grow(table)) return -1;
    if (about && !(word->about = add_text(table, about, of_about))) return -1;
    if (!(word->text = add_text(table, text->bytes, text->size))) return -1;
    table->words[slot_of(table, word->hash, text->bytes, text->size)] = *word;
    table->used++;
    return 0;
}

/* -- Capsules ----------------------------------------------------------------------------------------------------- */

static void free_table(PyObject *capsule) {
    Table *table = PyCapsule_GetPointer(capsule, TABLE);
    if (!table) return;
    PyMem_Free(table->words);
    PyMem_Free(table->texts);
    Py_XDECREF(table->lexicon);
    PyMem_Free(table);
}

/* table(seed, lexicon): a table without words. */
static PyObject *new_table(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long seed;
    PyObject *lexicon;
    if (!PyArg_ParseTuple(args, "KO", &seed, &lexicon) || !PyCapsule_GetPointer(lexicon, LEXICON)) return NULL;
    Table *table = PyMem_Calloc(1, sizeof *table);
    if (!table) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(table, TABLE, free_table);
    if (!capsule) {
        PyMem_Free(table);
        return NULL;
    }
    table->seed = seed;
    table->lexicon = Py_NewRef(lexicon);
    if (forget(table, 1024)) Py_CLEAR(capsule);
    return capsule;
}

/* Forgets all words if a table has as many words or bytes as it may have. */
static int make_room(Table *table, size_t most) {
    return table->used >= most || table->size > most * MOST_BYTES ? forget(table, 1024) : 0;
}

static const Lexicon *lexicon_of(const Table *table) { return PyCapsule_GetPointer(table->lexicon, LEXICON); }
