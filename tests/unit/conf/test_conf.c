#include "support/cm.h"

#include <stdio.h>

#include "conf/conf.h"

static struct conf *conf_of(const char *text)
{
    struct conf *c = conf_new();

    conf_add(c, "/etc/neodeck/neodeck.conf", text, strlen(text));
    return c;
}

static void forget_environment(void)
{
    unsetenv("NEO4J_USERNAME");
    unsetenv("NEO4J_DATABASE");
    unsetenv("NEO4J_URI");
    setenv("HOME", "/home/x", 1);
}

static void wrong_lines_say_what_is_right(void **state)
{
    static const struct {
        const char *text, *words;
        enum problem_kind kind;
    } cases[] = {
        {"[options]\ntheme auto\n", "2:1: no '=' in this line: write name = value", PROBLEM_WARNING},
        {"[options]\nread_only yes\n", "2:1: no '=' in this line: write name = value", PROBLEM_ALL},
        {"[options]\nreadonly yes\n", "2:1: no '=' in this line: write name = value", PROBLEM_ALL},
        {"[options]\nthmee = auto\n", "2:9: no such option: 'thmee', did you mean 'theme'?", PROBLEM_WARNING},
        {"[options]\nreadonly = yes\n", "2:12: no such option: 'readonly', did you mean 'read-only'?", PROBLEM_ALL},
        {"[options]\nblah_blah_blah = 1\n", "2:18: no such option: 'blah_blah_blah'", PROBLEM_WARNING},
        {"[options]\ninterval = 1ms\n", "2:12: interval: '1ms' is out of range: 500ms to 1h", PROBLEM_WARNING},
        {"[options]\nread_only = maybe\n", "2:13: read_only: 'maybe' is neither yes nor no", PROBLEM_ALL},
        {"[options]\ninterval\n", "2:1: no value: write interval = DURATION", PROBLEM_WARNING},
        {"[options]\nyes = yes\n", "2:7: 'yes' is for the command line only: --yes", PROBLEM_WARNING},
        {"[options]\ncritical = yes\n", "2:12: 'critical' belongs into a section [instance \"NAME\"]", PROBLEM_ALL},
        {"[options]\ntheme = a\ntheme = b\n", "3:9: 'theme' is set twice: that of line 2 does not count",
         PROBLEM_WARNING},
        {"[options]\npassword_file = ~bob/x\n",
         "2:17: password_file: '~bob/x': only ~/ is known here, write the path of that home directory", PROBLEM_ALL},
        {"theme = auto\n", "1:9: 'theme' stands before the first section: write [options] above it", PROBLEM_WARNING},
        {"read_only = yes\n", "1:13: 'read_only' stands before the first section: write [options] above it",
         PROBLEM_ALL},
        {"[optoins]\nread_only = yes\n", "1:1: no such section: [optoins], did you mean [options]?", PROBLEM_ALL},
        {"[colours]\na = b\n", "1:1: no such section: [colours], there are [options], [instance \"NAME\"] and [keys]",
         PROBLEM_WARNING},
        {"[options \"x\"]\n", "1:1: this section takes no name: write [options]", PROBLEM_ALL},
        {"[instance]\n",
         "1:1: which instance?: write [instance \"NAME\"]; no '/', no '-' or '.' in front, at most 64 bytes",
         PROBLEM_ALL},
        {"[instance \"-i\"]\n",
         "1:1: this name cannot be used: write [instance \"NAME\"]; no '/', no '-' or '.' in front, at most 64 bytes",
         PROBLEM_ALL},
        {"[instance \"a\"]\ntheme = auto\n", "2:9: 'theme' belongs into the section [options]", PROBLEM_WARNING},
        {"[instance \"a\"]\nssh = admin@db1\n", "2:7: 'ssh' is not built yet: ignored", PROBLEM_WARNING},
        {"[instance \"a\"]\njump = admin@gate\n", "2:8: 'jump' is not built yet: ignored", PROBLEM_WARNING},
        {"[instance \"a\"]\nbecome = sudo -n -u 'neo4j\n", "2:10: become: the quote ' is not closed in the command",
         PROBLEM_INSTANCE},
        {"[options]\nhome = /srv/neo4j\n", "2:8: 'home' belongs into a section [instance \"NAME\"]", PROBLEM_ALL},
        {"[instance \"a\"]\nuri = htp://x\n",
         "2:7: uri: 'htp' is no scheme that is known here: write http, or one of http, https, bolt, neo4j (also +s, "
         "+ssc) or ssh",
         PROBLEM_INSTANCE},
        {"[instance \"a\"]\nuri = http://neo4j:geheim@db1\n",
         "2:7: uri: no password in a URI: others can read it there; use --password-file, password_command, or be asked",
         PROBLEM_INSTANCE},
        {"[instance \"a\"]\npassword_command = pass 'x\n",
         "2:20: password_command: the quote ' is not closed in the command", PROBLEM_INSTANCE},
        {"[instance \"a\"]\nproxy = squid:3128\n",
         "2:9: proxy: 'squid:3128' is no proxy: write http://HOST:PORT or socks5h://HOST:PORT", PROBLEM_INSTANCE},
        {"[instance \"a\"]\ntls = no\n", "2:7: tls: 'no' is none of: verify insecure", PROBLEM_INSTANCE},
        {"[instance \"a\"]\nusr = x\n", "2:7: no such option: 'usr', did you mean 'user'?", PROBLEM_INSTANCE},
        {"[instance \"a\"]\nwhat is this\n", "2:1: no '=' in this line: write name = value", PROBLEM_INSTANCE},
        {"[keys]\nK\n", "2:1: no command for the key 'K': write K = COMMAND, or none", PROBLEM_WARNING},
        {"[keys]\nK = kill\nK = quit\n",
         "3:5: the key 'K' is bound twice: to 'kill' in line 2 and to 'quit' here, which does not count",
         PROBLEM_WARNING},
        {"[keys]\na b c\n", "2:1: no '=' in this line: write name = value", PROBLEM_WARNING},
        {"[keys\nK = kill\n", "1:6: ']' expected: write [keys] or [keys \"name\"]", PROBLEM_ALL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct conf *c = conf_of(cases[i].text);
        struct text words;

        text_init(&words, 0);
        if (c->nproblems)
            problem_words(&c->problems[0], &words);
        if (c->nproblems != 1 || strcmp(words.s + strlen("/etc/neodeck/neodeck.conf:"), cases[i].words) != 0 ||
            c->problems[0].kind != cases[i].kind)
            fail_msg("%s\n%zu problems, kind %d: %s", cases[i].text, c->nproblems,
                     c->nproblems ? (int)c->problems[0].kind : -1, words.s);
        text_release(&words);
        conf_free(c);
    }
}

static void fatal_is_for_whom_it_touches(void **state)
{
    struct conf *c = conf_of("[options]\nthmee = x\n[instance \"a\"]\ntls = no\n[instance \"b\"]\nuri = http://b\n");

    assert_non_null(conf_fatal(c, "a"));
    assert_null(conf_fatal(c, "b"));
    assert_null(conf_fatal(c, NULL));
    conf_add(c, "own", "read_only = yes", 15);
    assert_non_null(conf_fatal(c, "b"));
    assert_non_null(conf_fatal(c, NULL));
    conf_free(c);
    conf_free(NULL);
}

static void problems_are_bounded_but_not_forgotten(void **state)
{
    struct text t;
    struct conf *c;

    text_init(&t, 0);
    text_adds(&t, "[options]\n");
    for (int i = 0; i < 300; i++)
        text_adds(&t, "nonsense_of_some_kind = 1\n");
    c = conf_of(t.s);
    assert_int_equal(c->nproblems, CONF_PROBLEMS_MAX);
    assert_string_equal(c->problems[CONF_PROBLEMS_MAX - 1].words, "201 more wrong lines, not shown");
    assert_null(conf_fatal(c, NULL));
    conf_add(c, "own", "[options]\nread_only = perhaps\n", 30);
    assert_string_equal(c->problems[CONF_PROBLEMS_MAX - 1].words, "202 more wrong lines, not shown");
    assert_non_null(conf_fatal(c, NULL));
    conf_free(c);
    text_release(&t);
}

static void later_files_count_more(void **state)
{
    const char *own = "[options]\ninterval = 5s\n[instance \"a\"]\nuser = me\n[keys]\nK = quit\nx = none\n";
    struct conf *c = conf_of(
        "[options]\ninterval = 1s\nascii = yes\n"
        "[instance \"a\"]\nuri = http://a\nuser = monitor\n[instance \"b\"]\nuri = http://b\n[keys]\nK = kill\n");
    struct instance_conf ic;
    struct text from;
    struct err e;

    forget_environment();
    conf_add(c, "/home/x/own.conf", own, strlen(own));
    assert_int_equal(c->nproblems, 0);
    assert_int_equal(conf_option(c, NULL, OPT_INTERVAL).number, 5000);
    assert_true(conf_option(c, NULL, OPT_ASCII).on);
    assert_string_equal(conf_option(c, NULL, OPT_THEME).text, "auto");
    assert_int_equal(c->ninstances, 2);
    assert_string_equal(c->instances[0].name, "a");
    assert_int_equal(c->nkeys, 2);
    assert_string_equal(c->keys[0].command, "quit");
    assert_true(instance_conf_init(&ic, c, NULL, "a", &e));
    assert_string_equal(ic.user, "me");
    assert_string_equal(ic.uri, "http://a:7474");
    text_init(&from, 0);
    instance_conf_origin(&ic, OPT_USER, &from);
    text_addc(&from, ' ');
    instance_conf_origin(&ic, OPT_URI, &from);
    text_addc(&from, ' ');
    instance_conf_origin(&ic, OPT_LOCK, &from);
    assert_string_equal(from.s, "/home/x/own.conf:4 /etc/neodeck/neodeck.conf:5 default");
    text_release(&from);
    instance_conf_release(&ic);
    conf_free(c);
}

static void everything_of_an_instance(void **state)
{
    struct conf *c = conf_of(
        "[instance \"prod-1\"]\nuri = https://db1\nauth = bearer\nuser = monitor\n"
        "token_command = token --for \"prod 1\"\nca_file = ca.pem\nclient-cert = ~/c.pem\nclient_key = /k.pem\n"
        "tls = insecure\nproxy = socks5h://jump:1080\ngroup = prod-eu\ncritical\nread_only = on\nlock = always\n"
        "database = shop\n");
    struct instance_conf ic;
    struct err e;

    forget_environment();
    assert_int_equal(c->nproblems, 0);
    assert_true(instance_conf_init(&ic, c, NULL, "prod-1", &e));
    assert_string_equal(ic.name, "prod-1");
    assert_string_equal(ic.uri, "https://db1:7473");
    assert_int_equal(ic.auth, CONF_AUTH_BEARER);
    assert_string_equal(ic.user, "monitor");
    assert_string_equal(ic.token_command[2], "prod 1");
    assert_null(ic.token_command[3]);
    assert_null(ic.password_command);
    assert_null(ic.password_file);
    assert_string_equal(ic.ca_file, "/etc/neodeck/ca.pem");
    assert_string_equal(ic.client_cert, "/home/x/c.pem");
    assert_string_equal(ic.client_key, "/k.pem");
    assert_true(ic.insecure && ic.critical && ic.read_only);
    assert_string_equal(ic.proxy, "socks5h://jump:1080");
    assert_string_equal(ic.group, "prod-eu");
    assert_string_equal(ic.database, "shop");
    assert_int_equal(ic.lock, CONF_LOCK_ALWAYS);
    instance_conf_release(&ic);
    conf_free(c);
}

static void sources_in_their_order(void **state)
{
    static const struct {
        const char *options, *instance, *env, *cli, *want;
        enum origin from;
    } cases[] = {
        {"", "", NULL, NULL, "neo4j", FROM_DEFAULT},
        {"user = o\n", "", NULL, NULL, "o", FROM_OPTIONS},
        {"user = o\n", "", "e", NULL, "e", FROM_ENVIRONMENT},
        {"user = o\n", "user = i\n", "e", NULL, "i", FROM_INSTANCE},
        {"user = o\n", "user = i\n", "e", "c", "c", FROM_CMDLINE},
        {"user = o\n", "", "", NULL, "o", FROM_OPTIONS},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[200], *argv[] = {(char *)"neodeck", (char *)"-u", (char *)cases[i].cli, NULL};
        struct instance_conf ic;
        struct cmdline cl;
        struct conf *c;

        forget_environment();
        snprintf(text, sizeof text, "[options]\n%s[instance \"a\"]\nuri = http://a\n%s", cases[i].options,
                 cases[i].instance);
        c = conf_of(text);
        if (cases[i].env)
            setenv("NEO4J_USERNAME", cases[i].env, 1);
        assert_true(cmdline_parse(&cl, cases[i].cli ? 3 : 1, argv, NULL));
        assert_true(instance_conf_init(&ic, c, &cl, "a", NULL));
        assert_string_equal(ic.user, cases[i].want);
        assert_int_equal(ic.from[OPT_USER].from, cases[i].from);
        instance_conf_release(&ic);
        cmdline_release(&cl);
        conf_free(c);
    }
    forget_environment();
}

static void read_only_of_the_command_line_is_for_all(void **state)
{
    char *argv[] = {(char *)"neodeck", (char *)"--read-only", NULL};
    struct conf *c = conf_of("[instance \"a\"]\nuri = http://a\nread_only = no\n");
    struct instance_conf ic;
    struct cmdline cl;

    assert_true(cmdline_parse(&cl, 2, argv, NULL));
    assert_true(instance_conf_init(&ic, c, &cl, "a", NULL));
    assert_true(ic.read_only);
    instance_conf_release(&ic);
    cmdline_release(&cl);
    conf_free(c);
}

static void two_ways_to_a_password(void **state)
{
    struct conf *c = conf_of("[options]\npassword_file = /pw\n"
                             "[instance \"near\"]\nuri = http://a\npassword_command = pass a\n"
                             "[instance \"both\"]\nuri = http://a\npassword_command = pass a\npassword_file = /x\n"
                             "[instance \"none\"]\nuri = http://a\npassword_file =\n"
                             "[instance \"key\"]\nuri = http://a\nclient_key = /k\n");
    char *argv[] = {(char *)"neodeck", (char *)"--password-file", (char *)"/cli", NULL};
    struct instance_conf ic;
    struct cmdline cl;
    struct err e;

    assert_int_equal(c->nproblems, 0);
    assert_true(instance_conf_init(&ic, c, NULL, "near", &e));
    assert_null(ic.password_file);
    assert_string_equal(ic.password_command[0], "pass");
    instance_conf_release(&ic);
    assert_true(instance_conf_init(&ic, c, NULL, "none", &e));
    assert_null(ic.password_file);
    instance_conf_release(&ic);
    assert_false(instance_conf_init(&ic, c, NULL, "both", &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.words, ":8: instance 'both': password_command and password_file are both set"));
    assert_false(instance_conf_init(&ic, c, NULL, "key", &e));
    assert_non_null(strstr(e.words, "client_key needs a client_cert"));
    assert_true(cmdline_parse(&cl, 3, argv, NULL));
    assert_true(instance_conf_init(&ic, c, &cl, "both", &e));
    assert_string_equal(ic.password_file, "/cli");
    assert_null(ic.password_command);
    instance_conf_release(&ic);
    cmdline_release(&cl);
    conf_free(c);
}

static void over_what(void **state)
{
    static const struct {
        const char *lines, *uri, *words;
    } cases[] = {
        {"uri = http://db1:7480\n", "http://db1:7480", NULL},
        {"uri = bolt://db1\n", "bolt://db1:7687", NULL},
        {"uri = neo4j+s://db1\nprotocol = bolt\n", "neo4j+s://db1:7687", NULL},
        {"uri = http://db1:7480\nprotocol = bolt\n", "http://db1:7480", NULL},
        {"uri = https://[::1]:7480\nprotocol = bolt\n", "https://[::1]:7480", NULL},
        {"uri = http://db1\nprotocol = bolt\nproxy = http://p:1\n", NULL, "a proxy takes HTTP only"},
        {"uri = https://db1\nprotocol = http\n", "https://db1:7473", NULL},
        {"uri = bolt://db1\nprotocol = http\n", NULL, "db1:7687 is an address of Bolt, but protocol is http"},
        {"uri = bolt://db1\nproxy = http://p:1\n", NULL, "a proxy takes HTTP only"},
        {"uri = bolt://db1\nprotocol = smtp\n", NULL, "none of: auto bolt http"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        struct instance_conf ic;
        struct err e = {0};
        snprintf(text, sizeof text, "[instance \"a\"]\n%s", cases[i].lines);
        struct conf *c = conf_of(text);
        bool ok = instance_conf_init(&ic, c, NULL, "a", &e);
        if (ok != (cases[i].uri != NULL) || (ok ? strcmp(ic.uri, cases[i].uri) != 0 : !strstr(e.words, cases[i].words)))
            fail_msg("%s: '%s'", cases[i].lines, ok ? ic.uri : e.words);
        if (ok)
            instance_conf_release(&ic);
        conf_free(c);
    }
}

static void targets_that_cannot_be_used(void **state)
{
    static const struct {
        const char *target;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"prod1", ERR_USAGE, "no instance 'prod1' in the configuration, did you mean 'prod-1'?"},
        {"elsewhere", ERR_USAGE,
         "'elsewhere' is no instance of the configuration: for a server write http://elsewhere"},
        {"nowhere", ERR_CONFIG,
         "/etc/neodeck/neodeck.conf:3: instance 'nowhere' has no uri: write uri = http://HOST below it, or home = DIRECTORY"},
        {"wrong", ERR_CONFIG, "/etc/neodeck/neodeck.conf:6:7: tls: 'x' is none of: verify insecure"},
    };
    struct conf *c = conf_of("[instance \"prod-1\"]\nuri = http://a\n[instance \"nowhere\"]\n[instance \"wrong\"]\nuri "
                             "= http://a\ntls = x\n");
    struct instance_conf ic;
    struct err e;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_false(instance_conf_init(&ic, c, NULL, cases[i].target, &e));
        assert_int_equal(e.kind, cases[i].kind);
        assert_string_equal(e.words, cases[i].words);
    }
    assert_true(instance_conf_init(&ic, c, NULL, "bolt+ssc://db1", &e));
    assert_true(ic.insecure);
    assert_string_equal(ic.name, "db1:7687");
    assert_int_equal(ic.from[OPT_URI].from, FROM_TARGET);
    instance_conf_release(&ic);
    conf_free(c);
}

