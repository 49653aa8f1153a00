// The threads of a device. What is said of `braid_parallel`, `braid_postpone` and `braid_finish_postponed` is done here.
#pragma once
#include "Kernels.h"

typedef struct thread_pool thread_pool;

/// Null when memory is short or the system has no more threads.
thread_pool *thread_pool_create(int32_t threads);
void thread_pool_destroy(thread_pool *pool);

void thread_pool_run(thread_pool *pool, int64_t units, void *context, braid_body body);
void thread_pool_postpone(thread_pool *pool, int64_t units, void *context, braid_body body);
void thread_pool_finish_postponed(thread_pool *pool, int64_t end);
