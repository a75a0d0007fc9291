/* The functions of selectolax's parser (lexbor) that read a tree, for the files that include this one.

   selectolax's own library exports them. So there is no need for the parser's headers, for a second parser or for a copy
   of the tree. A page must stay alive during a call; the caller's reference to it makes sure of that. */

#include <dlfcn.h>
#include <stdint.h>

typedef void Node; /* of the parser; only its functions look inside */

static struct {
    Node *(*first_child)(Node *);
    Node *(*next)(Node *);
    Node *(*previous)(Node *);
    Node *(*parent)(Node *);
    unsigned (*type)(Node *);
    uintptr_t (*tag_id)(Node *);
    const char *(*name)(Node *, size_t *);
    char *(*text)(Node *, size_t *);
    void *(*free_text)(Node *, char *);
    Node *(*first_attribute)(Node *);
    Node *(*next_attribute)(Node *);
    const char *(*attribute_name)(Node *, size_t *);
    const char *(*attribute_value)(Node *, size_t *);
} dom;

static const struct {
    const char *name;
    void **function;
} SYMBOLS[] = {
    {"lxb_dom_node_first_child_noi", (void **)&dom.first_child},
    {"lxb_dom_node_next_noi", (void **)&dom.next},
    {"lxb_dom_node_prev_noi", (void **)&dom.previous},
    {"lxb_dom_node_parent_noi", (void **)&dom.parent},
    {"lxb_dom_node_type_noi", (void **)&dom.type},
    {"lxb_dom_node_tag_id_noi", (void **)&dom.tag_id},
    {"lxb_dom_element_qualified_name", (void **)&dom.name},
    {"lxb_dom_node_text_content", (void **)&dom.text},
    {"lxb_dom_document_destroy_text_noi", (void **)&dom.free_text},
    {"lxb_dom_element_first_attribute_noi", (void **)&dom.first_attribute},
    {"lxb_dom_element_next_attribute_noi", (void **)&dom.next_attribute},
    {"lxb_dom_attr_qualified_name", (void **)&dom.attribute_name},
    {"lxb_dom_attr_value_noi", (void **)&dom.attribute_value},
};
enum { ELEMENT = 1, TEXT = 3, PROCESSING_INSTRUCTION = 7, DOCUMENT = 9 }; /* types of nodes, from the DOM standard */

/* Finds the functions in the library at this path. Returns the library, which stays open. If that fails, it returns NULL
   with an error set and changes nothing: an earlier call stays in force. */
static void *bind_parser(const char *path) {
    void *functions[sizeof SYMBOLS / sizeof *SYMBOLS];
    void *library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (!library) {
        PyErr_SetString(PyExc_ImportError, "the parser is not loaded");
        return NULL;
    }
    for (size_t n = 0; n < sizeof SYMBOLS / sizeof *SYMBOLS; n++) {
        functions[n] = dlsym(library, SYMBOLS[n].name);
        if (!functions[n]) {
            dlclose(library);
            PyErr_Format(PyExc_ImportError, "the parser has no function %s", SYMBOLS[n].name);
            return NULL;
        }
    }
    for (size_t n = 0; n < sizeof SYMBOLS / sizeof *SYMBOLS; n++) *SYMBOLS[n].function = functions[n];
    return library;
}
