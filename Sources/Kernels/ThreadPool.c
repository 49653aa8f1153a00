// Threads that wait for parallel regions, and share out the units of each.
#include "ThreadPool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/// Turns of the waiting loop before a thread goes to sleep: half a millisecond on x86 of 2023, longer than the gap
/// between two kernels of a training step and far shorter than a pause that a person notices.
#define SPINS 20000

/// Turns of waiting for the others' last units before the processor is offered to them.
#define YIELD_SPINS 2000

/// The units that a thread begins with, and others go on with when they have none left.
typedef struct {
  _Alignas(64) _Atomic int64_t next;
  int64_t end;
} unit_share;

struct thread_pool {
  int32_t threads;
  pthread_t *workers;
  unit_share *shares;

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
  thread_pool *pool;
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
static bool has_plenty(const thread_pool *pool) {
  int64_t left = 0;
  for (const unit_share *share = pool->shares; share < pool->shares + pool->threads; share++) {
    int64_t next = count_of(&share->next);
    if (next < share->end) left += share->end - next;
  }
  return left > 2 * pool->threads;
}

/// Does what was postponed, as long as that delays nobody.
static void work_on_postponed(thread_pool *pool, int32_t thread) {
  while (count_of(&pool->next_postponed) < pool->postponed_units && has_plenty(pool)) {
    int64_t unit = atomic_fetch_add_explicit(&pool->next_postponed, 1, memory_order_relaxed);
    if (unit < pool->postponed_units) pool->postponed_body(pool->postponed_context, unit, thread);
  }
}

static void work(thread_pool *pool, int32_t thread) {
  for (int32_t other = 0; other < pool->threads; other++) {
    unit_share *share = &pool->shares[(thread + other) % pool->threads];
    for (;;) {
      // What memory limits goes on beside arithmetic, and not on all threads at once.
      if (thread % 2 == 1) work_on_postponed(pool, thread);
      int64_t unit = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed);
      if (unit >= share->end) break;
      pool->body(pool->context, unit, thread);
    }
  }
  settle_stores();
}

/// A worker that wakes up late finds the gate closed, so that nobody waits for a thread that has no processor.
static bool enter(thread_pool *pool) {
  int32_t workers = atomic_load_explicit(&pool->gate, memory_order_relaxed);
  while (workers >= 0)
    if (atomic_compare_exchange_weak_explicit(&pool->gate, &workers, workers + 1, memory_order_acquire,
                                              memory_order_relaxed))
      return true;
  return false;
}

static void *worker(void *start) {
  worker_start mine = *(worker_start *)start;
  free(start);
  thread_pool *pool = mine.pool;
  uint64_t seen = 0;
  for (;;) {
    uint64_t generation = seen;
    for (int spin = 0; spin < SPINS; spin++) {
      generation = atomic_load_explicit(&pool->generation, memory_order_acquire);
      if (generation != seen) break;
      relax();
    }
    if (generation == seen) {
      pthread_mutex_lock(&pool->mutex);
      while ((generation = atomic_load_explicit(&pool->generation, memory_order_acquire)) == seen)
        pthread_cond_wait(&pool->wake, &pool->mutex);
      pthread_mutex_unlock(&pool->mutex);
    }
    seen = generation;
    if (atomic_load_explicit(&pool->stops, memory_order_relaxed)) return NULL;
    if (!enter(pool)) continue;
    work(pool, mine.thread);
    atomic_fetch_sub_explicit(&pool->gate, 1, memory_order_release);
  }
}

/// The mutex makes sure that a worker about to sleep either sees the new generation or hears the signal.
static void publish(thread_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add_explicit(&pool->generation, 1, memory_order_release);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

void thread_pool_run(thread_pool *pool, int64_t units, void *context, braid_body body) {
  if (units <= 0) return;
  if (pool->threads == 1 || units == 1) {
    for (int64_t unit = 0; unit < units; unit++) body(context, unit, 0);
    settle_stores();
    return;
  }
  pool->body = body;
  pool->context = context;
  for (int32_t thread = 0; thread < pool->threads; thread++) {
    atomic_store_explicit(&pool->shares[thread].next, units * thread / pool->threads, memory_order_relaxed);
    pool->shares[thread].end = units * (thread + 1) / pool->threads;
  }
  atomic_store_explicit(&pool->gate, 0, memory_order_release);
  publish(pool);
  work(pool, 0);
  atomic_fetch_add_explicit(&pool->gate, CLOSED, memory_order_relaxed);
  for (int spin = 0; atomic_load_explicit(&pool->gate, memory_order_acquire) != CLOSED; spin++)
    if (spin < YIELD_SPINS) relax();
    else sched_yield();
}

// MARK: Postponed units

void thread_pool_postpone(thread_pool *pool, int64_t units, void *context, braid_body body) {
  thread_pool_finish_postponed(pool, pool->postponed_units);
  pool->postponed_body = body;
  pool->postponed_context = context;
  pool->postponed_units = units;
  atomic_store_explicit(&pool->next_postponed, 0, memory_order_relaxed);
}

static void postponed_unit(void *context, int64_t unit, int32_t thread) {
  thread_pool *pool = context;
  pool->postponed_body(pool->postponed_context, count_of(&pool->next_postponed) + unit, thread);
}

void thread_pool_finish_postponed(thread_pool *pool, int64_t end) {
  int64_t begin = count_of(&pool->next_postponed), units = pool->postponed_units;
  if (end > units) end = units;
  if (begin >= end) return;
  pool->postponed_units = 0;  // these alone, and nothing beside them
  thread_pool_run(pool, end - begin, pool, postponed_unit);
  pool->postponed_units = units;
  atomic_store_explicit(&pool->next_postponed, end, memory_order_relaxed);
}

// MARK: Life of a pool

thread_pool *thread_pool_create(int32_t threads) {
  thread_pool *pool = NULL;
  if (posix_memalign((void **)&pool, 64, sizeof *pool) != 0) return NULL;
  *pool = (thread_pool){.threads = 1, .gate = CLOSED, .workers = calloc((size_t)threads, sizeof *pool->workers)};
  if (posix_memalign((void **)&pool->shares, 64, (size_t)threads * sizeof *pool->shares) != 0) pool->shares = NULL;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  if (!pool->workers || !pool->shares) {
    thread_pool_destroy(pool);
    return NULL;
  }
  for (int32_t thread = 1; thread < threads; thread++) {
    worker_start *start = malloc(sizeof *start);
    if (start) *start = (worker_start){pool, thread};
    if (!start || pthread_create(&pool->workers[thread], NULL, worker, start) != 0) {
      free(start);
      thread_pool_destroy(pool);
      return NULL;
    }
    pool->threads = thread + 1;
  }
  return pool;
}

void thread_pool_destroy(thread_pool *pool) {
  if (!pool) return;
  atomic_store_explicit(&pool->stops, true, memory_order_relaxed);
  publish(pool);
  for (int32_t thread = 1; thread < pool->threads; thread++) pthread_join(pool->workers[thread], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->shares);
  free(pool->workers);
  free(pool);
}
