// Values as TOML: a program that shows its configuration writes what it would read.
//
// Source: TOML 1.0, "String": a basic string escapes quotes, backslashes and control characters.

public import ArgumentParser

/// Writes values as TOML.
public enum TOMLText {
  /// `text` in quotes.
  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// The flags of parsed `arguments`, which have no groups, with their values as TOML, nil for a flag
  /// that is not set.
  public static func values(
    of arguments: any ParsableArguments
  ) -> [(name: String, value: String?)] {
    var values: [(String, String?)] = []
    FlagNames.forEach(in: arguments) { name, property in
      if let property = property as? any ValuedProperty {
        values.append((name, value(property.current)))
      }
    }
    return values
  }

  private static func value(_ any: Any) -> String? {
    switch any {
    case let text as String: return quoted(text)
    case let flag as Bool: return flag ? "true" : "false"
    case let number as Double: return number == number.rounded() ? "\(Int64(number))" : "\(number)"
    case let number as any BinaryInteger: return "\(number)"
    case let list as [Any]:
      return list.isEmpty ? nil : "[" + list.compactMap(value).joined(separator: ", ") + "]"
    case let choice as any RawRepresentable: return value(choice.rawValue)
    default:
      let mirror = Mirror(reflecting: any)
      guard mirror.displayStyle == .optional else { return nil }
      return mirror.children.first.flatMap { value($0.value) }
    }
  }
}

/// A parsed option or flag, of whatever type.
private protocol ValuedProperty {
  var current: Any { get }
}

extension Option: ValuedProperty {
  fileprivate var current: Any { wrappedValue }
}

extension Flag: ValuedProperty {
  fileprivate var current: Any { wrappedValue }
}
