import Kernels

/// Places of a flat buffer.
enum BufferPart {
  case stretch(Range<Int>)
  /// Rows of a table that stands in the buffer.
  case rows([Int32], of: Parameter)
}

/// The kernels that go over buffers of the parameters' layout: gradients of several tasks, and the optimizer's steps.
extension Device {
  /// Adds to products[i · count + j] the inner product of buffers i and j over a part, in double precision.
  func addInnerProducts(of buffers: [Numbers], over part: BufferPart, to products: inout [Double]) {
    precondition(products.count == buffers.count * buffers.count, "a product for each pair of buffers")
    check(part, in: buffers)
    // The part is within every buffer, and there is a product for each pair, as checked above.
    unsafe withSpan(of: part) { span in
      unsafe braid_add_inner_products(
        handle, buffers.map { unsafe UnsafePointer($0.base) }, Int64(buffers.count), span, &products)
    }
  }

  /// target = Σ factors[i] · sources[i] over a part. The target may be a source.
  ///
  /// - Parameters:
  ///   - clearsSources: sets the sources, but not the target, to zero.
  ///   - signKey: as `GradientBuffers.combine` has it.
  func combine(
    _ sources: [Numbers], _ factors: [Float], into target: Numbers, clearsSources: Bool = false,
    signKey: UInt64 = 0, over part: BufferPart
  ) {
    precondition(factors.count == sources.count, "one factor a source")
    check(part, in: sources + [target])
    // The part is within every buffer, and there is a factor for each, as checked above; both lists outlive the call.
    unsafe sources.map { unsafe $0.base as UnsafeMutablePointer<Float>? }.withUnsafeBufferPointer {
      bases in
      unsafe factors.withUnsafeBufferPointer { factors in
        unsafe withSpan(of: part) { span in
          unsafe run(
            braid_combine,
            braid_combine_arguments(
              sources: bases.baseAddress, factors: factors.baseAddress, source_count: Int64(factors.count),
              target: target.base, clears_sources: clearsSources, sign_key: signKey, span: span))
        }
      }
    }
  }

  /// What one step of the optimizer moves: parameters with their moments and their gradient.
  struct Moved {
    let parameters: Numbers
    let firstMoment: Numbers
    let secondMoment: Numbers
    /// Set to zero. Of rows that are behind nil where it is zero in every step.
    let gradient: Numbers?

    fileprivate func check() {
      precondition(
        firstMoment.count == parameters.count && secondMoment.count == parameters.count
          && (gradient.map { $0.count == parameters.count } ?? true), "two moments and a gradient a parameter"
      )
    }
  }

  /// One step over a stretch of parameters.
  func adam(_ moved: Moved, by step: braid_adam_step, method: braid_adam_method) {
    moved.check()
    precondition(moved.gradient != nil, "a step goes along a gradient")
    // All four have as many floats, as checked above.
    unsafe run(
      braid_adam,
      braid_adam_arguments(
        method: method, parameters: moved.parameters.base, first_moment: moved.firstMoment.base,
        second_moment: moved.secondMoment.base, gradient: moved.gradient?.base,
        count: Int64(moved.parameters.count), step: step))
  }

  /// The steps that rows of a table have not taken yet, one after the other.
  ///
  /// - Parameters:
  ///   - rows: each once; nil for all.
  ///   - taken: how many of `steps` each row of the table has taken.
  func adam(
    _ moved: Moved, columns: Int, rows: [Int32]?, by steps: [braid_adam_step], taken: inout [Int32],
    method: braid_adam_method
  ) {
    moved.check()
    let count = taken.count
    precondition(
      moved.parameters.count == count * columns, "a number of steps taken for each row of the table")
    precondition(rows?.allSatisfy { (0..<count).contains(Int($0)) } ?? true, "a row is outside its table")
    precondition(taken.allSatisfy { (0...steps.count).contains(Int($0)) }, "more steps taken than there are")
    // Rows are in the table and steps in their list, as checked above; all three lists outlive the call.
    unsafe taken.withUnsafeMutableBufferPointer { taken in
      unsafe steps.withUnsafeBufferPointer { steps in
        unsafe (rows ?? []).withUnsafeBufferPointer { listed in
          unsafe run(
            braid_adam_rows,
            braid_adam_rows_arguments(
              method: method, parameters: moved.parameters.base, first_moment: moved.firstMoment.base,
              second_moment: moved.secondMoment.base, gradient: moved.gradient?.base, columns: Int64(columns),
              rows: rows == nil ? nil : listed.baseAddress, row_count: Int64(rows?.count ?? count),
              steps: steps.baseAddress, step_count: Int64(steps.count), taken: taken.baseAddress))
        }
      }
    }
  }

  private func check(_ part: BufferPart, in buffers: [Numbers]) {
    for buffer in buffers {
      switch part {
      case .stretch(let range):
        precondition(0 <= range.lowerBound && range.upperBound <= buffer.count, "a stretch beyond its buffer")
      case .rows(let rows, of: let table):
        precondition(table.offset + table.count <= buffer.count, "a table beyond its buffer")
        precondition(rows.allSatisfy { (0..<table.rows).contains(Int($0)) }, "a row is outside its table")
      }
    }
  }

  /// Calls `body` with what kernels take for a part.
  private func withSpan(of part: BufferPart, _ body: (braid_span) -> Void) {
    switch part {
    case .stretch(let range):
      unsafe body(
        braid_span(first: Int64(range.lowerBound), count: Int64(range.count), rows: nil, columns: 0))
    case .rows(let rows, of: let table):
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe body(
          braid_span(
            first: Int64(table.offset), count: Int64(rows.count), rows: rows.baseAddress,
            columns: Int64(table.columns)))
      }
    }
  }
}
