#include <locale.h>

#include "app/start.h"
#include "base/secret.h"
#include "loop/loop.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    secret_harden_process();
    loop_exit(neodeck_start(argc, argv));
}
