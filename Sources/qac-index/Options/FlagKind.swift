// What values the flags of a type take: for the messages about a configuration file.
//
// ArgumentParser keeps the type of a flag as that of its property. `FlagNames` says how the
// properties are found.

import ArgumentParser
import QACTraining

/// The values that a flag takes.
enum FlagKind {
  case whole, number, text, texts
  case choice([String])

  /// The kind of each flag of `type` and of its groups, by names without dashes before them.
  static func of(_ type: any ParsableArguments.Type) -> [String: FlagKind] {
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
    case is String.Type: self = .text
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
    case .number: "a number"
    case .text: "a text in quotes"
    case .texts: "a list of texts in quotes"
    case .choice(let names):
      names.map { "\"\($0)\"" }.joined(separator: names.count == 2 ? " or " : ", ")
    }
  }
}

/// An option, of whatever type.
private protocol TypedOption {
  var type: Any.Type { get }
}

extension Option: TypedOption {
  fileprivate var type: Any.Type { Value.self }
}

/// An optional, of whatever type.
private protocol AnyOptional {
  static var wrapped: Any.Type { get }
}

extension Optional: AnyOptional {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}
