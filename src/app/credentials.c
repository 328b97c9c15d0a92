/* Where secrets come from: the environment, a file, a command, a person. A secret that is the same for several instances is one
 * credential: what one server refuses is tried nowhere else. */
#include "app/app.h"

#include <stdlib.h>
#include <string.h>

#include "conf/file.h"

#define COMMAND_MS 30000

enum source { SOURCE_PERSON, SOURCE_ENVIRONMENT, SOURCE_FILE, SOURCE_COMMAND, SOURCE_WITHHELD };

struct source_of {
    struct app *app;
    struct credential *credential;
    uint32_t instance;   /* the first that uses it: its configuration says how */
    enum source source;
    bool has;            /* a secret was given at least once */
    bool running;        /* its command is */
};

static enum source source_for(const struct instance_conf *conf)
{
    if (conf->auth == CONF_AUTH_BEARER)
        return conf->token_command ? SOURCE_COMMAND : conf->password_file ? SOURCE_FILE : SOURCE_PERSON;
    if (conf->password_command)
        return SOURCE_COMMAND;
    if (conf->password_file)
        return SOURCE_FILE;
    return getenv("NEO4J_PASSWORD") ? SOURCE_ENVIRONMENT : SOURCE_PERSON;
}

static char **command_of_source(const struct instance_conf *conf)
{
    return conf->auth == CONF_AUTH_BEARER ? conf->token_command : conf->password_command;
}

/* What makes two credentials the same one: how, who, and from where. Nobody said of servers that were only found here that they share
 * one: each has its own, that a refusal of one stops none of the others. */
static char *credential_key(const struct app_instance *in, enum source source)
{
    const struct instance_conf *conf = &in->conf;
    struct text key;
    char *s;

    text_init(&key, 16384);
    text_addf(&key, "%d %s %d ", conf->auth, conf->user, source);
    if (source == SOURCE_FILE)
        text_adds(&key, conf->password_file);
    if (source == SOURCE_COMMAND)
        for (char **word = command_of_source(conf); *word; word++)
            text_addf(&key, "%s ", *word);
    if (source == SOURCE_PERSON)
        text_adds(&key, conf->group ? conf->group : conf->name);
    if (in->by_home)
        text_addf(&key, " of %s", conf->name);
    s = text_steal(&key);
    text_release(&key);
    return s;
}

void credentials_add(struct app *a, uint32_t instance, struct link_instance *spec)
{
    const struct instance_conf *conf = &a->inst[instance].conf;
    enum source source;
    struct source_of *of;
    char *key;

    if (conf->auth == CONF_AUTH_NONE)
        return;
    source = source_for(conf);
    if (a->inst[instance].runs_as && source != SOURCE_PERSON)
        source = SOURCE_WITHHELD;
    key = credential_key(&a->inst[instance], source);
    spec->credential = link_credential(a->link, key, conf->auth == CONF_AUTH_BEARER ? HTTP_AUTH_BEARER : HTTP_AUTH_BASIC, conf->user);
    free(key);
    a->inst[instance].credential = spec->credential;
    for (size_t i = 0; i < a->nsources; i++)
        if (a->sources[i]->credential == spec->credential)
            return;
    of = x_calloc(1, sizeof(*of));
    *of = (struct source_of){.app = a, .credential = spec->credential, .instance = instance, .source = source};
    a->sources = x_grow(a->sources, &a->sources_cap, a->nsources + 1, sizeof(*a->sources));
    a->sources[a->nsources++] = of;
}

static void take(struct source_of *of, struct secret *s, const struct err *e)
{
    if (!s) {
        credential_failed(of->app->link, of->credential, e->words);
        return;
    }
    of->has = true;
    credential_set(of->app->link, of->credential, s);
}

