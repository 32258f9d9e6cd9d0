// What values the flags of a type take: for the messages about a configuration file.
//
// ArgumentParser keeps the type of a flag as that of its property. `FlagNames` says how the
// properties are found.

public import ArgumentParser

/// The values that a flag takes.
public enum FlagKind: Sendable, Equatable {
  case whole, wholes, number, text, texts
  /// A flag without a value: the key says whether it is given.
  case given
  case choice([String])

  /// The kind of each flag of `type` and of its groups, by names without dashes before them.
  public static func of(_ type: any ParsableArguments.Type) -> [String: FlagKind] {
    var kinds: [String: FlagKind] = [:]
    FlagNames.forEach(of: type) { name, value in
      if let option = value as? any TypedOption { kinds[name] = FlagKind(option.type) }
    }
    return kinds
  }

  private init?(_ type: Any.Type) {
    switch type {
    case let optional as any AnyOptional.Type: self.init(optional.wrapped)
    case is [String].Type: self = .texts
    case is [UInt32].Type: self = .wholes
    case is String.Type: self = .text
    case is Bool.Type: self = .given
    case is any FixedWidthInteger.Type: self = .whole
    case is Double.Type: self = .number
    case let choice as any ExpressibleByArgument.Type where !choice.allValueStrings.isEmpty:
      self = .choice(choice.allValueStrings)
    default: return nil
    }
  }

  /// The values in words that fit after "must be".
  var description: String {
    switch self {
    case .whole: "a whole number"
    case .wholes: "a list of whole numbers"
    case .number: "a number"
    case .text: "a text in quotes"
    case .texts: "a list of texts in quotes"
    case .given: "true or false"
    case .choice(let names):
      names.map { "\"\($0)\"" }.joined(separator: names.count == 2 ? " or " : ", ")
    }
  }
}

/// An option or a flag, of whatever type.
private protocol TypedOption {
  var type: Any.Type { get }
}

extension Option: TypedOption {
  fileprivate var type: Any.Type { Value.self }
}

extension Flag: TypedOption {
  fileprivate var type: Any.Type { Value.self }
}

/// An optional, of whatever type.
private protocol AnyOptional {
  static var wrapped: Any.Type { get }
}

extension Optional: AnyOptional {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}
