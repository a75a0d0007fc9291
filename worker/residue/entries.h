/* Finds the entries of the lexicons, as entries.py does. Python has packed them: `packed_lexicons` in packing.py. */

#include "tokens.h"

enum {
    MOST_LEXICONS = 64,  /* languages */
    OF_MASK = 16,        /* bytes */
    OF_LANGUAGE = 17,    /* bytes: a language, and a mask */
    MOST_OF_ENTRY = 255, /* bytes of its text */
    OF_ENTRY = 16,       /* bytes after the text of an entry: where its masks and its phrases are, and `inner` */
    HEADER = 32,         /* bytes: numbers, and a mask */
    TAG_BITS = 10,       /* of a hash, beside a place */
};
static const char LEXICON[] = "worker.residue.lexicon";

typedef struct {
    uint64_t low, high;
} Mask;

/* What `packed_lexicons` in packing.py has written: entries, the masks and phrases that they share, and prefixes. */
typedef struct {
    PyObject *owner; /* the bytes object that the pointers point into */
    const uint8_t *entries, *meanings, *prefixes;
    size_t of_entries, of_meanings, of_prefixes;
    Mask number;
    uint32_t *slots; /* a hash table: part of the hash of an entry, and its place plus one. 0 if it is free */
    size_t last_slot, longest;
    uint64_t seed;
} Lexicon;

typedef struct {
    uint32_t masks, phrases; /* places in `meanings`. 0 stands for none: the first byte there is not used */
    uint64_t inner;
} Entry;

static int meets(Mask one, Mask other) { return ((one.low & other.low) | (one.high & other.high)) != 0; }

static int is_empty(Mask mask) { return !(mask.low | mask.high); }

static Mask both(Mask one, Mask other) { return (Mask){one.low | other.low, one.high | other.high}; }

static int bit_of(Mask mask, size_t bit) { return (int)((bit < 64 ? mask.low >> bit : mask.high >> (bit - 64)) & 1); }

static Mask mask_from(const uint8_t *bytes) {
    Mask mask = {0, 0};
    for (int at = 7; at >= 0; at--) mask = (Mask){mask.low << 8 | bytes[at], mask.high << 8 | bytes[8 + at]};
    return mask;
}

static void put_mask(uint8_t *bytes, Mask mask) {
    for (int at = 0; at < 8; at++) {
        bytes[at] = (uint8_t)(mask.low >> 8 * at);
        bytes[8 + at] = (uint8_t)(mask.high >> 8 * at);
    }
}

