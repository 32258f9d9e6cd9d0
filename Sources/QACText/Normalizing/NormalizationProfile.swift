// The two named ways of normalising text. Every index stores the name of its own.

/// How text is normalised before it is compared.
public enum NormalizationProfile: UInt8, Sendable, CaseIterable {
  /// NFKC and full case folding; punctuation and symbols become a space, and runs of white space
  /// one space.
  case search = 1
  /// NFC without leading white space, and nothing else: for shells and code.
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
