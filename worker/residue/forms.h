/* The form of a line as forms.py tells it, for _shape.c. */

enum { FORMS = 13, MARKS = 16, MOST_OF_SIGNATURE = 50, MAX_WHOLE = 9, BEGINNING = 3, LEAST_SAID = 4, END_MARKS = 5 };

static int is_small_dash(unsigned code) { return code == '-' || code == 0x2013 || code == 0x2014; }

static int is_among(unsigned code, const unsigned *codes) {
    while (*codes && *codes != code) codes++;
    return *codes != 0;
}

static int is_space(const Reading *line, size_t at) {
    return at < line->size && space_at((const unsigned char *)line->bytes + at, line->size - at) > 0;
}

/* -- Forms: what `form` returns ---------------------------------------------------------------------------------- */

/* What the unknown words of a part of a line are. */
typedef struct {
    int count, small, capital;
} Unknown;

static Unknown unknown_of(const Reading *line, size_t begin) {
    Unknown unknown = {0};
    for (size_t at = begin; at < line->count; at++) {
        if (!is_empty(line->token[at].mask)) continue;
        unknown.count++;
        unknown.small += (line->token[at].flags & IS_SMALL) != 0;
        unknown.capital += (line->token[at].flags & IS_CAPITAL) != 0;
    }
    return unknown;
}

/* Whether a line has a bar, or a dash between spaces. */
static int has_bar(const Reading *line) {
    int after_space = 0;
    size_t size;
    for (size_t at = 0; at < line->size; at += size) {
        const unsigned code = char_at(line->bytes + at, &size);
        if (code == '|' || code == 0x2022 || code == 0xB7) return 1;
        if (after_space && is_small_dash(code) && is_space(line, at + size)) return 1;
        after_space = is_space(line, at);
    }
    return 0;
}

static int begins_with_arrow(const Reading *line) {
    static const unsigned arrows[] = {0x2192, 0x27A1, 0x25B6, 0x25BA, 0x25B8, 0x27A4, 0xBB, 0x1F449, 0x23E9, 0};
    size_t size;
    const unsigned code = char_at(line->bytes, &size);
    return is_among(code, arrows) || (code == '>' && line->size > 1 && line->bytes[1] == '>');
}

static int has_rights_sign(const Reading *line) {
    size_t size;
    for (size_t at = 0; at < line->size; at += size) {
        const unsigned code = char_at(line->bytes + at, &size);
        if (code == 0xA9 || code == 0x24D2) return 1;
        if (code == '(' && line->size - at > 2 && (line->bytes[at + 1] | 0x20) == 'c' && line->bytes[at + 2] == ')') return 1;
    }
    return 0;
}

/* `is_signature`; most lines lack its marks. -1 with an error set. */
static int is_signature(const Reading *line, const Source *source, PyObject *text) {
    int may_be = !line->is_ascii;
    if (PyUnicode_GetLength(text) > MOST_OF_SIGNATURE) return 0;
    for (size_t at = 0; at < line->size && !may_be; at++) may_be = line->bytes[at] && strchr("/-([,", line->bytes[at]);
    if (!may_be) return 0;
    PyObject *said = PyObject_CallMethod(source->reader, "is_signature", "O", text);
    const int found = said ? PyObject_IsTrue(said) : -1;
    Py_XDECREF(said);
    return found;
}

static double names_after_credit(const Reading *line, size_t length) {
    size_t last = 0;
    for (size_t at = 0; at < length; at++)
        if (meets(line->token[at].mask, rules.named[CREDITS])) last = at;
    const Unknown unknown = unknown_of(line, last);
    return !unknown.count ? 0 : unknown.small ? -1 : 1;
}

static int put_forms(Column *out, const Reading *line, const Source *source, PyObject *text, Mask whole) {
    const Mask *named = rules.named;
    const size_t length = line->count - line->of_rest;
    const Unknown unknown = unknown_of(line, 0);
    int is_known = 1, is_stamp = 1, has_article = 0;
    Mask call = {0, 0};
    for (size_t at = length; at-- > 0;) {
        const Mask mask = line->token[at].mask;
        is_known &= !is_empty(mask);
        is_stamp &= meets(mask, named[STAMP_WORDS]);
        has_article |= at < BEGINNING && meets(mask, named[ARTICLE]);
        if (!meets(mask, named[FORM_GRAMMAR])) call = mask;
    }
    const int credit = meets(whole, named[CREDITS]), signature = is_signature(line, source, text);
    const double forms[FORMS] = {
        line->of_rest > 0,
        line->of_rest && line->token[line->split].flags & IS_SMALL,
        meets(whole, named[STRONG]) && is_known && length <= MAX_WHOLE,
        credit && !unknown.small,
        meets(whole, named[STAMP]) && meets(whole, named[NUMERIC]) && is_stamp,
        meets(whole, named[OBJECT]) && meets(call, named[CALL]),
        meets(whole, named[RIGHTS]) && has_rights_sign(line),
        signature,
        meets(whole, named[ORIGINAL]) && has_article,
        meets(whole, named[ADDRESS]),
        !line->of_rest && unknown.capital == unknown.count && has_bar(line),
        begins_with_arrow(line),
        credit ? names_after_credit(line, length) : 0,
    };
    put_all(out, forms, FORMS);
    return signature < 0 ? -1 : 0;
}

/* -- Marks: what `marks` returns --------------------------------------------------------------------------------- */

/* The size of a line without those of these characters that end it. The last character before them goes to `code`; 0 if
   there is none. */
