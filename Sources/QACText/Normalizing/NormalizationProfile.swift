// The named ways of normalising text. Every index stores the number of its own.
//
// A way never changes what it makes of a text, because files hold its forms. A better one gets a
// number of its own and takes over the name.

/// How text is normalised before it is compared.
public enum NormalizationProfile: UInt8, Sendable, CaseIterable {
  /// NFKC and full case folding; punctuation and symbols become a space, except for those that tell
  /// words apart, and runs of white space one space; Hangul as the keys that type it.
  case search = 3
  /// NFC without leading white space, and nothing else: for shells and code.
  case verbatim = 2
  /// `search` as it was in index files until 0.1: every symbol becomes a space, and Hangul is
  /// compared by syllables.
  case plainSearch = 1

  /// The profiles that indexes are built with, each of another name.
  public static let current: [NormalizationProfile] = [.search, .verbatim]

  /// The current profile called `name` (`search` or `verbatim`), or nil.
  public init?(name: String) {
    guard let match = Self.current.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// The profile's name on command lines and in reports.
  public var name: String {
    switch self {
    case .search, .plainSearch: return "search"
    case .verbatim: return "verbatim"
    }
  }
}
