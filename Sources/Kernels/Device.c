// A device: a pool of threads, their scratch memory, and the kernels of one instruction set.
#include "Device.h"
#include "ThreadPool.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
  float *memory;
  size_t bytes;
  char padding[48];  // a cache line each
} scratch_space;

struct braid_device {
  const kernel_table *kernels;
  braid_isa isa;
  braid_multiplier multipliers[BRAID_PRECISIONS];
  block_multiplier block_multipliers[BRAID_PRECISIONS];
  int32_t threads;
  thread_pool *pool;
  scratch_space *scratch;
  _Atomic int64_t allocations;
};

// MARK: Threads

void braid_parallel(braid_device *device, int64_t units, void *context, braid_body body) {
  thread_pool_run(device->pool, units, context, body);
}

void braid_postpone(braid_device *device, int64_t units, void *context, braid_body body) {
  thread_pool_postpone(device->pool, units, context, body);
}

void braid_finish_postponed(braid_device *device, int64_t end) { thread_pool_finish_postponed(device->pool, end); }

float *braid_scratch(braid_device *device, int32_t thread, size_t bytes) {
  scratch_space *space = &device->scratch[thread];
  if (space->bytes < bytes) {
    free(space->memory);
    size_t rounded = (bytes + 4095) / 4096 * 4096;
    if (posix_memalign((void **)&space->memory, 64, rounded) != 0) {
      fprintf(stderr, "braid: no memory left for %zu bytes of scratch space\n", rounded);
      abort();
    }
    space->bytes = rounded;
    atomic_fetch_add_explicit(&device->allocations, 1, memory_order_relaxed);
  }
  return space->memory;
}

void braid_scratch_reserve(braid_device *device, size_t bytes) {
  for (int32_t thread = 0; thread < device->threads; thread++) braid_scratch(device, thread, bytes);
}

// MARK: Life of a device

static const kernel_table *table_of(braid_isa isa) {
  switch (isa) {
    case BRAID_ISA_PORTABLE: return &kernels_portable;
#if defined(__x86_64__)
    case BRAID_ISA_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels_avx2 : NULL;
    case BRAID_ISA_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
                 ? &kernels_avx512
                 : NULL;
#elif defined(__aarch64__)
    case BRAID_ISA_NEON: return &kernels_neon;
#endif
    default: return NULL;
  }
}

bool braid_isa_available(braid_isa isa) { return isa == BRAID_ISA_BEST || table_of(isa) != NULL; }

int32_t braid_processor_count(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > 1024 ? 1024 : (int32_t)count;
}

braid_multiplier braid_device_multiplier(const braid_device *device, braid_precision precision) {
  return device->multipliers[precision];
}
block_multiplier braid_device_block_multiplier(const braid_device *device, braid_precision precision) {
  return device->block_multipliers[precision];
}
const kernel_table *braid_device_kernels(const braid_device *device) { return device->kernels; }

bool braid_device_choose_multiplier(braid_device *device, braid_precision precision, braid_multiplier kind) {
  block_multiplier multiplier = block_multiplier_of(precision, kind, device->isa);
  if (kind != BRAID_MULTIPLIER_EMULATED && !multiplier.block) return false;
  device->multipliers[precision] = kind;
  device->block_multipliers[precision] = multiplier;
  return true;
}

braid_device *braid_device_create(int32_t threads, braid_isa isa) {
  if (isa == BRAID_ISA_BEST)
    for (isa = BRAID_ISA_AVX512; !table_of(isa);) isa--;
  const kernel_table *kernels = table_of(isa);
  if (!kernels || threads < 1) return NULL;
  braid_device *device = calloc(1, sizeof *device);
  if (!device) return NULL;
  device->kernels = kernels;
  device->isa = isa;
  for (int precision = 0; precision < BRAID_PRECISIONS; precision++)
    for (int kind = BRAID_MULTIPLIER_AMX;
         !braid_device_choose_multiplier(device, (braid_precision)precision, (braid_multiplier)kind);)
      kind--;
  device->threads = threads;
  device->pool = thread_pool_create(threads);
  device->scratch = calloc((size_t)threads, sizeof *device->scratch);
  if (device->pool && device->scratch) return device;
  braid_device_destroy(device);
  return NULL;
}

void braid_device_destroy(braid_device *device) {
  if (!device) return;
  thread_pool_destroy(device->pool);
  for (int32_t thread = 0; device->scratch && thread < device->threads; thread++) free(device->scratch[thread].memory);
  free(device->scratch);
  free(device);
}

int32_t braid_device_threads(const braid_device *device) { return device->threads; }
braid_isa braid_device_isa(const braid_device *device) { return device->isa; }
int64_t braid_device_panel(const braid_device *device) { return device->kernels->panel; }
int64_t braid_device_allocations(const braid_device *device) { return device->allocations; }

// MARK: Calls through the table

int64_t braid_packed_count(const braid_device *device, braid_precision precision, int64_t depth, int64_t columns) {
  return device->kernels->packed_count(precision, depth, columns);
}

void braid_apply(braid_device *device, braid_function function, const float *input, float *output, int64_t count) {
  device->kernels->apply(function, input, output, count);
}

#define CALL_THROUGH(name, arguments_type)                                       \
  void braid_##name(braid_device *device, const arguments_type *arguments) { \
    device->kernels->name(device, arguments);                                    \
  }
EACH_KERNEL(CALL_THROUGH)