static void on_command(void *data, const struct child_result *r)
{
    struct source_of *of = data;
    struct err e = {0};
    struct secret *s = NULL;
    const char *name;

    if (r->cancelled)
        return; /* the program ends: nothing of ours is left */
    of->running = false;
    name = of->app->inst[of->instance].conf.auth == CONF_AUTH_BEARER ? "token_command" : "password_command";
    if (r->error)
        err_set(&e, ERR_LOGIN, "%s cannot be run: %s", name, r->error);
    else if (r->timed_out)
        err_set(&e, ERR_LOGIN, "%s did not end within %d s", name, COMMAND_MS / 1000);
    else if (r->exit_status != 0)
        err_set(&e, ERR_LOGIN, "%s failed with status %d: %.*s", name, r->exit_status, (int)strcspn(r->errout->s, "\n"), r->errout->s);
    else
        s = secret_first_line(r->out->s, r->out->len, name, &e);
    take(of, s, &e);
}

static void take_environment(struct source_of *of)
{
    const char *env = getenv("NEO4J_PASSWORD");
    struct err e = {0};
    struct secret *s = env ? secret_new(env, strlen(env)) : NULL;

    if (!s)
        err_set(&e, ERR_LOGIN, "NEO4J_PASSWORD is longer than %d bytes: that is no password", SECRET_MAX);
    take(of, s, &e);
}

/* Not for our children, nor for who reads our environment later. */
static void forget_environment(void)
{
    char *env = getenv("NEO4J_PASSWORD");

    if (env)
        mem_wipe(env, strlen(env));
    unsetenv("NEO4J_PASSWORD");
}

static void withhold(struct source_of *of)
{
    struct err e = {0};

    err_set(&e, ERR_LOGIN, "it runs as user '%.60s' and gets no password unasked", of->app->inst[of->instance].runs_as);
    take(of, NULL, &e);
}

static void fetch(struct source_of *of)
{
    const struct instance_conf *conf = &of->app->inst[of->instance].conf;
    struct err e = {0};

    switch (of->source) {
    case SOURCE_FILE: take(of, secret_read_file(conf->password_file, &e), &e); break;
    case SOURCE_ENVIRONMENT: take_environment(of); break;
    case SOURCE_WITHHELD: withhold(of); break;
    case SOURCE_COMMAND:
        of->running = true;
        loop_spawn(of->app->loop, (const char *const *)command_of_source(conf), NULL, 0, SECRET_MAX + 2, COMMAND_MS, on_command, of);
        break;
    default: credential_set(of->app->link, of->credential, NULL); break;
    }
}

void credentials_start(struct app *a)
{
    for (size_t i = 0; i < a->nsources; i++)
        if (a->sources[i]->source == SOURCE_ENVIRONMENT && !a->sources[i]->has)
            fetch(a->sources[i]);
    forget_environment();
    for (size_t i = 0; i < a->nsources; i++)
        if (a->sources[i]->source != SOURCE_ENVIRONMENT && !a->sources[i]->has)
            fetch(a->sources[i]);
}

bool credentials_come(const struct app *a)
{
    for (size_t i = 0; i < a->nsources; i++)
        if (a->sources[i]->running)
            return true;
    return false;
}

static struct source_of *source_of_instance(const struct app *a, uint32_t instance)
{
    for (size_t i = 0; instance < a->ninst && i < a->nsources; i++)
        if (a->sources[i]->credential == a->inst[instance].credential)
            return a->sources[i];
    return NULL;
}

bool credentials_wanted(const struct app *a, uint32_t instance)
{
    const struct source_of *of = source_of_instance(a, instance);

    return of && of->source == SOURCE_PERSON && !of->has;
}

void credentials_give(struct app *a, uint32_t instance, const char *bytes, size_t n)
{
    struct source_of *of = source_of_instance(a, instance);
    struct err e = {0};
    struct secret *s;

    if (!of)
        return;
    s = secret_new(bytes, n);
    if (!s)
        err_set(&e, ERR_LOGIN, "a password has at most %d bytes", SECRET_MAX);
    take(of, s, &e);
}

void credentials_release(struct app *a)
{
    for (size_t i = 0; i < a->nsources; i++)
        free(a->sources[i]);
    free(a->sources);
}
