import Wording

/// Turns the members of `tasks` in a task file into definitions.
struct TaskReader {
  let file: String
  let types: [TaskType]
  /// What paths are relative to.
  let folder: String

  func task(_ member: JSONValue.Member, in tasks: SchemaObject) throws(TaskFileError) -> TaskDefinition {
    let object = try SchemaObject(member.value, file: file, key: tasks.key(of: member.name))
    guard isName(member.name) else {
      throw TaskFileError(
        file: file, line: member.line, key: tasks.key, found: "the name \(quoted(member.name))",
        expected: "a name of letters, digits, '-', '_' and '.'")
    }
    try object.refuseUnknown(
      besides: ["type", "train", "dev", "test"] + SplitReader.layoutKeys + [
        "labels", "range", "metrics", "mainMetric", "head", "weight", "learningRateFactor", "maximumLength",
        "stride",
      ])
    let type = try self.type(of: object)
    var task = TaskDefinition(name: member.name, type: type, columns: [:])
    task.file = file
    task.line = member.line
    try readTarget(of: object, into: &task)
    try readOptions(of: object, into: &task)

    let reader = SplitReader(file: file, folder: folder, type: type)
    let layout = try reader.layout(of: object, from: TableLayout())
    let columns = try reader.columns(of: object, requiresLabel: true)
    for split in Split.allCases {
      guard let member = object.member(split.rawValue) else { continue }
      let source = try reader.source(member, in: object, layout: layout, columns: columns)
      if split == .train, type.hasLabelColumn, !source.isLabelled {
        throw object.error("train", found: "columns without a label", expected: "a label to learn from")
      }
      task[split] = source
    }
    let first = Split.allCases.lazy.compactMap { task[$0] }.first
    task.layout = first?.layout ?? layout
    task.columns = columns ?? first?.columns ?? type.namedColumns
    return task
  }

  /// A member whose meaning belongs to another module. A list or an object of plain values is spelled as on
  /// the command line: `a,b` and `a=1,b=2`.
  func setting(_ member: JSONValue.Member, in object: SchemaObject) throws(TaskFileError) -> Setting {
    func plain(_ value: JSONValue) -> (value: Setting.Value, spelling: String)? {
      switch value.kind {
      case .flag(let flag): (.flag(flag), "\(flag)")
      case .number(let number, let spelling): (.number(number), spelling)
      case .text(let text): (.text(text), text)
      default: nil
      }
    }
    func compound(_ value: JSONValue) -> (value: Setting.Value, spelling: String)? {
      var parts: [String] = []
      switch value.kind {
      case .list(let values):
        for value in values {
          guard let (_, spelling) = plain(value) else { return nil }
          parts.append(spelling)
        }
      case .object(let members):
        for member in members {
          guard let (_, spelling) = plain(member.value) else { return nil }
          parts.append("\(member.name)=\(spelling)")
        }
      default: return nil
      }
      let text = parts.joined(separator: ",")
      return (.text(text), text)
    }
    guard let (value, spelling) = plain(member.value) ?? compound(member.value) else {
      throw object.error(
        member.name, found: member.value.summary, expected: "a number, a text, true or false")
    }
    return Setting(
      name: member.name, value: value, spelling: spelling, file: file, line: member.line,
      key: object.key(of: member.name))
  }

  /// A name, or an object with a `type`.
  func sharing(in top: SchemaObject) throws(TaskFileError) -> SharingDefinition? {
    guard let member = top.member("sharing") else { return nil }
    if case .text(let name) = member.value.kind {
      guard var sharing = SharingDefinition(spelling: name, file: file) else {
        throw top.error("sharing", found: quoted(name), expected: "a way of sharing")
      }
      sharing.line = member.line
      for index in sharing.settings.indices {
        sharing.settings[index].line = member.line
        sharing.settings[index].key = "sharing.\(sharing.settings[index].name)"
      }
      return sharing
    }
    let object = try SchemaObject(
      member.value, file: file, key: top.key(of: "sharing"),
      expected: "a way of sharing or an object in braces"
    )
    guard let type = try object.text("type") else {
      throw object.missing("type", expected: "a way of sharing")
    }
    return SharingDefinition(
      type,
      settings: try object.members.filter { $0.name != "type" }.map { member throws(TaskFileError) in
        try setting(member, in: object)
      }, file: file, line: member.line)
  }

