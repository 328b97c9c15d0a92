/* Answers in the dialect json from arbitrary bytes. */
#include "answers.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    return fuzz_answer(DIALECT_JSON, bytes, n);
}
