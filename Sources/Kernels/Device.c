// A device: threads that wait for work, their scratch memory, and the kernels of one instruction set.
#include "Device.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/// Turns of the waiting loop before a thread goes to sleep: half a millisecond on x86 of 2023, longer than the gap
/// between two kernels of a training step and far shorter than a pause that a person notices.
#define SPINS 20000

/// Turns of waiting for the others' last units before the processor is offered to them.
#define YIELD_SPINS 2000

typedef struct {
  float *memory;
  size_t bytes;
  char padding[48];  // a cache line each
} scratch_space;

/// The units that a thread begins with, and others go on with when they have none left.
typedef struct {
  _Alignas(64) _Atomic int64_t next;
  int64_t end;
} unit_share;

struct braid_device {
  const kernel_table *kernels;
  braid_isa isa;
  braid_multiplier multipliers[BRAID_PRECISIONS];
  block_multiplier block_multipliers[BRAID_PRECISIONS];
  int32_t threads;
  scratch_space *scratch;
  unit_share *shares;
  _Atomic int64_t allocations;
  pthread_t *workers;

  braid_body body;
  void *context;
  braid_body postponed_body;
  void *postponed_context;
  int64_t postponed_units;
  _Alignas(64) _Atomic int64_t next_postponed;
  _Alignas(64) _Atomic uint64_t generation;  // counts parallel regions; a change is what workers wait for
  _Alignas(64) _Atomic int32_t gate;         // workers inside the open region; CLOSED is added when none is open
  _Atomic bool stops;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
};

#define CLOSED INT32_MIN

typedef struct {
  braid_device *device;
  int32_t thread;
} worker_start;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// What kernels stored past the caches has no place in the order of stores: without this, others might still read what was there.
static inline void settle_stores(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

static int64_t count_of(const _Atomic int64_t *counter) { return atomic_load_explicit(counter, memory_order_relaxed); }

/// Whether so many units are left that all threads can still end together.
static bool has_plenty(const braid_device *device) {
  int64_t left = 0;
  for (const unit_share *share = device->shares; share < device->shares + device->threads; share++) {
    int64_t next = count_of(&share->next);
    if (next < share->end) left += share->end - next;
  }
  return left > 2 * device->threads;
}

/// Does what was postponed, as long as that delays nobody.
static void work_on_postponed(braid_device *device, int32_t thread) {
  while (count_of(&device->next_postponed) < device->postponed_units && has_plenty(device)) {
    int64_t unit = atomic_fetch_add_explicit(&device->next_postponed, 1, memory_order_relaxed);
    if (unit < device->postponed_units) device->postponed_body(device->postponed_context, unit, thread);
  }
}

static void work(braid_device *device, int32_t thread) {
  for (int32_t other = 0; other < device->threads; other++) {
    unit_share *share = &device->shares[(thread + other) % device->threads];
    for (;;) {
      // What memory limits goes on beside arithmetic, and not on all threads at once.
      if (thread % 2 == 1) work_on_postponed(device, thread);
      int64_t unit = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed);
      if (unit >= share->end) break;
      device->body(device->context, unit, thread);
    }
  }
  settle_stores();
}

/// A worker that wakes up late finds the gate closed, so that nobody waits for a thread that has no processor.
static bool enter(braid_device *device) {
  int32_t workers = atomic_load_explicit(&device->gate, memory_order_relaxed);
  while (workers >= 0)
    if (atomic_compare_exchange_weak_explicit(&device->gate, &workers, workers + 1, memory_order_acquire,
                                              memory_order_relaxed))
      return true;
  return false;
}

static void *worker(void *start) {
  worker_start mine = *(worker_start *)start;
  free(start);
  braid_device *device = mine.device;
  uint64_t seen = 0;
  for (;;) {
    uint64_t generation = seen;
    for (int spin = 0; spin < SPINS; spin++) {
      generation = atomic_load_explicit(&device->generation, memory_order_acquire);
      if (generation != seen) break;
      relax();
    }
    if (generation == seen) {
      pthread_mutex_lock(&device->mutex);
      while ((generation = atomic_load_explicit(&device->generation, memory_order_acquire)) == seen)
        pthread_cond_wait(&device->wake, &device->mutex);
      pthread_mutex_unlock(&device->mutex);
    }
    seen = generation;
    if (atomic_load_explicit(&device->stops, memory_order_relaxed)) return NULL;
    if (!enter(device)) continue;
    work(device, mine.thread);
    atomic_fetch_sub_explicit(&device->gate, 1, memory_order_release);
  }
}

