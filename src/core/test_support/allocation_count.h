// Counts every allocation of a test program, to prove that streaming code makes none.
// Callers: tests. Any thread.
#pragma once

namespace dju::testing {

// Calls of malloc, calloc, realloc and free since the start, operator new and delete included;
// always 0 under a sanitizer, which has an allocator of its own.
long allocationCount();

}  // namespace dju::testing
