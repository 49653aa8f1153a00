/// A word as it is to be typed in a shell: in quotes where it must be.
public func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_./,:+@%=".utf8.contains(byte)
    }
  }
  // A shell may take a word that begins with '=' for the place of a command.
  return isPlain && !text.isEmpty && !text.hasPrefix("=") ? text : shellQuoted(text)
}

extension OptionValues {
  /// The words of a command line that give some options the values that they have here; those that are not given are left
  /// out.
  public func words(of options: [OptionDeclaration]) -> [String] {
    options.flatMap { option -> [String] in
      func words(_ value: String) -> [String] {
        value.hasPrefix("-") ? ["--\(option.name)=\(value)"] : ["--\(option.name)", value]
      }
      guard isGiven(option), let value = effective([option]).first?.value else { return [] }
      switch value {
      case .flag(let isOn): return [isOn ? "--\(option.name)" : "--no-\(option.name)"]
      case .texts(let texts): return texts.flatMap(words)
      case .integer, .number, .text: return words(value.shown)
      }
    }
  }
}
