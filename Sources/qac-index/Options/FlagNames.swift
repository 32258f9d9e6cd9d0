// The names of the flags of a type, which are the keys of a configuration file.
//
// ArgumentParser makes a flag of each property, in kebab case (`lookBackDays`, --look-back-days),
// and has no call that lists them. So the properties are listed here in the way in which it finds
// them.

import ArgumentParser
import QACTraining

/// Lists flags.
enum FlagNames {
  /// The flags of `type` and of its groups, without dashes before them, in the order of properties.
  static func of(_ type: any ParsableArguments.Type) -> [String] {
    var names: [String] = []
    forEach(of: type) { name, _ in names.append(name) }
    return names
  }

  /// Calls `body` with each of them, and with the wrapped property.
  static func forEach(of type: any ParsableArguments.Type, _ body: (String, Any) -> Void) {
    for child in Mirror(reflecting: type.init()).children {
      if let group = child.value as? any FlagGroup {
        forEach(of: group.type, body)
      } else if let label = child.label, label.hasPrefix("_") {
        // A property that is wrapped is stored with an underscore before its name.
        body(flagName(of: String(label.dropFirst())), child.value)
      }
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
