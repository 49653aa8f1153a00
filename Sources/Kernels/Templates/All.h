// Every kernel, compiled for the instruction set that includes this file. No include guard: that is its purpose.
#include "Vector.h"
#include "Functions.h"
#include "Product.h"
#include "Rows.h"
#include "Attention.h"
#include "Optimizer.h"
#include "Combination.h"
#include "Table.h"