/* "a|b c": the words of an argv. */
static void assert_argv(char **argv, const char *want)
{
    char is[200] = "";

    for (char **word = argv; word && *word; word++) {
        strcat(is, is[0] ? "|" : "");
        strcat(is, *word);
    }
    assert_string_equal(is, want);
}

static void what_its_machine_needs(void **state)
{
    struct conf *c = conf_of("[instance \"a\"]\nuri = https://db1:7473\nhome = ../neo4j\nbecome = sudo -n -u neo4j\n"
                             "become_service = sudo -n\nstart_command = svc \"start it\"\nstop_command = svc stop\n"
                             "restart_command = svc restart\n[instance \"b\"]\nuri = http://b\nhome =\n");
    struct instance_conf ic;
    struct text from;

    assert_int_equal(c->nproblems, 0);
    assert_true(instance_conf_init(&ic, c, NULL, "a", NULL));
    assert_string_equal(ic.home, "/etc/neodeck/../neo4j");
    assert_argv(ic.become, "sudo|-n|-u|neo4j");
    assert_argv(ic.become_service, "sudo|-n");
    assert_argv(ic.start_command, "svc|start it");
    assert_argv(ic.stop_command, "svc|stop");
    assert_argv(ic.restart_command, "svc|restart");
    text_init(&from, 0);
    instance_conf_origin(&ic, OPT_HOME, &from);
    assert_string_equal(from.s, "/etc/neodeck/neodeck.conf:3");
    text_release(&from);
    instance_conf_release(&ic);
    assert_true(instance_conf_init(&ic, c, NULL, "b", NULL));
    assert_null(ic.home);
    assert_null(ic.become);
    assert_null(ic.start_command);
    instance_conf_release(&ic);
    conf_free(c);
}

