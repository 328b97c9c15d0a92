#include "app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/found.h"
#include "app/machines.h"
#include "app/ports.h"
#include "app/wired.h"
#include "base/clock.h"
#include "base/log.h"
#include "conf/paths.h"

#define MESSAGES_KEPT 500

static void on_step(void *data)
{
    app_step(data);
}

/* Timers run in real time also when the clock is frozen for a script: then only the script moves time. */
void app_step(struct app *a)
{
    int64_t now = clock_mono_ms(), feed = feed_step(a->feed, now), ops = ops_step(a->ops, now);
    int64_t in = feed < 0 ? ops : ops < 0 ? feed : feed < ops ? feed : ops;

    ports_judge(a);
    if (in < 0)
        timer_clear(a->step);
    else if (!clock_frozen())
        timer_set(a->step, in > 0 ? in : 1); /* a timer of 0 set by itself again would starve the sockets */
}

static void on_news(void *data)
{
    struct app *a = data;

    timer_set(a->step, 0); /* never from inside: a reply may be on its way through feed/ */
}

void app_ignore_reply(void *ctx, const struct reply *r)
{
    (void)ctx;
    (void)r;
}

bool app_read_only_records(const struct app *a)
{
    return a->replayer != NULL;
}

/* ---- messages ---- */

static void keep_message(struct app *a, const char *level, uint32_t instance, const char *words)
{
    const struct relation *old = model_get(a->model, MODEL_NO_INSTANCE, SHEET_MESSAGES);
    struct relation *rel = relation_new(MODEL_NO_INSTANCE, SHEET_MESSAGES);
    size_t from = old && old->nrows >= MESSAGES_KEPT ? old->nrows - MESSAGES_KEPT + 1 : 0;
    struct value *row;

    for (size_t i = from; old && i < old->nrows; i++) {
        row = relation_add_row(rel);
        for (size_t col = 0; col < old->ncols; col++)
            row[col] = value_copy(&rel->arena, relation_cell(old, i, col));
    }
    row = relation_add_row(rel);
    row[COL_MESSAGES_ID] = v_int((int64_t)++a->message_number);
    row[COL_MESSAGES_TIME] = v_time(clock_wall_ms());
    row[COL_MESSAGES_LEVEL] = v_copy_text(&rel->arena, level, strlen(level));
    row[COL_MESSAGES_INSTANCE] = v_absent(ABSENT_NOT_APPLICABLE);
    if (instance != MODEL_NO_INSTANCE)
        row[COL_MESSAGES_INSTANCE] = v_copy_text(&rel->arena, model_instance_name(a->model, instance), strlen(model_instance_name(a->model, instance)));
    row[COL_MESSAGES_TEXT] = v_copy_text(&rel->arena, words, strlen(words));
    model_publish(a->model, rel);
}

