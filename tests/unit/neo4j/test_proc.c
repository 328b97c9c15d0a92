/* Texts of /proc: real ones, and what they could be. */
#include "support/cm.h"
#include "neo4j/proc.h"

#define TEXT(s) s, sizeof s - 1

static size_t slurp(const char *name, char *bytes, size_t size)
{
    char path[300];
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, FIXTURES "/files/proc/%s", name);
    f = fopen(path, "r");
    assert_non_null(f);
    n = fread(bytes, 1, size, f);
    fclose(f);
    return n;
}

static void reads_a_process(void **state)
{
    char bytes[8192];
    struct proc_stat stat;
    struct proc_status status;
    struct proc_limits limits;

    assert_true(proc_stat_parse(bytes, slurp("pid-stat", bytes, sizeof bytes), &stat));
    assert_true(proc_status_parse(bytes, slurp("pid-status", bytes, sizeof bytes), &status));
    assert_true(proc_limits_parse(bytes, slurp("pid-limits", bytes, sizeof bytes), &limits));
    assert_true(stat.pid == 3649 && stat.parent == 1 && stat.state == 'S' && stat.threads == 59 && stat.start_ticks == 51388);
    assert_string_equal(stat.name, "java");
    assert_true(stat.cpu_ms == 531760);
    assert_true(status.pid == 3649 && status.uid == 0 && status.gid == 0 && status.threads == 59);
    assert_string_equal(status.name, "java");
    assert_true(status.resident == (int64_t)976284 * 1024 && status.resident_peak == (int64_t)976368 * 1024 && status.swapped == 0);
    assert_true(limits.open_files.soft == 20000 && limits.processes.hard == 96365 && limits.core_bytes.hard == PROC_UNLIMITED);
    assert_int_equal(limits.core_bytes.soft, 0);
}

static void reads_a_machine(void **state)
{
    char bytes[8192];
    struct proc_meminfo mem;
    struct proc_machine machine;
    struct proc_stat p = {.start_ticks = 51388};

    assert_true(proc_meminfo_parse(bytes, slurp("meminfo", bytes, sizeof bytes), &mem));
    assert_true(mem.total == (int64_t)24684096 * 1024 && mem.swap_total == 0 && mem.available > 0 && mem.available < mem.total);
    assert_true(proc_machine_parse(bytes, slurp("stat", bytes, sizeof bytes), &machine));
    assert_true(machine.cpus == 2 && machine.user == 871799 && machine.started_s == 1795359932 && machine.blocked >= 0);
    assert_true(proc_started_ms(&p, &machine) == (int64_t)1795359932 * 1000 + 513880);
}

static void takes_strange_names(void **state)
{
    static const struct {
        const char *text, *name;
        int64_t start;
    } cases[] = {
        {"1 (a b) S 2 0 0 0 -1 0 0 0 0 0 100 50 0 0 20 0 5 0 77 0", "a b", 77},
        {"1 (a) S 9 (b) S 2 0 0 0 -1 0 0 0 0 0 100 50 0 0 20 0 5 0 77 0", "a) S 9 (b", 77},
        {"1 () S 2 0 0 0 -1 0 0 0 0 0 100 50 0 0 20 0 5 0 77", "", 77},
        {"1 (a) S 2 0 0", "a", -1},
        {"(a) S", "a", -1},
        {"x (a) S 2", "a", -1},
        {"1 a S", "", -1},
        {"", "", -1},
        {"1 )a( S", "", -1},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct proc_stat out;
        bool ok = proc_stat_parse(cases[i].text, strlen(cases[i].text), &out);

        if (ok != (cases[i].start >= 0) || out.start_ticks != cases[i].start || strcmp(out.name, cases[i].name) || (ok && out.cpu_ms != 1500))
            fail_msg("%s: %d '%s' %lld", cases[i].text, ok, out.name, (long long)out.start_ticks);
    }
}

static void says_what_is_missing(void **state)
{
    struct proc_status status;
    struct proc_meminfo mem;
    struct proc_machine machine;
    struct proc_limits limits;

    assert_false(proc_status_parse(TEXT(""), &status));
    assert_true(proc_status_parse(TEXT("Pid:\t7\nVmRSS:\t99999999999999999999 kB\nUid:\t1\n"), &status));
    assert_true(status.pid == 7 && status.resident == PROC_NONE && status.uid == PROC_NONE && status.swapped == PROC_NONE);
    assert_false(proc_meminfo_parse(TEXT("MemFree: 1 kB\n"), &mem));
    assert_int_equal(mem.free, 1024);
    assert_false(proc_machine_parse(TEXT("cpux 1\nbtime x"), &machine));
    assert_false(proc_limits_parse(TEXT("Max open files"), &limits));
    assert_true(proc_limits_parse(TEXT("Max open files   5 unlimited files"), &limits));
    assert_true(limits.open_files.soft == 5 && limits.open_files.hard == PROC_UNLIMITED && limits.processes.soft == PROC_NONE);
}

static void computes_loads(void **state)
{
    struct proc_machine a = {.user = 100, .system = 100, .idle = 1000, .waiting = 50, .stolen = PROC_NONE, .started_s = 5}, b = a;
    struct proc_load load;

    assert_false(proc_load_between(&a, &b, &load));
    b.user += 50;
    b.idle += 40;
    b.waiting += 10;
    assert_true(proc_load_between(&a, &b, &load));
    assert_true(load.busy == 50 && load.user == 50 && load.waiting == 10 && load.stolen == 0);
    assert_false(proc_load_between(&b, &a, &load));
    b.started_s = 6; /* the machine was started anew */
    assert_false(proc_load_between(&a, &b, &load));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_process),     cmocka_unit_test(reads_a_machine), cmocka_unit_test(takes_strange_names),
        cmocka_unit_test(says_what_is_missing), cmocka_unit_test(computes_loads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
