// What a completion may use: for ablation and for trading work against completeness.

/// Settings of one completion.
public struct CompletionOptions: Sendable, Equatable {
  /// Sources that bring candidates.
  public var sources: Set<SuggestionSource> {
    didSet { sourceBits = Self.bits(sources) }
  }
  /// Nodes expanded at most on each level of the tree; nil for the exact top k.
  public var beam: Int?
  /// Candidates that each source brings at most, at least the limit.
  public var candidatesPerSource: Int

  private(set) var sourceBits: UInt8

  /// Makes settings; the defaults use every source and search exactly.
  public init(
    sources: Set<SuggestionSource> = Set(SuggestionSource.allCases), beam: Int? = nil,
    candidatesPerSource: Int = 24
  ) {
    self.sources = sources
    self.beam = beam
    self.candidatesPerSource = candidatesPerSource
    sourceBits = Self.bits(sources)
  }

  private static func bits(_ sources: Set<SuggestionSource>) -> UInt8 {
    sources.reduce(0) { $0 | 1 << $1.rawValue }
  }

  func uses(_ source: SuggestionSource) -> Bool { sourceBits & (1 << source.rawValue) != 0 }
}
