/* Who writes a neo4j.conf, when that is no person. */
#include "neo4j/config.h"

#include <string.h>

#include "neo4j/scan.h"

/* In a comment at its head, the name of a tool and a word of what it does. */
static bool says(const char *line, size_t n, const char *tool)
{
    static const char *const words[] = {"managed", "generated", "do not edit", "overwritten", "controlled", "templat"};

    if (!str_ifind(line, n, tool))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ifind(line, n, words[i]))
            return true;
    return false;
}

static const char *tool_of_comment(const char *line, size_t n)
{
    static const struct {
        const char *word, *name;
    } tools[] = {
        {"ansible", "Ansible"},     {"puppet", "Puppet"},           {"chef", "Chef"},
        {"helm", "Helm"},           {"salt", "Salt"},               {"cfengine", "CFEngine"},
        {"terraform", "Terraform"}, {"cloud-init", "cloud-init"},   {"kubernetes", "Kubernetes"},
        {"docker", "the container"},
    };

    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
        if (says(line, n, tools[i].word))
            return tools[i].name;
    return str_ifind(line, n, "this file is managed") || str_ifind(line, n, "managed by") ? "somebody else" : NULL;
}

const char *conf_managed_by(const char *bytes, size_t n)
{
    enum { HEAD_LINES = 40 };
    const char *end = bytes + n, *found = NULL;
    struct slice line;

    for (int i = 0; i < HEAD_LINES && !found && scan_line(&bytes, end, &line); i++) {
        line = slice_trim(line, " \t");
        if (line.n && (*line.s == '#' || *line.s == '!'))
            found = tool_of_comment(line.s, line.n);
    }
    return found;
}
