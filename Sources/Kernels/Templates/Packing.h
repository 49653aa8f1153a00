// Matrices in panels, as tiles read the right side of a product.

INLINE int64_t panels_of(int64_t columns) { return chunks_of(columns, PANEL); }

static int64_t packed_count_float32(int64_t depth, int64_t columns) { return panels_of(columns) * PANEL * depth; }

/// Steps of the depth that one unit packs: enough to be worth a unit, few enough to spread over threads.
#define PACK_STEPS 256

INLINE int64_t packed_depth(const braid_pack_arguments *a) { return a->transposed ? a->columns : a->rows; }
INLINE int64_t packed_columns(const braid_pack_arguments *a) { return a->transposed ? a->rows : a->columns; }

/// A stretch of steps at a time, which stays in the first cache: the source is read along its rows.
static void pack_transposed(const float *source, int64_t stride, int64_t steps, int64_t columns, float *target) {
  for (; steps > 0; steps -= LANES, source += LANES, target += LANES * PANEL) {
    int64_t c = 0;
    if (steps >= LANES)
      for (; c < PANEL; c += LANES) transpose_square(source + c * stride, stride, columns - c, target + c, PANEL);
    for (; c < PANEL; c++)
      for (int64_t s = 0; s < at_most(steps, LANES); s++) target[s * PANEL + c] = c < columns ? source[c * stride + s] : 0;
  }
}

/// The steps [first, last) of one panel.
static void pack_panel(const braid_pack_arguments *a, int64_t panel, int64_t first, int64_t last) {
  int64_t column = panel * PANEL, count = at_most(packed_columns(a) - column, PANEL);
  float *target = a->packed + panel * PANEL * packed_depth(a) + first * PANEL;
  if (a->transposed) return pack_transposed(a->source + column * a->stride + first, a->stride, last - first, count, target);
  const float *source = a->source + first * a->stride + column;
  for (int64_t step = first; step < last; step++, target += PANEL, source += a->stride) {
    for (int v = 0; v < PANEL; v += 16) __builtin_prefetch(source + ROWS_AHEAD * a->stride + v, 0, 2);
    for (int v = 0; v < PANEL; v += LANES) store(target + v, load_within(source, v, count));
  }
}

/// What is copied, in panels and steps of the depth.
typedef struct {
  const braid_pack_arguments *a;
  int64_t first_panel, first_step, last_step, chunks;
} packing_plan;

static void pack_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const packing_plan *p = context;
  int64_t first = p->first_step + unit % p->chunks * PACK_STEPS;
  pack_panel(p->a, p->first_panel + unit / p->chunks, first, at_most(first + PACK_STEPS, p->last_step));
}

static void pack(braid_device *device, const braid_pack_arguments *a) {
  packing_plan p = {.a = a, .last_step = packed_depth(a)};
  int64_t last_panel = panels_of(packed_columns(a));
  if (a->transposed) {
    p.first_panel = a->first_row / PANEL;
    last_panel = panels_of(a->last_row);
  } else {
    p.first_step = a->first_row;
    p.last_step = a->last_row;
  }
  p.chunks = chunks_of(p.last_step - p.first_step, PACK_STEPS);
  braid_parallel(device, (last_panel - p.first_panel) * p.chunks, &p, pack_unit);
}

/// Packs rows of `count` values each on the calling thread: the product's depth is the rows...
INLINE void pack_rows(const float *source, int64_t stride, int64_t rows, int64_t count, float *packed) {
  braid_pack_arguments a = {.source = source, .rows = rows, .columns = count, .stride = stride, .packed = packed};
  for (int64_t panel = 0; panel < panels_of(count); panel++) pack_panel(&a, panel, 0, rows);
}

/// ... or their values, the rows becoming columns.
INLINE void pack_columns(const float *source, int64_t stride, int64_t rows, int64_t count, float *packed) {
  for (int64_t row = 0; row < rows; row += PANEL, packed += count * PANEL)
    pack_transposed(source + row * stride, stride, count, at_most(rows - row, PANEL), packed);
}
