/* The machines of the instances: how each is reached, what may be done there, and what is known of where the server lives. */
#include "app/machines.h"

/* A home that is configured is meant on this machine: there is no other way to another one yet. */
bool machine_is_here(const struct app *a, uint32_t i)
{
    const struct instance_conf *conf = &a->inst[i].conf;

    return conf->home || target_is_local(&conf->where);
}

static const char *const *argv_of(char **words)
{
    return (const char *const *)words;
}

void machines_set(struct app *a)
{
    for (uint32_t i = 0; i < a->ninst; i++) {
        const struct instance_conf *conf = &a->inst[i].conf;
        const struct host_spec spec = {.carrier = CARRIER_LOCAL,
                                       .become = argv_of(conf->become),
                                       .become_service = argv_of(conf->become_service),
                                       .start = argv_of(conf->start_command),
                                       .stop = argv_of(conf->stop_command),
                                       .restart = argv_of(conf->restart_command),
                                       .read_only = app_instance_read_only(a, i)};

        if (machine_is_here(a, i))
            host_set(a->hosts, i, &spec);
    }
}

static void far_words(const struct instance_conf *conf, struct text *words)
{
    text_addf(words, "the machine of %s is not reached: hosts by SSH are not built yet; run neodeck there, or set home where it is this one",
              *conf->where.host ? conf->where.host : conf->name);
}

/* As it was asked when the tape was made. */
static void wish_of_tape(const struct app *a, uint32_t i, struct site_wish *wish, struct text *words)
{
    struct place_of_server place = replayer_place(a->replayer, i);

    wish->home = place.home;
    wish->port = place.port;
    if (replayer_knows_host(a->replayer, i))
        return;
    text_adds(words, "the tape tells nothing of its machine");
    wish->no_host = words->s;
}

void machine_wish(const struct app *a, uint32_t i, struct site_wish *wish, struct text *words)
{
    const struct instance_conf *conf = &a->inst[i].conf;

    *wish = (struct site_wish){0};
    if (a->replayer) {
        wish_of_tape(a, i, wish, words);
        return;
    }
    wish->home = conf->home;
    wish->found = conf->from[OPT_HOME].from == FROM_FOUND;
    wish->port = conf->where.port;
    if (machine_is_here(a, i))
        return;
    far_words(conf, words);
    wish->no_host = words->s;
}