  private func type(of object: SchemaObject) throws(TaskFileError) -> TaskType {
    let names = types.map(\.name)
    guard let name = try object.text("type") else {
      throw object.missing("type", expected: listed(names))
    }
    guard let type = types.first(where: { $0.name == name }) else {
      throw object.error(
        "type", found: quoted(name),
        expected: nearestOrAll(name, among: names))
    }
    return type
  }

  private func readTarget(of object: SchemaObject, into task: inout TaskDefinition) throws(TaskFileError) {
    if let labels = try object.texts("labels", expected: "a list of at least two names") {
      try refuse("labels", of: object, in: task) { $0.hasLabels }
      guard labels.count >= 2 else {
        throw object.error("labels", found: listed(labels), expected: "at least two names")
      }
      var seen = Set<String>(minimumCapacity: labels.count)
      for label in labels where !seen.insert(label).inserted {
        throw object.error("labels", found: "\(quoted(label)) twice", expected: "each name once")
      }
      task.labels = labels
    }
    if let member = object.member("range") {
      try refuse("range", of: object, in: task) { $0 == .score }
      let expected = "the lowest and the highest score, as [0, 5]"
      guard case .list(let values) = member.value.kind, values.count == 2,
        case .number(let low, _) = values[0].kind, case .number(let high, _) = values[1].kind,
        low.isFinite, high.isFinite
      else { throw object.error("range", found: member.value.summary, expected: expected) }
      guard low < high else { throw object.error("range", found: "[\(low), \(high)]", expected: expected) }
      task.range = low...high
    }
  }

  private func refuse(
    _ name: String, of object: SchemaObject, in task: TaskDefinition, unless hasIt: (TargetKind) -> Bool
  ) throws(TaskFileError) {
    guard !hasIt(task.type.target) else { return }
    let owners = types.filter { hasIt($0.target) }.map(\.name)
    throw object.error(
      name, found: "it in a task of type \(quoted(task.type.name))",
      expected: "it only in tasks of type \(listed(owners))")
  }

  private func readOptions(of object: SchemaObject, into task: inout TaskDefinition) throws(TaskFileError) {
    if let metrics = try object.texts("metrics") { task.metrics = metrics }
    task.mainMetric = task.metrics.first ?? ""
    if let metric = try object.text("mainMetric") {
      guard task.metrics.contains(metric) else {
        throw object.error(
          "mainMetric", found: quoted(metric), expected: "one of the metrics: \(listed(task.metrics))")
      }
      task.mainMetric = metric
    }
    let factor = "a number of at least 0"
    task.weight = try object.number("weight", expected: factor) { $0 >= 0 } ?? 1
    task.learningRateFactor = try object.number("learningRateFactor", expected: factor) { $0 >= 0 } ?? 1
    task.maximumLength = try object.whole("maximumLength", from: 3)
    if let stride = try object.whole("stride", from: 1) {
      try refuse("stride", of: object, in: task) { $0 == .answer }
      task.stride = stride
    }

    guard let member = object.member("head") else { return }
    if case .text(let type) = member.value.kind {
      task.head.type = type
      return
    }
    let head = try SchemaObject(
      member.value, file: file, key: object.key(of: "head"), expected: "a kind of head or an object in braces"
    )
    task.head.type = try head.text("type")
    task.head.name = try head.text("name")
    for member in head.members where member.name != "type" && member.name != "name" {
      task.head.settings.append(try setting(member, in: head))
    }
  }

  private func isName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0)
      }
  }
}
