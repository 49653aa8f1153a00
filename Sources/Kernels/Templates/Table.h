// The end of an instruction set's file: the table that a device calls through.

#define JOIN_NAMES(a, b) a##b
#define TABLE_NAME(suffix) JOIN_NAMES(kernels_, suffix)

const kernel_table TABLE_NAME(ISA_NAME) = {
    .panel = PANEL,
    .packed_count = packed_count,
    .packed_count_bfloat16 = packed_count_bfloat16,
    .peak = multiply_add_loop,
    .inner_product = inner_product,
    .apply = apply,
#define TABLE_ENTRY(name, arguments) .name = name,
    EACH_KERNEL(TABLE_ENTRY)
};
