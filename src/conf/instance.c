/* What all sources together say about one instance. */
#include "conf/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/words.h"

struct lookup {
    const struct conf *conf;
    const struct cmdline *cl;
    const struct conf_instance *instance; /* NULL: a TARGET that is not in the configuration */
    struct instance_conf *out;
};

static const char *environment(enum option_id id)
{
    const char *value = id == OPT_USER       ? getenv("NEO4J_USERNAME")
                        : id == OPT_DATABASE ? getenv("NEO4J_DATABASE")
                                             : NULL;

    return value && *value ? value : NULL;
}

/* The text of an option from the source that counts most, noted in out->from. */
static const char *option_text(struct lookup *l, enum option_id id)
{
    const struct option_row *row = option_row(id);
    const struct conf_item *item = l->instance ? conf_items_find(&l->instance->items, id) : NULL;
    struct conf_origin *from = &l->out->from[id];

    if (l->cl && l->cl->set[id] && row->scope == SCOPE_INSTANCE) {
        from->from = FROM_CMDLINE;
        return row->type == TYPE_BOOL ? "yes" : l->cl->value[id].text;
    }
    if (item) {
        *from = (struct conf_origin){.from = FROM_INSTANCE, .at = item->at};
        return item->text;
    }
    if (environment(id)) {
        from->from = FROM_ENVIRONMENT;
        return environment(id);
    }
    item = row->scope == SCOPE_INSTANCE ? conf_items_find(&l->conf->options, id) : NULL;
    if (item) {
        *from = (struct conf_origin){.from = FROM_OPTIONS, .at = item->at};
        return item->text;
    }
    from->from = FROM_DEFAULT;
    return row->def;
}

static char *text_of(struct lookup *l, enum option_id id)
{
    const char *s = option_text(l, id);

    return *s ? x_strdup(s) : NULL;
}

static struct option_value value_of(struct lookup *l, enum option_id id)
{
    struct option_value v;

    option_check(id, option_text(l, id), &v, NULL); /* was checked when it came in */
    return v;
}

static char **command_of_text(struct lookup *l, enum option_id id)
{
    const char *s = option_text(l, id);
    char **argv = NULL;

    if (*s)
        words_split(s, &argv, NULL); /* was checked when it came in */
    return argv;
}

static void fill(struct lookup *l)
{
    struct instance_conf *ic = l->out;

    ic->auth = (enum conf_auth)value_of(l, OPT_AUTH).number;
    ic->user = text_of(l, OPT_USER);
    ic->password_file = text_of(l, OPT_PASSWORD_FILE);
    ic->password_command = command_of_text(l, OPT_PASSWORD_COMMAND);
    ic->token_command = command_of_text(l, OPT_TOKEN_COMMAND);
    ic->ca_file = text_of(l, OPT_CA_FILE);
    ic->client_cert = text_of(l, OPT_CLIENT_CERT);
    ic->client_key = text_of(l, OPT_CLIENT_KEY);
    ic->insecure = value_of(l, OPT_TLS).number == 1 || ic->where.insecure;
    ic->proxy = text_of(l, OPT_PROXY);
    ic->group = text_of(l, OPT_GROUP);
    ic->database = text_of(l, OPT_DATABASE);
    ic->become = command_of_text(l, OPT_BECOME);
    ic->become_service = command_of_text(l, OPT_BECOME_SERVICE);
    ic->start_command = command_of_text(l, OPT_START_COMMAND);
    ic->stop_command = command_of_text(l, OPT_STOP_COMMAND);
    ic->restart_command = command_of_text(l, OPT_RESTART_COMMAND);
    ic->home = ic->where.kind == TARGET_HOME ? x_strdup(ic->where.path) : text_of(l, OPT_HOME);
    ic->critical = value_of(l, OPT_CRITICAL).on;
    ic->read_only = value_of(l, OPT_READ_ONLY).on;
    ic->lock = (enum conf_lock)value_of(l, OPT_LOCK).number;
}