static size_t size_without(const Reading *line, const unsigned *codes, unsigned *code) {
    size_t size = line->size, of_char;
    *code = 0;
    while (size) {
        size_t at = size - 1;
        while (at && (line->bytes[at] & 0xC0) == 0x80) at--;
        *code = char_at(line->bytes + at, &of_char);
        if (!is_among(*code, codes)) return size;
        *code = 0;
        size = at;
    }
    return 0;
}

/* Which kind of `_END_MARKS` ends a line; the number of kinds if none does. */
static size_t end_of(const Reading *line) {
    static const unsigned closers[] = {' ', ')', ']', 0x3011, 0xFF09, 0x300D, '*', '>', 0xBB, 0};
    static const unsigned kinds[END_MARKS][6] = {
        {'.', 0x964, 0x3002, 0x6D4, 0x589, 0}, {'?', 0xFF1F, 0x61F, ';', 0}, {'!', 0xFF01, 0}, {':', 0xFF1A, 0}, {0x2026, 0}};
    unsigned code;
    size_without(line, closers, &code);
    size_t kind = 0;
    while (kind < END_MARKS && !is_among(code, kinds[kind])) kind++;
    return kind;
}

static int is_bracketed(const Reading *line, unsigned first) {
    static const unsigned spaces_and_stops[] = {' ', '.', 0};
    static const unsigned brackets[][2] = {{'(', ')'}, {'[', ']'}, {0xFF08, 0xFF09}, {0x3010, 0x3011}, {'<', '>'}, {0xAB, 0xBB}};
    unsigned last;
    size_without(line, spaces_and_stops, &last);
    for (size_t at = 0; at < sizeof brackets / sizeof *brackets; at++)
        if (brackets[at][0] == first) return brackets[at][1] == last;
    return 0;
}

/* Marks that are counted in one pass. */
typedef struct {
    double chars, quotes, joints, stops, commas;
} Counts;

static Counts count_marks(const Reading *line) {
    static const unsigned quotes[] = {'"', 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x300C, 0x300D, 0x300E, 0x300F, 0};
    static const unsigned joints[] = {'|', 0x2022, 0xB7, 0xFF5C, '/', 0};
    static const unsigned stops[] = {'.', '!', '?', 0x964, 0x6D4, 0x589, 0x2026, 0};
    static const unsigned wide_stops[] = {0x3002, 0xFF01, 0xFF1F, 0};
    Counts counts = {0};
    size_t size, taken = 0; /* what belongs to one stop begins no other */
    int after_space = 0;
    for (size_t at = 0; at < line->size; at += size) {
        const unsigned code = char_at(line->bytes + at, &size);
        size_t next = at + size;
        counts.chars++;
        counts.quotes += is_among(code, quotes);
        counts.commas += code == ',' || code == 0x60C || code == 0x3001;
        counts.joints += is_among(code, joints) || (after_space && is_small_dash(code) && is_space(line, next));
        after_space = is_space(line, at);
        const int is_stop = is_among(code, stops);
        if (at < taken || (!is_stop && !is_among(code, wide_stops))) continue;
        for (size_t of_space; is_stop && next < line->size; next += of_space)
            if (!(of_space = space_at((const unsigned char *)line->bytes + next, line->size - next))) break;
        if (next >= line->size || (is_stop && next == at + size) || is_space(line, next)) continue;
        counts.stops++;
        char_at(line->bytes + next, &taken);
        taken += next;
    }
    return counts;
}

/* Whether a line begins with a small letter (bit 0), or with `_DRESSING` (bit 1). -1 with an error set. */
static int first_kind(const Reading *line, const Source *source) {
    const char first = line->bytes[0];
    size_t size;
    if ((unsigned char)first < 0x80) {
        const int dresses = !is_word_char(first) && !(first && strchr("\"'$+.#@-", first)) && !is_space(line, 0);
        return (first >= 'a' && first <= 'z') | dresses << 1;
    }
    char_at(line->bytes, &size);
    PyObject *said = PyObject_CallMethod(source->reader, "first_kind", "s#", line->bytes, (Py_ssize_t)size);
    const long kind = said ? PyLong_AsLong(said) : -1;
    Py_XDECREF(said);
    return PyErr_Occurred() ? -1 : (int)(kind & 3);
}

static int put_marks(Column *out, const Reading *line, const Source *source) {
    static const unsigned quote_starts[] = {'"', '\'', 0x201C, 0x201D, 0x2018, 0x2019, 0x201E, 0xAB, 0x201A, 0x300C, 0x300E, 0x300A, 0};
    static const unsigned none[] = {0};
    size_t size;
    unsigned last;
    const unsigned first = char_at(line->bytes, &size);
    const int kind = first_kind(line, source);
    const size_t end = end_of(line);
    const Counts counts = count_marks(line);
    size_without(line, none, &last);
    const int is_said = is_small_dash(first) && line->count - line->of_rest >= LEAST_SAID && !is_small_dash(last);
    put(out, counts.chars);
    for (size_t at = 0; at <= END_MARKS; at++) put(out, at == end);
    const double marks[MARKS - END_MARKS - 2] = {
        is_among(first, quote_starts) || is_said,
        line->of_rest ? 0 : counts.quotes,
        is_bracketed(line, first),
        kind >> 1,
        counts.joints,
        line->of_rest ? 1 : 1 + counts.stops,
        counts.commas,
        kind & 1,
        line->language == line->own,
    };
    put_all(out, marks, MARKS - END_MARKS - 2);
    return kind < 0 ? -1 : 0;
}
