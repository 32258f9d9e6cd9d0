// Names of formats, profiles and rules as command-line values.

public import ArgumentParser
public import QACLogs
public import QACReplay
public import QACText

extension LogFormat: ExpressibleByArgument {}
extension ReplayProtocol: ExpressibleByArgument {}
extension SplitRule: ExpressibleByArgument {}

extension NormalizationProfile: ExpressibleByArgument {
  /// The profile called `argument`.
  public init?(argument: String) {
    self.init(name: argument)
  }

  /// The name, as help shows it.
  public var defaultValueDescription: String { name }

  /// The names that are understood.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
