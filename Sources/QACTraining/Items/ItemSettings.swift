// Every number that decides which items of an index a set of items and examples becomes.

public import QACText

/// What decides which content a set of items becomes.
public struct ItemSettings: Sendable, Equatable {
  /// The tree.
  public var tree = ItemTreeSettings()
  /// How many people must have submitted queries with a term that no item has.
  public var minimumPeople = 1
  /// The kinds of terms that are learned.
  public var kinds: Set<ItemTerms.Kind> = [.word, .bigram, .stem, .characters]
  /// Whether the texts of items are further examples for the tree.
  public var learnsTexts = true

  /// The default settings.
  public init() {}

  /// The settings of items beside labels that are learned with `settings`.
  public init(_ settings: BuildSettings) {
    tree.seed = settings.seed
    tree.threads = settings.threads
    minimumPeople = settings.minimumUsers
  }
}