static void a_home_instead_of_a_uri(void **state)
{
    struct conf *c = conf_of("[instance \"a\"]\nhome = /srv/neo4j\n[instance \"b\"]\nhome = /srv/neo4j\nauth = basic\n");
    struct instance_conf ic;
    struct err e;

    assert_true(instance_conf_init(&ic, c, NULL, "a", &e));
    assert_int_equal(ic.where.kind, TARGET_HOME);
    assert_string_equal(ic.uri, "/srv/neo4j");
    assert_string_equal(ic.home, "/srv/neo4j");
    assert_string_equal(ic.name, "a");
    assert_false(instance_conf_found(&ic, "http://local host", NULL, true, &e));
    assert_string_equal(ic.uri, "/srv/neo4j");
    assert_int_equal(ic.auth, CONF_AUTH_BASIC);
    assert_true(instance_conf_found(&ic, "http://localhost:7475", "graph", true, &e));
    assert_string_equal(ic.uri, "http://localhost:7475");
    assert_int_equal(ic.where.port, 7475);
    assert_string_equal(ic.name, "graph");
    assert_string_equal(ic.home, "/srv/neo4j");
    assert_int_equal(ic.auth, CONF_AUTH_NONE);
    instance_conf_release(&ic);
    assert_true(instance_conf_init(&ic, c, NULL, "b", &e));
    assert_true(instance_conf_found(&ic, NULL, NULL, true, &e));
    assert_int_equal(ic.where.kind, TARGET_HOME);
    assert_int_equal(ic.auth, CONF_AUTH_BASIC); /* somebody wrote that */
    instance_conf_release(&ic);
    conf_free(c);
}

