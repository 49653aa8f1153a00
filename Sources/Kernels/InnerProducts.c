// Inner products of the gradients of several tasks.
#include "Device.h"

/// Values, and rows, of one partial sum: fixed numbers, so that the total has the same bits for any number of threads.
#define SUM_CHUNK 65536
#define SUM_ROWS 64

typedef struct {
  const kernel_table *kernels;
  const float *const *buffers;
  int64_t buffer_count;
  braid_span span;
  double *partial;  ///< for each unit one sum a pair
} product_plan;

static int64_t pairs_of(int64_t count) { return count * (count + 1) / 2; }

static void add_products(const product_plan *plan, double *sums, int64_t first, int64_t count) {
  for (int64_t i = 0; i < plan->buffer_count; i++)
    for (int64_t j = 0; j <= i; j++)
      *sums++ += plan->kernels->inner_product(plan->buffers[i] + first, plan->buffers[j] + first, count);
}

static void product_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  product_plan *plan = context;
  const braid_span *span = &plan->span;
  int64_t pairs = pairs_of(plan->buffer_count), chunk = span->rows ? SUM_ROWS : SUM_CHUNK;
  int64_t first = unit * chunk, last = first + chunk < span->count ? first + chunk : span->count;
  double *sums = plan->partial + unit * pairs;
  for (int64_t pair = 0; pair < pairs; pair++) sums[pair] = 0;
  if (!span->rows) add_products(plan, sums, span->first + first, last - first);
  else
    for (int64_t index = first; index < last; index++)
      add_products(plan, sums, span->first + span->rows[index] * span->columns, span->columns);
}

void braid_add_inner_products(braid_device *device, const float *const *buffers, int64_t buffer_count, braid_span span,
                              double *products) {
  int64_t chunk = span.rows ? SUM_ROWS : SUM_CHUNK, units = (span.count + chunk - 1) / chunk;
  int64_t pairs = pairs_of(buffer_count);
  // Thread 0 runs no kernel that uses scratch space while the sum is on.
  double *partial = (double *)braid_scratch(device, 0, (size_t)(units * pairs + 1) * sizeof(double));
  product_plan plan = {braid_device_kernels(device), buffers, buffer_count, span, partial};
  braid_parallel(device, units, &plan, product_unit);
  for (int64_t i = 0, pair = 0; i < buffer_count; i++)
    for (int64_t j = 0; j <= i; j++, pair++) {
      double sum = 0;
      for (int64_t unit = 0; unit < units; unit++) sum += partial[unit * pairs + pair];
      products[i * buffer_count + j] += sum;
      if (i != j) products[j * buffer_count + i] += sum;
    }
}
