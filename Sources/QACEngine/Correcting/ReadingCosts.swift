// How likely typing errors are in words, beside how likely the words are: the channel of
// `PrefixReading`.
//
// Errors of a given cost make a word e^-(`fixed` + `perError` x cost) times as likely as the word
// typed right. A word that no label has is e^-`unknown` times as likely as the word model says. The
// model shares the probability of unknown words out among all of them, and of all that might stand
// there, letters beside a known word are most often an error. A finished word that ends in another
// letter is often another form of the word ("pub", "pubs"), so it takes more to change it.
//
// Source: measured on docs/evaluation.md, "Typing errors"; which choices hardly matter is in
// docs/history.md, "Typing errors".

/// Weights of the errors in a reading, as logarithms.
enum ReadingCosts {
  /// What any error takes.
  private static let fixed = 2.0
  /// What a full error takes more.
  private static let perError = 5.0
  /// What a word takes that no label has.
  static let unknown = 8.0
  /// What it takes more if a finished word ends in another letter than was typed.
  static let otherEnd = 4.0
  /// How much likelier than what was typed a reading must be where labels match what was typed.
  static let marginBesideMatches = 3.0
  /// How much likelier than what was typed a reading must be to keep sources from composing on a
  /// word as it was typed.
  static let certain = 3.0
  /// A word is plausible as it is if the heaviest of all words is not so many times as heavy.
  static let plausible: UInt64 = 90

  /// What errors of `cost` eighths take.
  @inline(__always)
  static func errors(_ cost: UInt8) -> Double {
    fixed + perError * Double(cost) / Double(TypoCosts.unit)
  }
}
