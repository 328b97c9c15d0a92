#include <locale.h>

#include "app/start.h"
#include "base/mem.h"
#include "base/secret.h"
#include "loop/loop.h"

int main(int argc, char **argv)
{
    mem_share_pools();
    setlocale(LC_ALL, "");
    secret_harden_process();
    loop_exit(neodeck_start(argc, argv));
}
