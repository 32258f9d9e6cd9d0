// Whether a rare word is a misspelt frequent one: what a log says about a pair of words.
//
// This is a noisy channel: how often the right word is used is the prior, and the kind of slip, its
// place and the length of the word are the channel. The log adds two kinds of evidence. The queries
// around the word tell a misspelt word from a rare one: "wirless mouse" stands beside "wireless
// mouse", while nobody asks for "medical collateral ligament". And people who went on from one word
// to the other within a minute put themselves right.
//
// A word that differs by a plural s, by its accents alone, or in anything but letters is never taken
// for wrong; nor is a word of three letters by its looks alone. Under `verbatim` every
// word needs such a person, and a short one several: in a shell, `cat` and `zcat` are both right.
//
// The weights were set by hand on pairs from six logs (SpellingEvidenceTests); they are sums of log
// odds, in nats.
// Source: Kernighan, Church, Gale, COLING 1990 (noisy channel); Cucerzan and Brill, EMNLP 2004 (the
// query log itself says what is right); errors at the first letter are rare: Pollock and Zamora,
// JASIS 1983.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// What a log says about a rare word beside a frequent one.
struct SpellingEvidence {
  /// The rare word's letters.
  var typed: [UInt32]
  /// The frequent word's letters.
  var right: [UInt32]
  /// Uses of queries with the rare word.
  var typedUses: UInt64 = 0
  /// Uses of queries with the frequent word.
  var rightUses: UInt64 = 0
  /// Of the rare word's uses, those beside other words.
  var companyUses: UInt64 = 0
  /// Of these, those where the query with the frequent word in its place is used twice as often.
  var sameQueryUses: UInt64 = 0
  /// Of these, those where the frequent word stands twice as often beside the same word.
  var sameNeighbourUses: UInt64 = 0
  /// People who replaced the rare word by the frequent one within a minute.
  var putRight = 0
  /// People who did the reverse.
  var putBack = 0
}

extension SpellingEvidence {
  /// How many times as frequent the right word is at least.
  static let leastRatio: UInt64 = 8
  /// The same where somebody put the word right.
  static let leastRatioPutRight: UInt64 = 4
  /// The same for a word that lacks the last letter.
  static let leastRatioCutShort: UInt64 = 20
  /// The letters of the shortest word that may be misspelt.
  static let shortest = 3
  /// The log odds from which on a word counts as misspelt.
  private static let threshold = 4.2
  /// People who must have put a short word right under `verbatim`; one is enough for a longer word.
  private static let peopleOfShortVerbatim = 2
  /// The letters from which on a word is longer.
  private static let longerVerbatim = 5

  /// Whether the rare word is taken for the frequent one, misspelt.
  func isMisspelt(_ profile: NormalizationProfile) -> Bool {
    if profile == .verbatim {
      let isShort = min(typed.count, right.count) < Self.longerVerbatim
      let people = isShort ? Self.peopleOfShortVerbatim : 1
      if putRight < people || putBack > 0 { return false }
    }
    return logOdds.map { $0 >= Self.threshold } ?? false
  }

  /// Log odds that the rare word is misspelt; nil where it never is.
  var logOdds: Double? {
    let ratio = putRight > 0 ? Self.leastRatioPutRight : Self.leastRatio
    let least = min(typed.count, right.count)
    guard typedUses > 0, rightUses >= ratio * typedUses, least >= Self.shortest,
      least > Self.shortest || putRight > 0 || sameQueryUses > 0, !isPlural, !differsByAccents,
      let edit = LetterEdit(from: right, to: typed)
    else { return nil }
    // A word that is used often is less likely an error, even where the other is used far more.
    return log(Double(rightUses)) - 1.2 * log(Double(typedUses)) + channel(of: edit, letters: least)
      + company(letters: least) + corrections
  }

  private var isPlural: Bool {
    let s: UInt32 = 0x73
    return typed + [s] == right || right + [s] == typed
  }

  private var differsByAccents: Bool {
    func bare(_ letters: [UInt32]) -> [UInt32] {
      letters.flatMap { letter -> [UInt32] in
        if letter < 0x80 { return [letter] }
        guard let scalar = Unicode.Scalar(letter) else { return [letter] }
        return UnicodeText.decomposed(scalar).filter {
          Unicode.Scalar($0)?.properties.generalCategory != .nonspacingMark
        }
      }
    }
    return typed != right && bare(typed) == bare(right)
  }

  /// What the slip says: its kind, its place, and how many letters bear it out.
  private func channel(of edit: LetterEdit, letters: Int) -> Double {
    var odds = Self.odds(of: edit.kind) + Self.odds(ofLetters: letters)
    if edit.kind == .replaced, Self.isVowel(typed[edit.place]), Self.isVowel(right[edit.place]) {
      odds += 0.5
    }
    if edit.place == 0 { odds -= Self.firstLetterPenalty(edit.kind) }
    switch edit.kind {
    case .dropped, .added, .neighbour, .replaced:
      // Endings inflect: another last letter is mostly another form of the word.
      let behind = max(typed.count, right.count) - 1 - edit.place
      if behind == 0, edit.kind == .dropped, isCutShort {
        odds -= 0.5
      } else if behind == 0 {
        odds -= edit.kind == .neighbour && !Self.inflects(typed[edit.place]) ? 1 : 3
      } else if behind == 1 {
        odds -= 1
      }
    case .exchanged, .undoubled, .doubled: break
    }
    return odds
  }

  private static func odds(of kind: LetterEdit.Kind) -> Double {
    switch kind {
    case .exchanged: 1.5
    case .undoubled, .doubled: 1
    case .dropped, .neighbour: 0.3
    case .added: -0.2
    case .replaced: -1
    }
  }

  /// Whether the word may be a frequent one that was submitted before its last letter: it never
  /// stands where the frequent word does not stand as well.
  private var isCutShort: Bool {
    rightUses >= Self.leastRatioCutShort * typedUses && sameQueryUses == companyUses
  }

  /// Short words have many neighbours that are words as well.
  private static func odds(ofLetters letters: Int) -> Double {
    switch letters {
    case ..<4: -4.5
    case 4: -3
    case 5: -1.8
    case 6: -0.5
    case 7: 0.5
    case 8: 1.5
    case 9: 2
    default: 2.5
    }
  }

  private static func firstLetterPenalty(_ kind: LetterEdit.Kind) -> Double {
    switch kind {
    case .replaced: 3.5
    case .neighbour, .added: 2
    case .dropped: 1.5
    case .exchanged, .undoubled, .doubled: 0.5
    }
  }

  /// Whether words of European languages often end in `letter`.
  private static func inflects(_ letter: UInt32) -> Bool {
    Unicode.Scalar(letter).map { "snrmdtyaeio".unicodeScalars.contains($0) } ?? true
  }

  private static func isVowel(_ letter: UInt32) -> Bool {
    Unicode.Scalar(letter).map { "aeiouyäöü".unicodeScalars.contains($0) } ?? false
  }

  /// What the words around it say.
  private func company(letters: Int) -> Double {
    if companyUses == 0 { return 0 }
    let uses = Double(companyUses)
    if sameQueryUses == 0, sameNeighbourUses == 0 {
      return letters < 8 ? -1 - min(1.5, 0.5 * uses) : -1 - min(1, 0.25 * (uses - 1))
    }
    return 2.5 * Double(sameQueryUses) / uses + Double(sameNeighbourUses) / uses
  }

  /// What the people say who went on from one word to the other.
  private var corrections: Double {
    (putRight > 0 ? 2.5 + min(2, Double(putRight - 1)) : 0) - 2 * min(2, Double(putBack))
  }
}
