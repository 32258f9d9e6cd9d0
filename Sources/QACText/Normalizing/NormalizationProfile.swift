// The two named ways of normalising text; the name is stored in every index.

/// How text is normalised before it is compared.
public enum NormalizationProfile: UInt8, Sendable, CaseIterable {
  /// NFKC, full case folding, punctuation and symbols to a space, white space folded.
  case search = 1
  /// NFC, leading white space dropped, nothing else: for shells and code.
  case verbatim = 2

  /// The profile called `name` (`search` or `verbatim`), or nil.
  public init?(name: String) {
    guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// The profile's name on command lines and in reports.
  public var name: String {
    switch self {
    case .search: return "search"
    case .verbatim: return "verbatim"
    }
  }
}
