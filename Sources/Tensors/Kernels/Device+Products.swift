import Kernels

/// The right side of a product, [depth, columns], in the layout that it is read in.
enum ProductSide {
  /// Row-major.
  case rows(Numbers)
  /// In the panels or tiles of a precision.
  case packed(Numbers, Precision)
}

extension Device {
  /// Floats of as many bytes as a packed [depth, columns] matrix takes.
  func packedCount(depth: Int, columns: Int, precision: Precision) -> Int {
    // Reads what the device knows of itself.
    unsafe Int(braid_packed_count(handle, precision.code, Int64(depth), Int64(columns)))
  }

  /// Packs rows of a row-major matrix, or of its transpose, to be the right side of a product; as integers the transpose
  /// alone, no deeper than the precision allows.
  ///
  /// - Parameters:
  ///   - only: those to pack, nil for all; they begin at a multiple of `packedRows`, and end at one or with the matrix.
  ///   - packed: of the whole matrix.
  func pack(
    _ matrix: Numbers, rows: Int, columns: Int, only some: Range<Int>? = nil, transposed: Bool,
    precision: Precision, into packed: Numbers
  ) {
    let (depth, width) = transposed ? (columns, rows) : (rows, columns)
    let some = some ?? 0..<rows
    precondition(matrix.count == rows * columns, "a matrix of another size")
    precondition(
      packed.count == packedCount(depth: depth, columns: width, precision: precision),
      "a packed matrix of another size")
    precondition(
      0 <= some.lowerBound && some.lowerBound % Self.packedRows == 0
        && (some.upperBound % Self.packedRows == 0 || some.upperBound == rows) && some.upperBound <= rows,
      "rows that are not packed apart from others")
    precondition(
      (transposed || precision != .int8) && depth <= precision.greatestDepth,
      "integers are packed of a transpose that is not too deep")
    // Rows stay within the matrix, and the packed one has as many floats as are written.
    unsafe run(
      precision.pack,
      braid_pack_arguments(
        source: matrix.base, rows: Int64(rows), columns: Int64(columns), stride: Int64(columns),
        transposed: transposed, first_row: Int64(some.lowerBound), last_row: Int64(some.upperBound),
        packed: packed.base))
  }

  /// Rows that are packed apart from others, in any precision.
  static var packedRows: Int { 32 }

  /// output[rows, columns] = activation(left[rows, depth] · right[depth, columns] + bias).
  ///
  /// - Parameters:
  ///   - accumulates: adds to what output holds; only without bias and activation.
  ///   - beforeActivation: gets what the activation is applied to.
  ///   - slopesAt: where not nil, the activation is not applied, but its derivative at these is multiplied by; then there is
  ///     nothing to add to, and no bias.
  func product(
    _ left: Numbers, _ right: ProductSide, rows: Int, depth: Int, columns: Int, into output: Numbers,
    accumulates: Bool = false, bias: Numbers? = nil, activation: Activation = .none,
    beforeActivation: Numbers? = nil, slopesAt: Numbers? = nil
  ) {
    precondition(left.count == rows * depth && output.count == rows * columns, "matrices of other sizes")
    precondition(bias.map { $0.count == columns } ?? true, "a bias of another width")
    precondition(beforeActivation.map { $0.count == output.count } ?? true, "a matrix of another size")
    precondition(slopesAt.map { $0.count == output.count } ?? true, "a matrix of another size")
    precondition(slopesAt == nil || (!accumulates && bias == nil), "slopes are of a product alone")
    let (values, stride, expected, precision) =
      switch right {
      case .rows(let values): (values, columns, depth * columns, Precision.float32)
      case .packed(let values, let precision):
        (values, 0, packedCount(depth: depth, columns: columns, precision: precision), precision)
      }
    precondition(values.count == expected, "a right side of another size")
    // All six have the sizes that the kernel reads and writes, as checked above.
    unsafe run(
      precision.product,
      braid_product_arguments(
        left: left.base, left_stride: Int64(depth), right: values.base, right_stride: Int64(stride),
        rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), output: output.base,
        output_stride: Int64(columns), accumulate: accumulates, bias: bias?.base,
        activation: activation.code, before_activation: beforeActivation?.base, slopes_at: slopesAt?.base))
  }

  /// output[columns of left, width of right] += leftᵀ · right over some rows: the gradient of a weight, or of some of
  /// its rows.
  ///
  /// - Parameters:
  ///   - left: [rows, leftWidth], of which `columns` are multiplied.
  ///   - right: [rows, rightWidth].
  func addTransposedProduct(
    _ left: Numbers, leftWidth: Int, columns: Range<Int>, _ right: Numbers, rightWidth: Int, rows: RowRange,
    precision: Precision, to output: Numbers
  ) {
    precondition(
      0 <= rows.first && rows.first <= rows.last && rows.last * leftWidth <= left.count
        && rows.last * rightWidth <= right.count && 0 <= columns.lowerBound && columns.upperBound <= leftWidth
        && output.count == columns.count * rightWidth, "matrices of other sizes")
    precondition(precision != .int8, "integers have no gradient")
    // Rows and columns are within all three, as checked above.
    unsafe run(
      precision == .bfloat16 ? braid_transposed_product_bfloat16 : braid_transposed_product,
      braid_transposed_product_arguments(
        left: left.base + columns.lowerBound, left_stride: Int64(leftWidth), right: right.base,
        right_stride: Int64(rightWidth), first_row: Int64(rows.first), last_row: Int64(rows.last),
        output_rows: Int64(columns.count), output_columns: Int64(rightWidth), output: output.base))
  }
}

extension Precision {
  var code: braid_precision {
    switch self {
    case .float32: BRAID_FLOAT32
    case .bfloat16: BRAID_BFLOAT16
    case .int8: BRAID_INT8
    }
  }

  /// Of products.
  var greatestDepth: Int { self == .int8 ? Int(BRAID_INT8_GREATEST_DEPTH) : .max }

  fileprivate var pack: (OpaquePointer, UnsafePointer<braid_pack_arguments>) -> Void {
    switch self {
    case .float32: unsafe braid_pack
    case .bfloat16: unsafe braid_pack_bfloat16
    case .int8: unsafe braid_pack_int8
    }
  }

  fileprivate var product: (OpaquePointer, UnsafePointer<braid_product_arguments>) -> Void {
    switch self {
    case .float32: unsafe braid_product
    case .bfloat16: unsafe braid_product_bfloat16
    case .int8: unsafe braid_product_int8
    }
  }
}
