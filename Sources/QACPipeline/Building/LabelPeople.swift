// Counts the labels of an index that come from few people, to tell the person who builds it.
//
// Cost: that of making a training set, and O(n log n) for n observations.

public import QACLogs
public import QACText
public import QACTraining

/// The people behind the labels of an index.
public struct LabelPeople: Sendable, Equatable, CustomStringConvertible {
  /// A label of fewer people is one of few: as many as a nightly rebuild demands by default.
  public static let few = BuildSettings.enoughPeople

  /// The number of labels.
  public var labels = 0
  /// The number of labels of fewer than `few` people, or of fewer uses where the log does not tell
  /// people apart.
  public var ofFew = 0
  /// Whether the log tells people apart.
  public var areKnown: Bool

  /// Counts the labels of an index that is built from `log` with `settings`.
  public init(_ log: QueryLog, profile: NormalizationProfile, settings: BuildSettings) {
    let people = TrainingSet(log, profile: profile).peopleOfLabels(settings)
    areKnown = log.isTimed
    labels = people.count
    ofFew = people.count { $0 < Self.few }
  }

  /// A line for a terminal.
  public var description: String {
    let who =
      areKnown ? "come from fewer than \(Self.few) people" : "have fewer than \(Self.few) uses"
    return "\(ofFew) of \(labels) labels \(who)"
      + (ofFew > 0 ? "; --minimum-users \(Self.few) leaves these out" : "")
  }
}
