/* Splits text into words, as tokens.py does. Text with characters other than ASCII and typographic marks is
   left to Python. */

#include <stdint.h>
#include <string.h>

/* -- UTF-8 ------------------------------------------------------------------------------------------------------- */

/* The bytes of a str, or NULL. They live as long as it does. */
static const char *bytes_of(PyObject *text, size_t *size) {
    Py_ssize_t length = 0;
    const char *bytes = text && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &length) : NULL;
    if (!bytes && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a str");
    *size = (size_t)length;
    return bytes;
}

/* The length of the white space (as str.split sees it) at the beginning of UTF-8 text, 0 if there is none. */
static size_t space_at(const unsigned char *text, size_t left) {
    if (text[0] == ' ' || (text[0] >= 9 && text[0] <= 13) || (text[0] >= 28 && text[0] <= 31)) return 1;
    if (left >= 2 && text[0] == 0xC2 && (text[1] == 0x85 || text[1] == 0xA0)) return 2;
    if (left < 3 || text[0] < 0xE1 || text[0] > 0xE3) return 0;
    const unsigned code = (text[0] & 15u) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);
    const int is_space = code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
                         code == 0x202F || code == 0x205F || code == 0x3000;
    return is_space ? 3 : 0;
}

/* The size of a character that begins with this byte. */
static size_t size_of_char(unsigned char first) { return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

/* The character at the beginning of UTF-8 text, and its size. */
static unsigned char_at(const char *text, size_t *size) {
    const unsigned char *at = (const unsigned char *)text;
    *size = size_of_char(at[0]);
    if (*size == 1) return at[0];
    if (*size == 2) return (at[0] & 31u) << 6 | (at[1] & 63u);
    if (*size == 3) return (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    return (at[0] & 7u) << 18 | (at[1] & 63u) << 12 | (at[2] & 63u) << 6 | (at[3] & 63u);
}

/* The marks of `SEPARATOR` in reading.py: dashes, between spaces or alone, and what separates wherever it stands. */
static int is_dash(unsigned code) { return code == '-' || code == '/' || code == '>' || code == 0x2013 || code == 0x2014; }

static int separates(unsigned code) {
    return code == ':' || code == '|' || code == '=' || code == ']' || code == 0xFF1A || code == 0x55D || code == 0xFF5C ||
           code == 0xFF1D || code == 0x25BA || code == 0xBB || code == 0x2192 || code == 0x3011 || code == 0x2013 ||
           code == 0x2014;
}

static int is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_all_digits(const char *text, size_t size) {
    for (size_t at = 0; at < size; at++)
        if (!is_digit(text[at])) return 0;
    return 1;
}

/* -- Tokens ------------------------------------------------------------------------------------------------------ */

/* The end of the token of ASCII text that begins here; 0 if none does. */
static size_t token_end(const char *text, size_t at, size_t size) {
    if (at + 2 < size && text[at] == '(' && (text[at + 1] | 0x20) == 'c' && text[at + 2] == ')') return at + 3;
    if (!is_word_char(text[at])) return 0;
    for (;; at++) {
        while (at < size && is_word_char(text[at])) at++;
        if (at + 1 >= size || !is_word_char(text[at + 1])) return at;
        const int joins = text[at] == '\'' || text[at] == '.' || text[at] == '@' || text[at] == '-' ||
                          ((text[at] == ':' || text[at] == '/') && is_digit(text[at - 1]) && is_digit(text[at + 1]));
        if (!joins) return at;
    }
}

/* Copies text as ASCII. A typographic apostrophe becomes `'`. Marks that are never part of a word become spaces, so the
   words stay the same. Returns the length; 0 if there are other characters beyond ASCII, or there is no room. */
static size_t to_ascii(const char *text, size_t size, char *ascii, size_t room) {
    size_t length = 0;
    for (size_t at = 0, of_char; at < size; at += of_char) {
        const unsigned code = char_at(text + at, &of_char);
        const int is_mark = code == 0x2018 || code == 0x201C || code == 0x201D || code == 0x2013 || code == 0x2014 ||
                            code == 0x2026 || code == 0xAB || code == 0xBB;
        if (length == room || (code >= 0x80 && !is_mark && code != 0x2019)) return 0;
        ascii[length++] = code < 0x80 ? (char)code : is_mark ? ' ' : '\'';
    }
    return length;
}

/* Copies ASCII text in small letters. */
static void to_lower(const char *text, size_t size, char *lower) {
    for (size_t at = 0; at < size; at++) lower[at] = text[at] >= 'A' && text[at] <= 'Z' ? (char)(text[at] | 0x20) : text[at];
}
