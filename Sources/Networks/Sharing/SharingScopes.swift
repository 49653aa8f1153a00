import Tensors

/// Where a way of sharing adds its parameters. The names say which tasks a parameter's gradient can come from, and with
/// which values of a pretrained encoder it starts.
public struct SharingScopes {
  private let root: ParameterScope
  private let tasks: [String]

  init(root: ParameterScope, tasks: [String]) {
    self.root = root
    self.tasks = tasks
  }

  /// `encoder.…`: what a plain encoder has, under the same names.
  public var encoder: ParameterScope { root.scope("encoder") }

  /// `sharing.…`: other parameters that rows of several tasks go through.
  public var shared: ParameterScope { root.scope("sharing") }

  /// `sharing.tower.TASK.…`: a copy of the encoder that rows of several tasks go through.
  public func tower(_ task: Int) -> ParameterScope {
    shared.scope("tower").scope(tasks[task], copying: "encoder")
  }

  /// `own.TASK.…`: parameters that only rows of this task go through. Those with the names of an encoder's start as copies
  /// of these.
  public func own(_ task: Int) -> ParameterScope {
    root.scope("own").scope(tasks[task], copying: "encoder")
  }
}

extension ParameterScope {
  /// The scope of one layer: `layer.3`.
  public func layer(_ index: Int) -> ParameterScope { scope("layer").scope("\(index)") }
}
