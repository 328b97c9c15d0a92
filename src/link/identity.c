/* Who answers: the server's id (an address may lead to another server today) and whether it asks for a login at all. Both go behind
 * what is wanted: of the two statements that may be under way neither is to be one that a person does not look at. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "link/internal.h"

static int column(const struct reply *r, const char *name)
{
    for (size_t n = 0; n < r->ncols; n++)
        if (strcmp(r->names[n], name) == 0)
            return (int)n;
    return -1;
}

static const char *cell(const struct reply *r, size_t row, int col)
{
    return col < 0 ? "" : value_str(r->cells[row * r->ncols + (size_t)col], "");
}

/* Whatever it advertises. */
static bool one_server(const struct reply *r, int id)
{
    for (size_t row = 1; row < r->nrows; row++)
        if (strcmp(cell(r, row, id), cell(r, 0, id)) != 0)
            return false;
    return r->nrows > 0;
}

/* A cluster gives a row a member; ours is the one with the address that GET / advertises. */
static const char *own_id(const struct instance *i, const struct reply *r)
{
    int id = column(r, "serverID"), address = column(r, "address");
    const char *host = strstr(i->server.bolt, "://");

    if (one_server(r, id))
        return cell(r, 0, id);
    for (size_t row = 0; host && row < r->nrows; row++)
        if (strcmp(cell(r, row, address), host + 3) == 0)
            return cell(r, row, id);
    return "";
}

static void on_server_id(void *ctx, const struct reply *r)
{
    struct instance *i = ctx;
    char old[sizeof i->server_id];

    i->identifying = false;
    if (r->err)
        return;
    strcpy(old, i->server_id);
    snprintf(i->server_id, sizeof i->server_id, "%s", own_id(i, r));
    if (strcmp(old, i->server_id) == 0)
        return;
    if (old[0] && i->server_id[0]) {
        snprintf(i->notice, sizeof i->notice, "another server answers here now: id %.40s, before %.40s", i->server_id, old);
        session_look(i);
    }
    instance_changed(i);
}

/* Where authentication is disabled any login is accepted and nobody is logged in. */
static void on_current_user(void *ctx, const struct reply *r)
{
    struct instance *i = ctx;
    int must_change = r->err ? -1 : column(r, "passwordChangeRequired");

    i->asking_user = false;
    if (r->err || i->stage != STAGE_READY)
        return;
    if (r->nrows == 0 || !cell(r, 0, column(r, "user"))[0])
        instance_set_login(i, LOGIN_OFF);
    else if (must_change >= 0 && value_i64(r->cells[must_change], 0) == 1)
        session_expired(i);
}

static void ask_server_id(struct instance *i)
{
    if (i->identifying || !statement_variant(STMT_SERVER_ID, i->server.version, i->server.edition, NULL))
        return;
    i->identified = clock_mono_ms();
    i->identifying = flight_own(i, STMT_SERVER_ID, NULL, 0, on_server_id, i);
}

void identity_renew(struct instance *i)
{
    if (!i->nameless && clock_mono_ms() - i->identified >= i->link->pace.identify)
        ask_server_id(i);
}

static void ask_who(struct instance *i)
{
    i->nameless = false;
    if (i->stage != STAGE_READY)
        return;
    if (i->credential)
        i->asking_user |= flight_own(i, STMT_CURRENT_USER, NULL, 0, on_current_user, i);
    ask_server_id(i);
    routing_ask(i);
}

static void on_time(void *data)
{
    struct instance *i = data;
    bool busy = i->stage == STAGE_READY && (i->queue || i->nrunning);

    if (busy && !i->overdue)
        timer_set(i->who, i->link->pace.behind);
    else if (i->nameless)
        ask_who(i);
    i->overdue = busy;
}

void identity_begin(struct instance *i)
{
    if (!i->who)
        i->who = loop_timer(i->link->loop, on_time, i);
    i->nameless = true;
    i->overdue = false;
    timer_set(i->who, i->link->pace.idle);
}

/* Not at once: who asked may have got what he wanted, and end. */
void identity_behind(struct instance *i, bool probe)
{
    if (!probe && i->nameless && !i->queue && !i->nrunning)
        timer_set(i->who, i->link->pace.idle);
}

/* The answer to DATABASES passes by here; it names the default database better than we can guess it. */
void identity_learn(struct instance *i, const struct neo_result *rows)
{
    int name = -1, def = -1;

    for (size_t n = 0; n < rows->ncols; n++) {
        if (strcmp(rows->names[n], "name") == 0)
            name = (int)n;
        else if (strcmp(rows->names[n], "default") == 0)
            def = (int)n;
    }
    for (size_t r = 0; name >= 0 && def >= 0 && r < rows->nrows; r++) {
        const struct value *row = rows->cells + r * rows->ncols;
        if (value_is(row[def], V_BOOL) && row[def].u.i)
            snprintf(i->default_database, sizeof i->default_database, "%s", value_str(row[name], ""));
    }
}
