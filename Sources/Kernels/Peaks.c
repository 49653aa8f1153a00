// What arithmetic in registers reaches on all threads at once: the measure of kernels.
#include "Device.h"

#include <time.h>

static double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct {
  peak_loop loop;
  double seconds;
  double *rates;
} peak_plan;

static void peak_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  peak_plan *plan = context;
  double best = 0, end = seconds_now() + plan->seconds;
  do {
    double begin = seconds_now(), operations = plan->loop(), rate = operations / (seconds_now() - begin);
    if (rate > best) best = rate;
  } while (seconds_now() < end);
  plan->rates[unit] = best;
}

static double sum_of_rates(braid_device *device, peak_loop loop, double seconds) {
  int32_t threads = braid_device_threads(device);
  double *rates = (double *)braid_scratch(device, 0, (size_t)threads * sizeof(double));
  peak_plan plan = {loop, seconds, rates};
  braid_parallel(device, threads, &plan, peak_unit);
  double sum = 0;
  for (int32_t thread = 0; thread < threads; thread++) sum += rates[thread];
  return sum;
}

double braid_peak_flops(braid_device *device, braid_precision precision, double seconds) {
  peak_loop loop = precision == BRAID_FLOAT32 ? NULL : braid_device_block_multiplier(device, precision).peak;
  return sum_of_rates(device, loop ? loop : braid_device_kernels(device)->peak, seconds);
}