static uint32_t number_at(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The seed makes it impossible to write a text whose words all have the same hash, or the same slot: both halves of the
   product are used, so each bit of a word affects each bit of its hash. */
static uint64_t hash_of(uint64_t seed, const char *text, size_t size) {
    const uint64_t factor = 0x9E3779B97F4A7C15u;
    uint64_t hash = (seed ^ size) * factor;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t some = 0;
        memcpy(&some, text + at, size - at < 8 ? size - at : 8);
        const unsigned __int128 product = (unsigned __int128)(hash ^ some) * factor;
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
    return hash;
}

/* -- Entries ----------------------------------------------------------------------------------------------------- */

/* Where an entry begins, plus one. */
static size_t place_in(uint32_t slot) { return slot & (((uint32_t)1 << (32 - TAG_BITS)) - 1); }

/* The slot of a text, or the free one where it belongs. */
static size_t slot_for(const Lexicon *lexicon, const char *text, size_t size, uint32_t *tag) {
    const uint64_t hash = hash_of(lexicon->seed, text, size);
    size_t slot = (size_t)hash & lexicon->last_slot;
    *tag = (uint32_t)(hash >> 32) << (32 - TAG_BITS);
    for (uint32_t found; (found = lexicon->slots[slot]); slot = (slot + 1) & lexicon->last_slot) {
        if ((found ^ *tag) >> (32 - TAG_BITS)) continue;
        const uint8_t *entry = lexicon->entries + place_in(found) - 1;
        if (entry[0] == size && !memcmp(entry + 1, text, size)) break;
    }
    return slot;
}

/* The place where the meaning of an entry is written, from the first entry on; 0 if there is no such entry. */
static size_t place_of(const Lexicon *lexicon, const char *text, size_t size) {
    uint32_t tag;
    if (!size || size > lexicon->longest) return 0;
    const uint32_t found = lexicon->slots[slot_for(lexicon, text, size, &tag)];
    return found ? place_in(found) + size : 0;
}

static Entry entry_at(const Lexicon *lexicon, size_t place) {
    const uint8_t *bytes = lexicon->entries + place;
    return (Entry){number_at(bytes), number_at(bytes + 4), number_at(bytes + 8) | (uint64_t)number_at(bytes + 12) << 32};
}

/* Finds the places of a word's stems, from the shortest to the longest. A stem of one letter matches only that letter,
   as a whole word. Returns how many there are. */
static size_t find_stems(const Lexicon *lexicon, const char *word, size_t size, size_t *places) {
    char stem[MOST_OF_ENTRY];
    size_t count = 0, begin = 0;
    for (size_t end = 0, chars = 1; end < size; chars++) {
        end += size_of_char((unsigned char)word[end]);
        if (end + 1 > lexicon->longest || end > size) break;
        memcpy(stem + begin, word + begin, end - begin);
        begin = end;
        stem[end] = '*';
        if ((chars > 1 || end == size) && (places[count] = place_of(lexicon, stem, end + 1))) count++;
    }
    return count;
}

/* -- What Python has packed --------------------------------------------------------------------------------------- */

static void free_lexicon(PyObject *capsule) {
    Lexicon *lexicon = PyCapsule_GetPointer(capsule, LEXICON);
    if (!lexicon) return;
    Py_XDECREF(lexicon->owner);
    PyMem_Free(lexicon->slots);
    PyMem_Free(lexicon);
}

/* Whether masks are written as `add_entry` reads them. */
static int are_masks(const Lexicon *lexicon, size_t at) {
    if (at >= lexicon->of_meanings) return 0;
    const size_t count = lexicon->meanings[at++];
    if (!count || count > MOST_LEXICONS || lexicon->of_meanings - at < count * OF_LANGUAGE) return 0;
    for (size_t number = 0; number < count; number++)
        if (lexicon->meanings[at + number * OF_LANGUAGE] >= MOST_LEXICONS) return 0;
    return 1;
}

/* The end of a phrase: a language, its concepts, and its parts. 0 if it goes beyond the end. */
static size_t phrase_end(const uint8_t *bytes, size_t at, size_t end) {
    if (end - at < OF_LANGUAGE + 1 || bytes[at] >= MOST_LEXICONS) return 0;
    size_t parts = bytes[at + OF_LANGUAGE];
    for (at += OF_LANGUAGE + 1; parts; parts--) {
        if (end - at < 2 || end - at - 2 < bytes[at + 1]) return 0;
        at += 2 + (size_t)bytes[at + 1];
    }
    return at;
}

static int are_phrases(const Lexicon *lexicon, size_t at) {
    if (at > lexicon->of_meanings || lexicon->of_meanings - at < 4) return 0;
    const size_t size = number_at(lexicon->meanings + at);
    at += 4;
    if (lexicon->of_meanings - at < size) return 0;
    for (const size_t end = at + size; at < end;)
        if (!(at = phrase_end(lexicon->meanings, at, end))) return 0;
    return 1;
}

/* Whether all prefixes are written as `add_prefixed` reads them. */
static int are_prefixes(const Lexicon *lexicon) {
    size_t at = 0;
    while (at < lexicon->of_prefixes) {
        if (lexicon->of_prefixes - at < 2 || lexicon->prefixes[at] >= MOST_LEXICONS) return 0;
        if (lexicon->of_prefixes - at - 2 < lexicon->prefixes[at + 1]) return 0;
        at += 2 + (size_t)lexicon->prefixes[at + 1];
    }
    return 1;
}

/* Puts all entries into the hash table. Returns 0 if they are not in the form that is read here. */
static int add_entries(Lexicon *lexicon, size_t count) {
    uint32_t tag;
    for (size_t at = 0; at < lexicon->of_entries; count--) {
        const size_t size = lexicon->entries[at], left = lexicon->of_entries - at - 1;
        const char *text = (const char *)lexicon->entries + at + 1;
        if (!count || !size || left < size + OF_ENTRY) return 0;
        const size_t slot = slot_for(lexicon, text, size, &tag);
        lexicon->slots[slot] = tag | (uint32_t)(at + 1);
        if (size > lexicon->longest) lexicon->longest = size;
        const Entry entry = entry_at(lexicon, at + 1 + size);
        if ((entry.masks && !are_masks(lexicon, entry.masks)) || (entry.phrases && !are_phrases(lexicon, entry.phrases)))
            return 0;
        at += 1 + size + OF_ENTRY;
    }
    return 1;
}

/* Reads what `packed_lexicons` has written, and keeps the bytes. Returns 0 if they have another form, or
   without memory. */
static int read_lexicon(Lexicon *lexicon, PyObject *owner) {
    const uint8_t *bytes = (const uint8_t *)PyBytes_AsString(owner);
    const size_t size = (size_t)PyBytes_Size(owner);
    if (size < HEADER) return 0;
    const size_t count = number_at(bytes), of_entries = number_at(bytes + 4), of_meanings = number_at(bytes + 8);
    lexicon->owner = Py_NewRef(owner);
    lexicon->of_entries = of_entries;
    lexicon->of_meanings = of_meanings;
    lexicon->of_prefixes = number_at(bytes + 12);
    lexicon->number = mask_from(bytes + 16);
    if (of_entries + of_meanings + lexicon->of_prefixes != size - HEADER || count > of_entries) return 0;
    if (of_entries >= (size_t)1 << (32 - TAG_BITS)) return 0;
    lexicon->entries = bytes + HEADER;
    lexicon->meanings = lexicon->entries + of_entries;
    lexicon->prefixes = lexicon->meanings + of_meanings;
    lexicon->last_slot = 1023;
    while (lexicon->last_slot < 2 * count) lexicon->last_slot = 2 * lexicon->last_slot + 1;
    lexicon->slots = PyMem_Calloc(lexicon->last_slot + 1, sizeof *lexicon->slots);
    if (!lexicon->slots) PyErr_NoMemory();
    return lexicon->slots && are_prefixes(lexicon) && add_entries(lexicon, count);
}

/* lexicon(seed, packed): a capsule with what `packed_lexicons` has written, for tables and look-ups. */
static PyObject *new_lexicon(PyObject *self, PyObject *args) {
    (void)self;
    unsigned long long seed;
    PyObject *packed;
    if (!PyArg_ParseTuple(args, "KS", &seed, &packed)) return NULL;
    Lexicon *lexicon = PyMem_Calloc(1, sizeof *lexicon);
    PyObject *capsule = lexicon ? PyCapsule_New(lexicon, LEXICON, free_lexicon) : PyErr_NoMemory();
    if (!capsule) {
        PyMem_Free(lexicon);
        return NULL;
    }
    lexicon->seed = seed;
    if (!read_lexicon(lexicon, packed)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "not packed lexicons");
        Py_CLEAR(capsule);
    }
    return capsule;
}

