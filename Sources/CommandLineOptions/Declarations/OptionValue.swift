/// The value of an option, whatever it came from.
public enum OptionValue: Sendable, Equatable {
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  /// The values of an option that may be given several times.
  case texts([String])

  /// As a person would type it.
  public var shown: String {
    switch self {
    case .flag(let isOn): isOn ? "on" : "off"
    case .integer(let value): String(value)
    case .number(let value): Self.shown(value)
    case .text(let value): value
    case .texts(let values): values.joined(separator: ", ")
    }
  }

  /// A number without a decimal point that says nothing.
  static func shown(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }
}
