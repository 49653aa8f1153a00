// Memory for parameters, gradients and batches.
#include "Kernels.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE ((size_t)64)
#define HUGE_PAGE ((size_t)2 << 20)

/// Whether there are huge pages to fill.
static bool is_large(size_t bytes) { return bytes >= 2 * HUGE_PAGE; }

static size_t rounded_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/// Whole huge pages straight from the system, which come zeroed once they are touched: what is never touched costs nothing.
static void *map_pages(size_t bytes) {
  // One page more than is needed, to begin on the boundary of one; what is left over on either side goes back.
  char *start = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (start == MAP_FAILED) return NULL;
  size_t before = rounded_up((uintptr_t)start, HUGE_PAGE) - (uintptr_t)start;
  if (before > 0) munmap(start, before);
  start += before;
  munmap(start + bytes, HUGE_PAGE - before);
#if defined(__linux__)
  madvise(start, bytes, MADV_HUGEPAGE);
#endif
  return start;
}

float *braid_memory_allocate(int64_t floats) {
  if (floats < 0 || (uint64_t)floats > SIZE_MAX / sizeof(float) - HUGE_PAGE) return NULL;
  size_t bytes = (size_t)floats * sizeof(float);
  if (is_large(bytes)) return map_pages(rounded_up(bytes, HUGE_PAGE));
  bytes = rounded_up(bytes + 1, CACHE_LINE);
  void *memory = NULL;
  if (posix_memalign(&memory, CACHE_LINE, bytes) != 0) return NULL;
  return memset(memory, 0, bytes);
}

void braid_memory_free(float *memory, int64_t floats) {
  size_t bytes = (size_t)floats * sizeof(float);
  if (is_large(bytes)) munmap(memory, rounded_up(bytes, HUGE_PAGE));
  else free(memory);
}
