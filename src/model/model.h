/* What is known now: one relation for each (instance, sheet), replaced whole when published. No schedule, no input or output. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/ids.h"
#include "base/value.h"
#include "base/error.h"

#define MODEL_NO_INSTANCE UINT32_MAX /* relations of the console itself: messages, history, findings */

struct standing;

struct relation {
    uint32_t instance;
    enum sheet_id sheet;
    size_t ncols, nrows;    /* ncols is NCOLS_<SHEET> */
    size_t cap;             /* rows that cells has room for */
    struct value *cells;    /* row-major, owned; what they point to is in the arena */
    int64_t taken_ms;       /* wall clock of the answer; 0: never had one */
    bool stale;             /* the last attempt failed: data of taken_ms is kept */
    bool missing;           /* there is no data at all: err tells why */
    struct err err;         /* of the last attempt; ERR_NONE when well */
    bool coming;            /* these are the first rows, the others are on their way */
    bool more;              /* the server has more rows than these; err tells why when it failed in the middle, else there were enough */
    size_t hidden;          /* rows of our own that views hide but count */
    struct arena arena;
    struct {
        struct standing *s;
        size_t n, cap;
    } standings;            /* of TRANSACTIONS, as far as they were taken: standing.h */
};

struct relation *relation_new(uint32_t instance, enum sheet_id sheet);
void relation_free(struct relation *r); /* accepts NULL */
size_t sheet_columns(enum sheet_id sheet); /* NCOLS_<SHEET> */
/* Whether its rows are nothing but a server's answer: a machine fills others too, or the console. */
bool sheet_of_server(enum sheet_id sheet);
/* Append a row of absent (ABSENT_NOT_ASKED) cells; pointer valid until the next call. */
struct value *relation_add_row(struct relation *r);
/* Room for exactly this many rows, so that adding them wastes nothing. */
void relation_reserve(struct relation *r, size_t nrows);
struct value relation_cell(const struct relation *r, size_t row, size_t col);

struct model;
struct model *model_new(void);
void model_free(struct model *m);

/* Instances are numbered from 0 in the order they are added; numbers are never reused. */
uint32_t model_add_instance(struct model *m, const char *name);
uint32_t model_instances(const struct model *m);
const char *model_instance_name(const struct model *m, uint32_t instance); /* "" for MODEL_NO_INSTANCE */
bool model_find_instance(const struct model *m, const char *name, uint32_t *instance);

/* Takes the relation over and frees the one it replaces. */
void model_publish(struct model *m, struct relation *r);
/* The last attempt failed: keeps the old rows as stale, or makes a relation that is missing. */
void model_publish_failure(struct model *m, uint32_t instance, enum sheet_id sheet, const struct err *why);
/* Borrowed until the next publish of the same pair; NULL when nothing was ever published. */
const struct relation *model_get(const struct model *m, uint32_t instance, enum sheet_id sheet);
/* Grows with each publish of the sheet (of any instance): views compare it to know whether to draw. */
uint64_t model_generation(const struct model *m, enum sheet_id sheet);
uint64_t model_generation_all(const struct model *m);
/* Newest taken_ms of what servers answered (what machines and the console say does not count): the time in the header. */
int64_t model_newest(const struct model *m);

#endif