static void instances_are_bounded(void **state)
{
    struct text t;
    struct conf *c;

    text_init(&t, 0);
    for (int i = 0; i <= CONF_INSTANCES_MAX; i++)
        text_addf(&t, "[instance \"i%d\"]\nuri = http://h%d\n", i, i);
    c = conf_of(t.s);
    assert_int_equal(c->ninstances, CONF_INSTANCES_MAX);
    assert_int_equal(c->nproblems, 1);
    assert_string_equal(c->instances[CONF_INSTANCES_MAX - 1].name, "i4999");
    assert_int_equal(c->instances[CONF_INSTANCES_MAX - 1].items.n, 1);
    conf_free(c);
    text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_lines_say_what_is_right),
        cmocka_unit_test(fatal_is_for_whom_it_touches),
        cmocka_unit_test(problems_are_bounded_but_not_forgotten),
        cmocka_unit_test(later_files_count_more),
        cmocka_unit_test(everything_of_an_instance),
        cmocka_unit_test(what_its_machine_needs),
        cmocka_unit_test(a_home_instead_of_a_uri),
        cmocka_unit_test(sources_in_their_order),
        cmocka_unit_test(read_only_of_the_command_line_is_for_all),
        cmocka_unit_test(two_ways_to_a_password),
        cmocka_unit_test(over_what),
        cmocka_unit_test(targets_that_cannot_be_used),
        cmocka_unit_test(instances_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
