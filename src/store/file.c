/* Opening the audit log: its directory, its rights, its schema; and what can go wrong. */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { BUSY_MS = 5000, SCHEMA = 1 };

void file_init(struct file *f, const char *directory)
{
    *f = (struct file){.directory = x_strdup(directory), .path = x_printf("%s/audit.db", directory)};
}

static void file_close(struct file *f)
{
    sqlite3_close_v2(f->db);
    f->db = NULL;
}

void file_release(struct file *f)
{
    file_close(f);
    free(f->directory);
    free(f->path);
    *f = (struct file){0};
}

/* ---- words ---- */

static bool cannot(const char *verb, const char *path, const char *why, struct err *e)
{
    return err_set(e, ERR_DISK, "cannot %s '%.240s': %s", verb, path, why);
}

static const char *advice(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "the disk is full: make room";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "it may not be written by this account: change its rights";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "the file is damaged: move it away, a new one is made";
    case SQLITE_IOERR:
        return "input/output error, or no room is left: look at the disk";
    case SQLITE_CANTOPEN:
        return "it cannot be opened: look at the rights of the directory, and at the disk";
    default:
        return NULL;
    }
}

bool file_failed(struct file *f, int code, bool to_write, struct err *e)
{
    const char *why = advice(code);
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
        return err_set(e, ERR_BUSY, "another program keeps '%.240s' locked: try again", f->path);
    cannot(to_write ? "write" : "read", f->path, why ? why : sqlite3_errstr(code), e);
    file_close(f);
    return false;
}

/* ---- directory and file ---- */

/* All that is missing of the path is made, for nobody but the owner. */
static bool make_directory(const char *path, struct err *e)
{
    char *copy = x_strdup(path);
    bool ok = true;
    for (char *at = copy + 1; ok; at++) {
        char c = *at;
        if (c != '/' && c != '\0')
            continue;
        *at = '\0';
        ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
        *at = c;
        if (!c)
            break;
    }
    if (!ok)
        cannot("make the directory", path, strerror(errno), e);
    free(copy);
    return ok;
}

static void sync_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* SQLite would make the file with the umask's rights and follow links: made here first. */
static bool make_file(const struct file *f, struct err *e)
{
    bool is_new = access(f->path, F_OK) != 0;
    int fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    struct stat st;
    bool ok;
    if (fd < 0)
        return cannot("write", f->path, errno == ELOOP ? "it is a symbolic link: use the file itself" : strerror(errno), e);
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (ok && st.st_uid == geteuid() && (st.st_mode & 077) && fchmod(fd, 0600) != 0)
        ok = false;
    close(fd);
    if (!ok)
        return cannot("write", f->path, "it is no ordinary file: move it away", e);
    if (is_new)
        sync_directory(f->directory);
    return true;
}

/* ---- the database ---- */

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int number_of(sqlite3 *db, const char *sql, int *out)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        *out = sqlite3_column_int(s, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return code;
}

/* AUTOINCREMENT: a number of the audit log is never given twice, what was removed by hand leaves a gap. */
static const char schema_sql[] =
    "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER NOT NULL, took_ms INTEGER,"
    " owner TEXT, instance TEXT, address TEXT, action TEXT, target TEXT, parameters TEXT, before TEXT, result TEXT, words TEXT);"
    "CREATE TABLE IF NOT EXISTS prompt (id INTEGER PRIMARY KEY AUTOINCREMENT, prompt TEXT NOT NULL, line TEXT NOT NULL,"
    " UNIQUE (prompt, line));"
    "PRAGMA user_version = 1";

/* Two consoles may start at once: who comes second finds the schema made. */
static int make_schema(sqlite3 *db)
{
    int version = 0, code;
    run(db, "PRAGMA journal_mode = WAL"); /* fails while another one makes the file: it then does this */
    code = run(db, "BEGIN IMMEDIATE");
    if (code != SQLITE_OK)
        return code;
    code = number_of(db, "PRAGMA user_version", &version);
    if (code == SQLITE_OK && version == 0)
        code = run(db, schema_sql);
    if (code == SQLITE_OK)
        code = run(db, "COMMIT");
    if (code != SQLITE_OK)
        run(db, "ROLLBACK");
    return code;
}

static int prepare(struct file *f, int *version)
{
    int code;
    sqlite3_extended_result_codes(f->db, 1);
    sqlite3_busy_timeout(f->db, BUSY_MS);
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    code = run(f->db, "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL");
    if (code == SQLITE_OK)
        code = number_of(f->db, "PRAGMA user_version", version);
    if (code == SQLITE_OK && *version == 0 && f->writable) {
        code = make_schema(f->db);
        *version = SCHEMA;
    }
    return code;
}

static int try_open(struct file *f, const char *name, int flags, int *version)
{
    int code = sqlite3_open_v2(name, &f->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = prepare(f, version);
    if (code != SQLITE_OK)
        file_close(f);
    return code;
}

/* A log in a directory that may not be written can still be read: without the files that WAL wants beside it. */
static int open_for_reading(struct file *f, int *version)
{
    char *name;
    int code;
    if (strpbrk(f->path, "?#%")) /* these mean something in a URI */
        return SQLITE_CANTOPEN;
    name = x_printf("file:%s?immutable=1", f->path);
    code = try_open(f, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, version);
    free(name);
    return code;
}

static void remember_identity(struct file *f)
{
    struct stat st = {0};
    stat(f->path, &st);
    f->dev = st.st_dev;
    f->ino = st.st_ino;
}

/* Somebody moved or removed the file below us: what is written there would be lost. */
static bool was_replaced(const struct file *f)
{
    struct stat st;
    return stat(f->path, &st) != 0 || st.st_dev != f->dev || st.st_ino != f->ino;
}

static bool check_version(struct file *f, int version, struct err *e)
{
    if (version <= SCHEMA)
        return true;
    file_close(f);
    return err_set(e, ERR_DISK, "'%.240s' was written by a newer neodeck: use that one", f->path);
}

static bool open_to_write(struct file *f, struct err *e)
{
    int version = 0, code;
    if (!make_directory(f->directory, e) || !make_file(f, e))
        return false;
    f->writable = true;
    code = try_open(f, f->path, SQLITE_OPEN_READWRITE, &version);
    if (code != SQLITE_OK)
        return file_failed(f, code, true, e);
    remember_identity(f);
    return check_version(f, version, e);
}

static bool open_to_read(struct file *f, bool *there, struct err *e)
{
    int version = 0, code;
    f->writable = false;
    code = try_open(f, f->path, access(f->path, W_OK) == 0 ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, &version);
    if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN)
        code = open_for_reading(f, &version);
    if (code != SQLITE_OK)
        return file_failed(f, code, false, e);
    if (version == 0) { /* another console is just making it */
        *there = false;
        file_close(f);
        return true;
    }
    remember_identity(f);
    return check_version(f, version, e);
}

bool file_open(struct file *f, bool to_write, bool *there, struct err *e)
{
    *there = true;
    if (f->db && (was_replaced(f) || (to_write && !f->writable)))
        file_close(f);
    if (f->db)
        return true;
    if (to_write)
        return open_to_write(f, e);
    if (access(f->path, F_OK) != 0 && errno == ENOENT) {
        *there = false;
        return true;
    }
    return open_to_read(f, there, e);
}