static bool wrong_at(struct err *e, const struct conf_origin *o, const char *name, const char *words)
{
    return err_set(e, ERR_CONFIG, "%s:%u: instance '%s': %s", o->at.file ? o->at.file : "command line", o->at.line,
                   name, words);
}

/* Two ways to the password: the nearer one counts, two equally near ones are a mistake. */
static bool settle(struct instance_conf *ic, struct err *e)
{
    const struct conf_origin *file = &ic->from[OPT_PASSWORD_FILE], *command = &ic->from[OPT_PASSWORD_COMMAND];

    if (ic->password_file && ic->password_command) {
        if (file->from == command->from)
            return wrong_at(e, command, ic->name, "password_command and password_file are both set: leave one out");
        if (file->from > command->from) {
            words_free(ic->password_command);
            ic->password_command = NULL;
        } else {
            free(ic->password_file);
            ic->password_file = NULL;
        }
    }
    if (ic->proxy && (ic->where.kind == TARGET_BOLT || ic->protocol == CONF_PROTOCOL_BOLT))
        return wrong_at(e, &ic->from[OPT_PROXY], ic->name, "a proxy takes HTTP only: leave it out, or give the http:// address");
    if (ic->client_key && !ic->client_cert)
        return wrong_at(e, &ic->from[OPT_CLIENT_KEY], ic->name, "client_key needs a client_cert beside it");
    return true;
}

/* What is asked for over what. An http address asked over Bolt stays as it was written: GET / tells the port, when it answers. With an
 * address of Bolt there is no telling where HTTP is. */
static bool choose_protocol(struct lookup *l, struct err *e)
{
    struct instance_conf *ic = l->out;

    ic->protocol = (enum conf_protocol)value_of(l, OPT_PROTOCOL).number;
    if (ic->protocol != CONF_PROTOCOL_HTTP || ic->where.kind != TARGET_BOLT)
        return true;
    return err_set(e, ic->from[OPT_PROTOCOL].from == FROM_CMDLINE ? ERR_USAGE : ERR_CONFIG,
                   "%s is an address of Bolt, but protocol is http: give the http:// or https:// address, or leave protocol out",
                   ic->where.name);
}

static const char *next_instance(const void *data, size_t i)
{
    const struct conf *c = data;

    return i < c->ninstances ? c->instances[i].name : NULL;
}

/* Where only the home is configured: its own configuration will say where it is asked. */
static bool find_by_home(struct lookup *l, const struct conf_item *home)
{
    struct target *where = &l->out->where;

    *where = (struct target){.kind = TARGET_HOME, .path = x_strdup(home->text), .name = x_strdup(home->text)};
    l->out->name = x_strdup(l->instance->name);
    l->out->from[OPT_URI] = l->out->from[OPT_HOME] = (struct conf_origin){.from = FROM_INSTANCE, .at = home->at};
    return true;
}

/* From the configuration, by name. */
static bool find_configured(struct lookup *l, struct err *e)
{
    const struct conf_item *uri = conf_items_find(&l->instance->items, OPT_URI);
    const struct conf_item *home = conf_items_find(&l->instance->items, OPT_HOME);
    const struct place *at = &l->instance->at;

    if ((!uri || !*uri->text) && home && *home->text)
        return find_by_home(l, home);
    if (!uri || !*uri->text)
        return err_set(e, ERR_CONFIG, "%s:%u: instance '%s' has no uri: write uri = http://HOST below it, or home = DIRECTORY",
                       at->file, at->line, l->instance->name);
    if (!target_parse_uri(uri->text, &l->out->where, e))
        return false;
    l->out->name = x_strdup(l->instance->name);
    l->out->from[OPT_URI] = (struct conf_origin){.from = FROM_INSTANCE, .at = uri->at};
    return true;
}

static bool find_other(struct lookup *l, const char *target, struct err *e)
{
    const char *near, *uri = getenv("NEO4J_URI");

    if (!target_parse(target, &l->out->where, e)) {
        near = strpbrk(target, "/:") ? NULL : nearest_name(target, next_instance, l->conf);
        return near ? err_set(e, ERR_USAGE, "no instance '%.100s' in the configuration, did you mean '%s'?", target,
                              near)
                    : false;
    }
    l->out->name = x_strdup(l->out->where.name);
    l->out->from[OPT_URI].from = uri && strcmp(uri, target) == 0 ? FROM_ENVIRONMENT : FROM_TARGET;
    if (l->out->where.kind == TARGET_HOME)
        l->out->from[OPT_HOME].from = FROM_TARGET;
    return true;
}

