// What a completion may use: for ablation and for trading work against completeness.
//
// Plain numbers, so that passing the default to every completion allocates nothing.

/// Settings of one completion.
public struct CompletionOptions: Sendable, Equatable {
  /// Every source: what is served.
  public static let standard = CompletionOptions()
  /// The beam of what is served. It changes no figure of quality (docs/evaluation.md) and bounds the slowest requests.
  public static let servedBeam = 12

  /// Nodes expanded at most on each level of the tree, not counting those below which nothing of the request
  /// is known; nil for the exact top k.
  public var beam: Int?
  /// Candidates that each source brings at most, at least the limit.
  public var candidatesPerSource: Int
  /// Whether near-duplicates are folded into the best of them, under the search profile.
  public var foldsDuplicates: Bool
  /// Bit s is set where source s brings candidates.
  private var sourceBits: UInt8

  /// Makes settings; the defaults are what is served.
  public init(
    sources: Set<SuggestionSource> = Set(SuggestionSource.allCases), beam: Int? = Self.servedBeam,
    candidatesPerSource: Int = 24, foldsDuplicates: Bool = true
  ) {
    self.foldsDuplicates = foldsDuplicates
    self.beam = beam
    self.candidatesPerSource = candidatesPerSource
    sourceBits = Self.bits(sources)
  }

  /// Sources that bring candidates.
  public var sources: Set<SuggestionSource> {
    get { Set(SuggestionSource.allCases.filter(uses)) }
    set { sourceBits = Self.bits(newValue) }
  }

  private static func bits(_ sources: Set<SuggestionSource>) -> UInt8 {
    sources.reduce(0) { $0 | 1 << $1.rawValue }
  }

  func uses(_ source: SuggestionSource) -> Bool { sourceBits & (1 << source.rawValue) != 0 }
}
