// What a completion may use: for ablation, and to trade work against completeness.
//
// Plain numbers, so that passing the default to every completion allocates nothing.

/// Settings of one completion.
public struct CompletionOptions: Sendable, Equatable {
  /// Every source: what is served.
  public static let standard = CompletionOptions()
  /// The beam of what is served. It changes no figure of quality (docs/evaluation.md) and bounds
  /// the slowest requests.
  public static let servedBeam = 12

  /// The most nodes that are expanded on each level of the tree. Nodes below which no feature of
  /// the request is known do not count. Nil finds the exact top k.
  public var beam: Int?
  /// The most candidates that each source brings; a greater limit of the request replaces it.
  public var candidatesPerSource: Int
  /// Whether near-duplicates are folded into the best of them, under the search profile.
  public var foldsDuplicates: Bool
  private var sourceSet: SourceSet

  /// Makes settings; the defaults are what is served.
  public init(
    sources: Set<SuggestionSource> = Set(SuggestionSource.allCases), beam: Int? = Self.servedBeam,
    candidatesPerSource: Int = 24, foldsDuplicates: Bool = true
  ) {
    self.foldsDuplicates = foldsDuplicates
    self.beam = beam
    self.candidatesPerSource = candidatesPerSource
    sourceSet = Self.set(of: sources)
  }

  /// The sources that bring candidates.
  public var sources: Set<SuggestionSource> {
    get { Set(SuggestionSource.allCases.filter(uses)) }
    set { sourceSet = Self.set(of: newValue) }
  }

  private static func set(of sources: Set<SuggestionSource>) -> SourceSet {
    sources.reduce(into: SourceSet()) { $0.insert(SourceSet($1)) }
  }

  /// The same for a reading of the prefix: without corrections of it, variants and synonyms.
  var withoutCorrections: CompletionOptions {
    var options = self
    options.sourceSet.remove([SourceSet(.corrected), SourceSet(.variants), SourceSet(.synonyms)])
    return options
  }

  /// Whether `source` brings candidates.
  @inline(__always)
  func uses(_ source: SuggestionSource) -> Bool { sourceSet.contains(SourceSet(source)) }
}
