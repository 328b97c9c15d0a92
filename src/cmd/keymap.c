/* Which command a key gives: the defaults of commands.def, and what the user bound over them. */
#include "cmd/cmd.h"
#include "cmd/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/mem.h"

#define BINDINGS_MAX 1000 /* far more than there are keys */

struct binding {
    uint32_t key;
    enum command_id id; /* CMD_NONE: unbound */
    char *name, *command;
    bool user;  /* from the configuration: a second one of the same key is a mistake */
    bool bound; /* by a person, there or here; else it is a default */
};

struct keymap {
    uint32_t (*key_parse)(const char *);
    struct binding *b;
    size_t count, cap;
};

static struct binding *find(const struct keymap *k, uint32_t key)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->b[i].key == key)
            return &k->b[i];
    return NULL;
}

static void binding_release(struct binding *b)
{
    free(b->name);
    free(b->command);
}

static void put(struct keymap *k, struct binding new)
{
    struct binding *old = find(k, new.key);
    if (old) {
        binding_release(old);
        *old = new;
        return;
    }
    k->b = x_grow(k->b, &k->cap, k->count + 1, sizeof *k->b);
    k->b[k->count++] = new;
}

/* A default key; those that say which pane are told apart by their argument. */
static void put_default(struct keymap *k, const struct command *c, char *name)
{
    uint32_t key = k->key_parse(name);
    if (key == 0)
        abort(); /* commands.def names a key that is none: no console without its keys */
    put(k, (struct binding){.key = key,
                            .id = c->id,
                            .name = name,
                            .command = c->id == CMD_PANE ? x_printf("%s %s", c->name, name) : x_strdup(c->name)});
}

struct keymap *keymap_new(uint32_t (*key_parse)(const char *))
{
    struct keymap *k = x_calloc(1, sizeof *k);
    k->key_parse = key_parse;
    for (unsigned id = CMD_NONE + 1; id < NCOMMANDS; id++) {
        const char *at = command_of(id)->keys, *word;
        size_t n;
        while (words_next(&at, &word, &n))
            put_default(k, command_of(id), x_strndup(word, n));
    }
    return k;
}

void keymap_free(struct keymap *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->count; i++)
        binding_release(&k->b[i]);
    free(k->b);
    free(k);
}

static const char *command_words(const struct binding *b)
{
    return b->id == CMD_NONE ? "none" : b->command;
}

static bool check_clash(const struct keymap *k, uint32_t key, const char *name, const char *command, struct err *e)
{
    const struct binding *old = find(k, key);
    if (!old || !old->user || strcmp(command_words(old), command) == 0)
        return true;
    return err_set(e, ERR_CONFIG, "key '%s' is bound twice, to '%.80s' and to '%.80s': keep one of them", name,
                   command_words(old), command);
}

static bool check_command(const char *command, enum command_id *id, struct err *e)
{
    struct cmdline_parsed p;
    bool ok = cmd_parse(command, &p, e);
    *id = p.id;
    free(p.arg);
    return ok;
}

bool keymap_bind(struct keymap *k, const char *key, const char *command, bool from_user, struct err *e)
{
    enum command_id id = CMD_NONE;
    uint32_t code = *key ? k->key_parse(key) : 0;
    bool unbind = strcasecmp(command, "none") == 0;
    if (code == 0)
        return err_set(e, ERR_CONFIG, "'%.32s' is no key: write one like K, Space, F5, Ctrl-L, PgDn or Shift-Tab", key);
    if (!unbind && !check_command(command, &id, e))
        return false;
    if (unbind)
        command = "none";
    if (from_user && !check_clash(k, code, key, command, e))
        return false;
    if (k->count >= BINDINGS_MAX && !find(k, code))
        return err_set(e, ERR_CONFIG, "more than %d keys are bound: take some out", BINDINGS_MAX);
    put(k, (struct binding){
               .key = code, .id = id, .name = x_strdup(key), .command = x_strdup(command), .user = from_user, .bound = true});
    return true;
}

const char *keymap_get(const struct keymap *k, uint32_t key)
{
    const struct binding *b = find(k, key);
    return b && b->id != CMD_NONE ? b->command : NULL;
}

void keymap_each(const struct keymap *k, void (*fn)(void *data, const char *key, const char *command, bool from_user), void *data)
{
    for (unsigned id = CMD_NONE + 1; id <= NCOMMANDS; id++)
        for (size_t i = 0; i < k->count; i++)
            if (k->b[i].id == (id == NCOMMANDS ? CMD_NONE : id))
                fn(data, k->b[i].name, command_words(&k->b[i]), k->b[i].bound);
}

void keymap_keys(const struct keymap *k, enum command_id id, struct text *out)
{
    bool first = true;
    for (size_t i = 0; i < k->count; i++) {
        if (k->b[i].id != id || id == CMD_NONE)
            continue;
        if (!first)
            text_addc(out, ' ');
        text_adds(out, k->b[i].name);
        first = false;
    }
}
