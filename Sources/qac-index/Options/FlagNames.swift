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
    Mirror(reflecting: type.init()).children.flatMap { child -> [String] in
      if let group = child.value as? any FlagGroup { return of(group.type) }
      // A property that is wrapped is stored with an underscore before its name.
      guard let label = child.label, label.hasPrefix("_") else { return [] }
      return [flagName(of: String(label.dropFirst()))]
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
