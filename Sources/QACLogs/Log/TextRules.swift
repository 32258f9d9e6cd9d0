// Which texts of a log may be learned, and how its counts become whole numbers.
//
// The one place of these rules: for a log that is read in one process (`QueryLogBuilder`) and for
// one that is read in parts (`PartialMapper`). A text is judged alone, so every process judges it
// in the same way.
// Cost: one normalisation per text, so callers keep the verdicts of texts that they saw before.

import QACText

/// Judges texts.
struct TextRules {
  /// What becomes of a text.
  enum Verdict {
    /// It may be learned.
    case fine
    /// Normalising leaves nothing of it.
    case empty
    /// There is a secret of a known shape in it.
    case secret
  }

  private let options: LogReadOptions
  private let normalizer: Normalizer
  /// The normal form of the last text that `verdict` judged.
  private(set) var normalized: [UInt8] = []

  init(_ options: LogReadOptions) {
    self.options = options
    normalizer = Normalizer(options.profile)
  }

  /// `text` without the white space around it: the form by which it is known.
  func form(of text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    Tokenizer.trimmed(text, bothEnds: options.profile != .verbatim)
  }

  /// Judges `text`.
  mutating func verdict(_ text: UnsafeBufferPointer<UInt8>) -> Verdict {
    normalizer.normalize(text, as: .query, into: &normalized)
    if normalized.isEmpty { return .empty }
    return !options.keepsSecrets && KnownSecrets.isIn(text) ? .secret : .fine
  }

  /// Whether `text` is longer than the options allow.
  mutating func isTooLong(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Normalising makes text at most 18 times as long (NFKC of one character, UAX 15).
    if text.count <= options.longestQuery / 18 { return false }
    if text.count > options.longestQuery { return true }
    normalizer.normalize(text, as: .query, into: &normalized)
    return normalized.count > options.longestQuery
  }

  /// A count of pairs or query lists, multiplied, rounded and bounded.
  func scaled(_ count: Double) -> UInt32 {
    let scaled = (count * options.countScale).rounded()
    let limit = max(1, options.countCap)
    return scaled >= Double(limit) ? limit : max(1, UInt32(scaled))
  }
}