/* place(lexicon, text): the place where the meaning of an entry is written, from the beginning of `packed` on; 0 if
   there is no such entry. */
static PyObject *call_place(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *capsule;
    const char *text;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "Oy#", &capsule, &text, &size)) return NULL;
    const Lexicon *lexicon = PyCapsule_GetPointer(capsule, LEXICON);
    if (!lexicon) return NULL;
    const size_t place = place_of(lexicon, text, (size_t)size);
    return PyLong_FromSize_t(place ? HEADER + place : 0);
}

/* stems(lexicon, word): the same for each stem of a word that has an entry, from the shortest to the longest. */
static PyObject *call_stems(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *capsule;
    const char *word;
    Py_ssize_t size;
    size_t places[MOST_OF_ENTRY];
    if (!PyArg_ParseTuple(args, "Oy#", &capsule, &word, &size)) return NULL;
    const Lexicon *lexicon = PyCapsule_GetPointer(capsule, LEXICON);
    if (!lexicon) return NULL;
    const size_t count = find_stems(lexicon, word, (size_t)size, places);
    PyObject *found = PyList_New((Py_ssize_t)count);
    for (size_t number = 0; found && number < count; number++) {
        PyObject *place = PyLong_FromSize_t(HEADER + places[number]);
        if (!place || PyList_SetItem(found, (Py_ssize_t)number, place)) Py_CLEAR(found);
    }
    return found;
}
