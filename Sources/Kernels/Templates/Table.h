// The end of an instruction set's file: the table that a device calls through.

#define JOIN_NAMES(a, b) a##b
#define TABLE_NAME(suffix) JOIN_NAMES(kernels_, suffix)

static int64_t packed_count(braid_precision precision, int64_t depth, int64_t columns) {
  switch (precision) {
    case BRAID_FLOAT32: return packed_count_float32(depth, columns);
    case BRAID_BFLOAT16: return packed_count_bfloat16(depth, columns);
    case BRAID_INT8: return packed_count_int8(depth, columns);
  }
}

const kernel_table TABLE_NAME(ISA_NAME) = {
    .panel = PANEL,
    .packed_count = packed_count,
    .peak = multiply_add_loop,
    .inner_product = inner_product,
    .apply = apply,
#define TABLE_ENTRY(name, arguments) .name = name,
    EACH_KERNEL(TABLE_ENTRY)
};
