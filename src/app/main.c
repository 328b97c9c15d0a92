#include <locale.h>

#include "app/start.h"
#include "base/secret.h"

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    secret_harden_process();
    return neodeck_start(argc, argv);
}