/// The mutex makes sure that a worker about to sleep either sees the new generation or hears the signal.
static void publish(braid_device *device) {
  pthread_mutex_lock(&device->mutex);
  atomic_fetch_add_explicit(&device->generation, 1, memory_order_release);
  pthread_cond_broadcast(&device->wake);
  pthread_mutex_unlock(&device->mutex);
}

void braid_parallel(braid_device *device, int64_t units, void *context, braid_body body) {
  if (units <= 0) return;
  if (device->threads == 1 || units == 1) {
    for (int64_t unit = 0; unit < units; unit++) body(context, unit, 0);
    settle_stores();
    return;
  }
  device->body = body;
  device->context = context;
  for (int32_t thread = 0; thread < device->threads; thread++) {
    atomic_store_explicit(&device->shares[thread].next, units * thread / device->threads, memory_order_relaxed);
    device->shares[thread].end = units * (thread + 1) / device->threads;
  }
  atomic_store_explicit(&device->gate, 0, memory_order_release);
  publish(device);
  work(device, 0);
  atomic_fetch_add_explicit(&device->gate, CLOSED, memory_order_relaxed);
  for (int spin = 0; atomic_load_explicit(&device->gate, memory_order_acquire) != CLOSED; spin++)
    if (spin < YIELD_SPINS) relax();
    else sched_yield();
}

// MARK: Postponed units

void braid_postpone(braid_device *device, int64_t units, void *context, braid_body body) {
  braid_finish_postponed(device, device->postponed_units);
  device->postponed_body = body;
  device->postponed_context = context;
  device->postponed_units = units;
  atomic_store_explicit(&device->next_postponed, 0, memory_order_relaxed);
}

static void postponed_unit(void *context, int64_t unit, int32_t thread) {
  braid_device *device = context;
  device->postponed_body(device->postponed_context, count_of(&device->next_postponed) + unit, thread);
}

void braid_finish_postponed(braid_device *device, int64_t end) {
  int64_t begin = count_of(&device->next_postponed), units = device->postponed_units;
  if (end > units) end = units;
  if (begin >= end) return;
  device->postponed_units = 0;  // these alone, and nothing beside them
  braid_parallel(device, end - begin, device, postponed_unit);
  device->postponed_units = units;
  atomic_store_explicit(&device->next_postponed, end, memory_order_relaxed);
}

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
  braid_device *device = NULL;
  if (posix_memalign((void **)&device, 64, sizeof *device) != 0) return NULL;
  memset(device, 0, sizeof *device);
  device->kernels = kernels;
  device->isa = isa;
  for (int precision = 0; precision < BRAID_PRECISIONS; precision++)
    for (int kind = BRAID_MULTIPLIER_AMX;
         !braid_device_choose_multiplier(device, (braid_precision)precision, (braid_multiplier)kind);)
      kind--;
  device->scratch = calloc((size_t)threads, sizeof *device->scratch);
  if (posix_memalign((void **)&device->shares, 64, (size_t)threads * sizeof *device->shares) != 0) device->shares = NULL;
  device->workers = calloc((size_t)threads, sizeof *device->workers);
  pthread_mutex_init(&device->mutex, NULL);
  pthread_cond_init(&device->wake, NULL);
  device->threads = 1;
  device->gate = CLOSED;
  if (!device->scratch || !device->shares || !device->workers) {
    braid_device_destroy(device);
    return NULL;
  }
  for (int32_t thread = 1; thread < threads; thread++) {
    worker_start *start = malloc(sizeof *start);
    if (start) *start = (worker_start){device, thread};
    if (!start || pthread_create(&device->workers[thread], NULL, worker, start) != 0) {
      free(start);
      braid_device_destroy(device);
      return NULL;
    }
    device->threads = thread + 1;
  }
  return device;
}

void braid_device_destroy(braid_device *device) {
  if (!device) return;
  atomic_store_explicit(&device->stops, true, memory_order_relaxed);
  publish(device);
  for (int32_t thread = 1; thread < device->threads; thread++) pthread_join(device->workers[thread], NULL);
  for (int32_t thread = 0; device->scratch && thread < device->threads; thread++) free(device->scratch[thread].memory);
  pthread_cond_destroy(&device->wake);
  pthread_mutex_destroy(&device->mutex);
  free(device->scratch);
  free(device->shares);
  free(device->workers);
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
