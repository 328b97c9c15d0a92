#include "neo4j/plugins.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

static const struct plugin plugins[] = {
    {"ai", "GenAI", STMT_NONE},
    {"algo", "Graph Algorithms", STMT_NONE},
    {"apoc", "APOC", STMT_APOC_VERSION},
    {"bloom", "Bloom", STMT_NONE},
    {"gds", "Graph Data Science", STMT_GDS_VERSION},
    {"genai", "GenAI", STMT_NONE},
    {"graphql", "GraphQL", STMT_NONE},
    {"n10s", "neosemantics", STMT_NONE},
    {"semantics", "neosemantics", STMT_NONE},
    {"spatial", "Neo4j Spatial", STMT_NONE},
    {"streams", "Neo4j Streams", STMT_NONE},
};

static const char *const builtin[] = {"cdc", "db", "dbms", "fleetManagement", "internal", "jmx", "tx"};

const struct plugin *plugin_find(const char *prefix)
{
    for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++)
        if (!strcmp(plugins[i].prefix, prefix))
            return &plugins[i];
    return NULL;
}

bool plugin_is_builtin(const char *prefix)
{
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
        if (str_ieq(builtin[i], prefix))
            return true;
    return false;
}