static bool stop_at_problem(const struct problem *p, struct err *e)
{
    struct text words;

    if (!p)
        return false;
    text_init(&words, 0);
    problem_words(p, &words);
    err_set(e, ERR_CONFIG, "%s", words.s);
    text_release(&words);
    return true;
}

bool instance_conf_init(struct instance_conf *ic, const struct conf *c, const struct cmdline *cl, const char *target,
                        struct err *e)
{
    struct lookup l = {.conf = c, .cl = cl, .out = ic, .instance = conf_instance(c, target)};
    struct text uri;
    bool ok;

    memset(ic, 0, sizeof *ic);
    if (stop_at_problem(conf_fatal(c, l.instance ? target : NULL), e))
        return false;
    ok = (l.instance ? find_configured(&l, e) : find_other(&l, target, e)) && choose_protocol(&l, e);
    if (ok && !l.instance && ic->where.kind != TARGET_HOME) {
        free(ic->name);
        ic->name = x_strdup(ic->where.name);
    }
    if (ok) {
        text_init(&uri, 0);
        target_uri(&ic->where, &uri);
        ic->uri = text_steal(&uri);
        fill(&l);
        ok = settle(ic, e);
    }
    if (!ok)
        instance_conf_release(ic);
    return ok;
}

static void replace_text(char **at, const char *s)
{
    char *copy = x_strdup(s);

    free(*at);
    *at = copy;
}

bool instance_conf_found(struct instance_conf *ic, const char *uri, const char *name, bool open, struct err *e)
{
    struct text normal;
    struct target where;

    if (uri) {
        if (!target_parse_uri(uri, &where, e))
            return false;
        text_init(&normal, 0);
        target_uri(&where, &normal);
        replace_text(&ic->uri, normal.s);
        text_release(&normal);
        target_release(&ic->where);
        ic->where = where;
        ic->from[OPT_URI] = (struct conf_origin){.from = FROM_FOUND};
    }
    if (name)
        replace_text(&ic->name, name);
    if (open && ic->from[OPT_AUTH].from == FROM_DEFAULT) {
        ic->auth = CONF_AUTH_NONE;
        ic->from[OPT_AUTH].from = FROM_FOUND;
    }
    return true;
}

void instance_conf_release(struct instance_conf *ic)
{
    target_release(&ic->where);
    free(ic->name);
    free(ic->uri);
    free(ic->user);
    free(ic->password_file);
    words_free(ic->password_command);
    words_free(ic->token_command);
    free(ic->ca_file);
    free(ic->client_cert);
    free(ic->client_key);
    free(ic->proxy);
    free(ic->group);
    free(ic->database);
    free(ic->home);
    words_free(ic->become);
    words_free(ic->become_service);
    words_free(ic->start_command);
    words_free(ic->stop_command);
    words_free(ic->restart_command);
    memset(ic, 0, sizeof *ic);
}

void instance_conf_origin(const struct instance_conf *ic, enum option_id id, struct text *out)
{
    const struct conf_origin *o = &ic->from[id];

    switch (o->from) {
    case FROM_CMDLINE:
    case FROM_TARGET:
        text_adds(out, "command line");
        break;
    case FROM_ENVIRONMENT:
        text_adds(out, id == OPT_USER ? "NEO4J_USERNAME" : id == OPT_URI ? "NEO4J_URI" : "NEO4J_DATABASE");
        break;
    case FROM_FOUND:
        text_adds(out, id == OPT_HOME ? "found on this machine" : "its neo4j.conf");
        break;
    case FROM_INSTANCE:
    case FROM_OPTIONS:
        text_addf(out, "%s:%u", o->at.file, o->at.line);
        break;
    default:
        text_adds(out, "default");
    }
}
