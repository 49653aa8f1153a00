import Wording

/// The parts of a data set.
public enum Split: String, Sendable, CaseIterable {
  case train
  case dev
  case test
}

/// How the bytes of a table become rows of fields.
public struct TableLayout: Sendable, Equatable {
  public enum Format: String, Sendable, CaseIterable {
    /// Fields between separators, taken as they stand: a quotation mark is a character like any other.
    case tsv
    /// RFC 4180: fields may be in quotes and then hold separators, line breaks and doubled quotes.
    case csv
    /// One JSON object a line.
    case jsonl
    /// A line is `__label__NAME text`, as the program fastText reads it.
    case fasttext
    /// A word a line with what is said of it, sentences apart by empty lines, as CoNLL's shared tasks have it.
    case conll
    /// A text a line, whatever is in it.
    case lines
  }

  public enum Encoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
  }

  /// Nil: by the file's ending (`.tsv`, `.tab`, `.txt`; `.csv`; `.jsonl`, `.ndjson`; `.conll`, `.bio`).
  public var format: Format?
  /// Whether the first row holds the columns' names.
  public var header: Bool
  /// One ASCII character; nil is TAB for tsv, comma for csv.
  public var separator: UInt8?
  /// If given, a line of a tsv file is split into this many fields and the last keeps the rest of the line.
  public var fields: Int?
  /// Taken off the front of each label.
  public var labelPrefix: String?
  public var encoding: Encoding

  public init(
    format: Format? = nil, header: Bool = true, separator: UInt8? = nil, fields: Int? = nil,
    labelPrefix: String? = nil, encoding: Encoding = .utf8
  ) {
    self.format = format
    self.header = header
    self.separator = separator
    self.fields = fields
    self.labelPrefix = labelPrefix
    self.encoding = encoding
  }

  /// This layout as a format settles it, where the format leaves no choice.
  func settled(for format: Format) -> TableLayout {
    var layout = self
    layout.format = format
    if layout.isWithoutHeader { layout.header = false }
    if format == .lines { layout.fields = 1 }
    return layout
  }

  /// Whether every file of this format is without a header.
  var isWithoutHeader: Bool { format == .conll || format == .lines }

  /// Whether columns go by name.
  var hasNames: Bool { format == .jsonl || header && !isWithoutHeader }

  /// Whether a field can be a list.
  var hasLists: Bool { format == .jsonl || format == .conll }
}

extension TableLayout {
  /// What fastText marks labels with.
  static let labelMark = "__label__"

  /// This layout for fastText's lines: the label ends at the first blank or TAB; the texts of a pair have a TAB between
  /// them, and one before them.
  func fastText(for type: TaskType) -> TableLayout {
    var layout = self
    layout.format = .fasttext
    layout.header = false
    layout.separator = type.isPaired ? UInt8(ascii: "\t") : UInt8(ascii: " ")
    layout.fields = 1 + type.texts.count
    layout.labelPrefix = Self.labelMark
    return layout
  }
}

/// A column of a table, by name or by number from 0.
public enum ColumnReference: Sendable, Equatable, CustomStringConvertible {
  case name(String)
  case number(Int)

  public var description: String {
    switch self {
    case .name(let name): quoted(name)
    case .number(let number): "\(number)"
    }
  }

  /// What belongs in its place in a table of this layout; nil where it does itself.
  func expectation(in layout: TableLayout) -> String? {
    switch self {
    case .name: layout.hasNames ? nil : "a number from 0, as there is no header"
    case .number: layout.format == .jsonl ? "a name, as jsonl has no column numbers" : nil
    }
  }

  /// The columns of a table that has nothing but these, in this order.
  static func numbers(of uses: [ColumnUse]) -> [ColumnUse: ColumnReference] {
    Dictionary(uniqueKeysWithValues: uses.enumerated().map { ($1, .number($0)) })
  }
}

/// Which rows of a file belong to a split, when a list in another file says so.
public struct RowList: Sendable, Equatable {
  /// A file of TAB-separated values without a header, one row of the data a line.
  public var file: String
  /// The data's columns that together must equal a line of the list, in its order.
  public var columns: [ColumnReference]
  /// Whether the listed rows are the ones taken or the ones left out.
  public var isTaken: Bool

  public init(file: String, columns: [ColumnReference], isTaken: Bool) {
    self.file = file
    self.columns = columns
    self.isTaken = isTaken
  }
}

/// A part of a split, drawn at random but always the same one, for quick runs. A ranking query counts as one
/// example.
public enum Sample: Sendable, Equatable {
  case count(Int)
  case fraction(Double)
}

/// Where the rows of a split come from.
public struct SplitSource: Sendable, Equatable {
  public var files: [String]
  public var layout: TableLayout
  /// The label is missing from a split without labels, which can be predicted but not evaluated.
  public var columns: [ColumnUse: ColumnReference]
  public var rows: RowList?
  public var sample: Sample?

  public init(
    files: [String], layout: TableLayout = TableLayout(), columns: [ColumnUse: ColumnReference],
    rows: RowList? = nil, sample: Sample? = nil
  ) {
    self.files = files
    self.layout = layout
    self.columns = columns
    self.rows = rows
    self.sample = sample
  }

  public var isLabelled: Bool { columns[.label] != nil }

  /// What the texts that the source has columns for are for, in their order.
  func texts(of type: TaskType) -> [ColumnUse] {
    [.text, .pair].filter { columns[$0] != nil && type.column($0) != nil }
  }
}
