// The names of the flags of a type, which are the keys of a configuration file.
//
// ArgumentParser makes a flag of each property, in kebab case (`lookBackDays`, --look-back-days),
// and has no call that lists them. So the properties are listed here in the way in which it finds
// them.

public import ArgumentParser
internal import QACText

/// Lists flags.
package enum FlagNames {
  /// Calls `body` with the name of each flag of `type` and of its groups, without dashes before it,
  /// and with the wrapped property, in the order of the properties.
  package static func forEach(of type: any ParsableArguments.Type, _ body: (String, Any) -> Void) {
    forEach(in: type.init()) { name, value in
      if let group = value as? any FlagGroup {
        forEach(of: group.type, body)
      } else {
        body(name, value)
      }
    }
  }

  /// Calls `body` with the name of each flag and group of `arguments`, and with the wrapped property.
  package static func forEach(in arguments: any ParsableArguments, _ body: (String, Any) -> Void) {
    for child in Mirror(reflecting: arguments).children {
      // A property that is wrapped is stored with an underscore before its name.
      guard let label = child.label, label.hasPrefix("_") else { continue }
      body(flagName(of: String(label.dropFirst())), child.value)
    }
  }
}

/// A group of flags, of whatever type.
private protocol FlagGroup {
  var type: any ParsableArguments.Type { get }
}

extension OptionGroup: FlagGroup {
  fileprivate var type: any ParsableArguments.Type { Value.self }
}