void app_say(struct app *a, const char *level, uint32_t instance, const char *fmt, ...)
{
    char words[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(words, sizeof(words), fmt, ap);
    va_end(ap);
    log_debug("%s: %s", level, words);
    keep_message(a, level, instance, words);
    if (a->message)
        a->message(a->message_data, level, instance, words);
}

/* ---- wiring ---- */

static void read_options(struct app *a)
{
    a->read_only = conf_option(a->conf, a->cl, OPT_READ_ONLY).on;
    a->interval_ms = conf_option(a->conf, a->cl, OPT_INTERVAL).number;
    a->theme = conf_option(a->conf, a->cl, OPT_THEME).text;
    a->mouse = conf_option(a->conf, a->cl, OPT_MOUSE).on;
    a->ascii = conf_option(a->conf, a->cl, OPT_ASCII).on;
    a->no_color = conf_option(a->conf, a->cl, OPT_NO_COLOR).on;
}

static void open_log(struct app *a)
{
    struct err e = {0};
    char *path;

    if (!conf_option(a->conf, a->cl, OPT_VERBOSE).on)
        return;
    path = path_state("debug.log", &e);
    if (path) {
        char *dir = path_state(NULL, NULL);

        if (!dir || !path_make_dir(dir, &e) || !log_open(path))
            fprintf(stderr, "neodeck: no debug log in '%s'\n", path);
        free(dir);
    }
    free(path);
}

static bool guard_read_only(void *data, uint32_t instance)
{
    return app_instance_read_only(data, instance);
}

static void write_line(void *data, const char *line)
{
    fprintf(data, "%s\n", line);
}

static void begin_recording(struct app *a)
{
    const char **names = x_calloc(a->ninst + 1, sizeof(*names));
    struct place_of_server *places = x_calloc(a->ninst + 1, sizeof(*places));

    for (uint32_t i = 0; i < a->ninst; i++) {
        names[i] = a->inst[i].conf.name;
        if (machine_is_here(a, i))
            places[i] = (struct place_of_server){.home = a->inst[i].conf.home, .port = a->inst[i].conf.where.port};
    }
    recorder_begin(a->recorder, names, places, a->ninst);
    free(places);
    free(names);
}

static void wire_servers(struct app *a)
{
    struct port end;

    if (a->wired) {
        end = wired_port(a);
    } else if (a->replayer) {
        end = replayer_port(a->replayer);
    } else {
        a->http = http_new(a->loop);
        a->link = link_new(a->loop, a->http);
        http_expect_peers(a->http, a->ninst);
        if (!a->hosts)
            a->hosts = hosts_new(a->loop);
        machines_set(a);
        a->route = (struct route){.servers = link_port(a->link), .hosts = hosts_port(a->hosts)};
        end = route_port(&a->route);
    }
    if (a->record_to) {
        a->recorder = recorder_new(end, write_line, a->record_to);
        end = recorder_port(a->recorder);
    }
    a->guard = guard_new(end, laters_port(a->laters), guard_read_only, a);
    a->servers = guard_port(a->guard);
}

static void wire_store(struct app *a)
{
    char *dir = path_state(NULL, NULL);

    a->store = store_new(a->loop, dir ? dir : "");
    a->records = store_port(a->store);
    free(dir);
}

static void add_instance(struct app *a, uint32_t i)
{
    struct app_instance *in = &a->inst[i];
    struct link_instance spec = {.name = in->conf.name,
                                 .base = in->conf.uri,
                                 .ca_file = in->conf.ca_file,
                                 .client_cert = in->conf.client_cert,
                                 .client_key = in->conf.client_key,
                                 .proxy = in->conf.proxy,
                                 .insecure = in->conf.insecure,
                                 .over_bolt = in->conf.protocol == CONF_PROTOCOL_BOLT,
                                 .database = in->conf.database};

    model_add_instance(a->model, in->conf.name);
    if (a->wired)
        wired_add(a, i);
    if (!a->link || a->wired)
        return;
    credentials_add(a, i, &spec);
    link_add(a->link, &spec);
}

static void describe_instance(struct app *a, uint32_t i)
{
    const struct instance_conf *conf = &a->inst[i].conf;
    struct feed_instance facts = {.address = conf->uri,
                                  .group = conf->group ? conf->group : "",
                                  .user = conf->auth == CONF_AUTH_NONE ? "" : conf->user,
                                  .access = app_access_words(a, i),
                                  .critical = conf->critical};
    struct text words;

    text_init(&words, 1024);
    machine_wish(a, i, &facts.site, &words);
    feed_describe(a->feed, i, &facts);
    text_release(&words);
}

static bool open_tape(struct app *a, const struct app_tape *tape, struct err *e)
{
    if (tape->record && !(a->record_to = fopen(tape->record, "we")))
        return err_set(e, ERR_DISK, "cannot write '%s': %s", tape->record, strerror(errno));
    if (!tape->text)
        return true;
    a->replayer = replayer_new(tape->text, tape->len, laters_port(a->laters), e);
    if (!a->replayer)
        return false;
    clock_freeze(replayer_clock_ms(a->replayer));
    targets_from_tape(a);
    return !tape->wires || wired_open(a, tape->wires, e);
}

bool app_init(struct app *a, const struct cmdline *cl, char *const *targets, size_t ntargets, const struct app_tape *tape,
              struct err *e)
{
    *a = (struct app){.cl = cl, .conf = conf_new(), .loop = loop_new()};
    a->laters = laters_new(a->loop);
    a->model = model_new();
    if (!conf_load(a->conf, cl, e))
        return false;
    read_options(a);
    open_log(a);
    if (!open_tape(a, tape, e) || (!a->replayer && !targets_find(a, targets, ntargets, e)))
        return false;
    a->owner = a->replayer ? x_strdup("tape") : session_owner();
    wire_servers(a);
    wire_store(a);
    for (uint32_t i = 0; i < a->ninst; i++)
        add_instance(a, i);
    if (a->recorder)
        begin_recording(a);
    a->step = loop_timer(a->loop, on_step, a);
    a->ops = ops_new(a->servers, a->records, app_op_rules(a));
    ops_on_wake(a->ops, on_news, a);
    a->feed = feed_new(a->servers, a->model);
    feed_set_interval(a->feed, a->interval_ms);
    feed_on_news(a->feed, on_news, a);
    for (uint32_t i = 0; i < a->ninst; i++)
        describe_instance(a, i);
    ports_judge(a);
    return true;
}

static void tell_problems(struct app *a)
{
    for (size_t i = 0; i < a->conf->nproblems; i++) {
        struct text t;

        text_init(&t, 1024);
        problem_words(&a->conf->problems[i], &t);
        app_say(a, "warn", MODEL_NO_INSTANCE, "%s", t.s);
        text_release(&t);
    }
}

void app_start(struct app *a)
{
    tell_problems(a);
    if (a->wired) {
        wired_start(a);
    } else if (a->link) {
        credentials_start(a);
        link_start(a->link);
    }
    app_step(a);
}

static void release_instance(struct app_instance *in)
{
    instance_conf_release(&in->conf);
    free(in->why_not);
    free(in->running_home);
    free(in->runs_as);
}

void app_release(struct app *a)
{
    a->leaving = true;
    found_remember(a);
    if (a->feed)
        feed_free(a->feed);
    if (a->ops)
        ops_free(a->ops);
    timer_free(a->step);
    guard_free(a->guard);
    recorder_free(a->recorder);
    replayer_free(a->replayer);
    hosts_free(a->hosts);
    link_free(a->link);
    http_free(a->http);
    wired_release(a);
    if (a->store)
        store_free(a->store);
    laters_free(a->laters);
    credentials_release(a);
    for (uint32_t i = 0; i < a->ninst; i++)
        release_instance(&a->inst[i]);
    free(a->inst);
    free(a->themes);
    free(a->owner);
    model_free(a->model);
    conf_free(a->conf);
    loop_free(a->loop);
    if (a->record_to)
        fclose(a->record_to);
    log_close();
}
