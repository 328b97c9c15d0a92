/* What may be done where: read-only, locked, armed; and who is sitting here. */
#include "app/app.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define ARMED_MS (15 * 60 * 1000)

const char *app_read_only_why(const struct app *a, uint32_t instance)
{
    if (a->read_only)
        return a->cl && a->cl->set[OPT_READ_ONLY] ? "started with --read-only" : "read_only = yes in [options]";
    if (instance != MODEL_NO_INSTANCE && instance < a->ninst)
        return a->inst[instance].conf.read_only ? "read_only = yes for this instance" : NULL;
    for (uint32_t i = 0; i < a->ninst; i++) /* of none in particular: only when none may be written to */
        if (!a->inst[i].conf.read_only)
            return NULL;
    return a->ninst ? "read_only = yes for every instance" : NULL;
}

bool app_instance_read_only(const struct app *a, uint32_t instance)
{
    return app_read_only_why(a, instance) != NULL;
}

static enum arming arming_of(struct app *a, uint32_t instance)
{
    struct app_instance *in = &a->inst[instance];

    if (in->arming == ARM_ARMED && clock_mono_ms() >= in->armed_until_ms)
        in->arming = ARM_LOCKED;
    return in->arming;
}

bool app_instance_locked(struct app *a, uint32_t instance)
{
    return instance < a->ninst && arming_of(a, instance) == ARM_LOCKED;
}

void app_arm(struct app *a, uint32_t instance)
{
    if (instance >= a->ninst)
        return;
    a->inst[instance].arming = ARM_ARMED;
    a->inst[instance].armed_until_ms = clock_mono_ms() + ARMED_MS;
}

void app_lock(struct app *a, uint32_t instance)
{
    for (uint32_t i = 0; i < a->ninst; i++)
        if (instance == i || (instance == MODEL_NO_INSTANCE && a->inst[i].conf.lock != CONF_LOCK_NEVER))
            a->inst[i].arming = a->inst[i].arming == ARM_OPEN && instance == MODEL_NO_INSTANCE ? ARM_OPEN : ARM_LOCKED;
}

/* Idling locks again: the time runs from the last key. */
void app_touch(struct app *a)
{
    int64_t now = clock_mono_ms();

    for (uint32_t i = 0; i < a->ninst; i++)
        if (a->inst[i].arming == ARM_ARMED && now < a->inst[i].armed_until_ms)
            a->inst[i].armed_until_ms = now + ARMED_MS;
}

/* On Community every login is an administrator: nothing but this console holds back. */
static bool is_community(const struct app *a, uint32_t instance)
{
    const struct relation *rel = instance == MODEL_NO_INSTANCE ? NULL : model_get(a->model, instance, SHEET_INSTANCES);

    return rel && rel->nrows && strncmp(value_str(relation_cell(rel, 0, COL_INSTANCES_EDITION), ""), "com", 3) == 0;
}

const char *app_access_words(struct app *a, uint32_t instance)
{
    if (app_read_only_why(a, instance))
        return is_community(a, instance) ? "READ-ONLY (this console only)" : "READ-ONLY";
    if (instance == MODEL_NO_INSTANCE || instance >= a->ninst)
        return "";
    switch (arming_of(a, instance)) {
    case ARM_LOCKED: return "locked";
    case ARM_ARMED: return "armed";
    default: return "";
    }
}

/* Account, sudo user, terminal and SSH client: facts of the session, it never claims a person. */
char *session_owner(void)
{
    const struct passwd *pw = getpwuid(geteuid());
    const char *sudo = getenv("SUDO_USER"), *ssh = getenv("SSH_CONNECTION"), *tty = ttyname(STDIN_FILENO);
    char host[128] = "";
    struct text t;
    char *owner;

    text_init(&t, 512);
    gethostname(host, sizeof(host) - 1);
    text_addf(&t, "%s@%s", pw ? pw->pw_name : "?", host);
    if (sudo)
        text_addf(&t, " sudo:%s", sudo);
    if (tty)
        text_addf(&t, " %s", strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty);
    if (ssh)
        text_addf(&t, " ssh:%.*s", (int)strcspn(ssh, " "), ssh);
    owner = text_steal(&t);
    text_release(&t);
    return owner;
}

static bool rule_read_only(void *data, uint32_t instance)
{
    return app_instance_read_only(data, instance);
}

static bool rule_critical(void *data, uint32_t instance)
{
    const struct app *a = data;

    return instance >= a->ninst || a->inst[instance].conf.critical;
}

static const char *rule_name(void *data, uint32_t instance)
{
    const struct app *a = data;

    return model_instance_name(a->model, instance);
}

static const char *rule_address(void *data, uint32_t instance)
{
    const struct app *a = data;

    return instance < a->ninst ? a->inst[instance].conf.uri : "";
}

struct op_rules app_op_rules(struct app *a)
{
    return (struct op_rules){.data = a,
                             .read_only = rule_read_only,
                             .critical = rule_critical,
                             .instance_name = rule_name,
                             .instance_address = rule_address,
                             .owner = a->owner};
}
