// What a typing error costs: the weights of the edit distance between a typed prefix and a label.
//
// Costs are whole eighths, so that sums are exact and a search can count them; one full error is 8.
// Letters are compared as Unicode scalars of normalised text.
//
//     letter differs in accent or case alone       2   (e, é; in verbatim texts also a, A)
//     doubled letter dropped or added              4
//     space dropped or added                       4
//     combining mark dropped or added              4
//     neighbouring key                             5
//     two letters in the wrong order               5
//     any other letter dropped or added            6
//     any other letter for another                 8
//     the error stands at the beginning          + 4
//     the neighbouring key stands at the end     + 2
//
// An error stands at the beginning if it concerns the first letter of the typed text or of the
// label. At the end of the typed text, nothing that follows has confirmed what was typed: after
// "newp" a person may go on to something that nobody typed before. So the last letter is never
// taken as one too many, unless it is doubled, and never as standing for any other letter.
// Source: the weighted edit distance with transpositions of neighbours (Damerau 1964), restricted
// to one edit per letter; that beginnings are seldom mistyped: Pollock and Zamora, JASIS 1983.

/// Weights of typing errors, in eighths of a full error.
enum TypoCosts {
  /// Eighths in a full error.
  static let unit = 8
  /// The scalar of a space.
  static let spaceLetter: UInt32 = 0x20

  static let accent: UInt8 = 2
  static let doubled: UInt8 = 4
  static let space: UInt8 = 4
  static let mark: UInt8 = 4
  static let neighbour: UInt8 = 5
  static let transposition: UInt8 = 5
  static let letter: UInt8 = 6
  static let substitution: UInt8 = 8
  static let beginning: UInt8 = 4
  static let ending: UInt8 = 2

  /// The cost of the cheapest letter dropped or added. It bounds how far two texts shift against
  /// each other.
  static let cheapestShift: UInt8 = 4
  /// The largest budget.
  static let greatestBudget: UInt8 = 16
  /// How much more than the cheapest correction another one may cost: if one error explains what
  /// was typed, two are not meant.
  static let slack: UInt8 = 2

  /// What the errors of a prefix of `scalars` letters may cost together.
  ///
  /// A prefix of one or two letters says too little to be corrected. Three to seven letters may
  /// have one error of any kind, except any other first letter; eight or more two errors. Where the
  /// first letter is right, less is allowed (`TypoMatch.isFarFetched`).
  static func budget(scalars: Int) -> UInt8 {
    switch scalars {
    case ..<3: return 0
    case 3...7: return 10
    default: return greatestBudget
    }
  }

  /// The cost of dropping or adding `letter` after `previous`, away from the beginning.
  @inline(__always)
  static func shift(_ letter: UInt32, after previous: UInt32) -> UInt8 {
    if letter == previous { return doubled }
    if letter == spaceLetter { return space }
    return BaseLetters.isMark(letter) ? mark : Self.letter
  }
}
