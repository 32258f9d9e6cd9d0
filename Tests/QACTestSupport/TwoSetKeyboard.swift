// What the usual input method for Hangul shows while somebody types: a state for each key.
//
// It is written as the automaton that such a method is, on syllables in progress; the library knows
// nothing of it.

/// The two-set keyboard with its input method.
public struct TwoSetKeyboard {
  private static let leads = Array("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
  private static let vowels = Array("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
  private static let trails = Array("-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
  private static let pairs: [String: Character] = [
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
  ]

  /// What is finished.
  private var done = ""
  /// The syllable in progress.
  private var lead: Character?
  private var vowel: Character?
  private var trail: Character?

  /// What is shown after each key on the way to `text`, which may hold anything else too.
  public static func states(of text: String) -> [String] {
    var keyboard = TwoSetKeyboard()
    return text.flatMap { keys(of: $0) }.map { key in
      keyboard.press(key)
      return keyboard.shown
    }
  }

  /// The keys of a syllable; any other character is its own.
  private static func keys(of character: Character) -> [Character] {
    guard let value = character.unicodeScalars.first?.value, 0xAC00..<0xD7A4 ~= value else {
      return [character]
    }
    let number = Int(value - 0xAC00)
    let parts = [leads[number / 588], vowels[number / 28 % 21]]
    let trail = number % 28 > 0 ? [trails[number % 28]] : []
    return (parts + trail).flatMap { part in
      pairs.first { $0.value == part }.map { Array($0.key) } ?? [part]
    }
  }

  private mutating func press(_ key: Character) {
    if Self.vowels.contains(key) {
      pressVowel(key)
    } else if Self.leads.contains(key) {
      pressConsonant(key)
    } else {
      commit()
      done.append(key)
    }
  }

  private mutating func pressVowel(_ key: Character) {
    if let trail {
      // The last consonant moves on to the next syllable.
      let parts = Self.pairs.first { $0.value == trail }.map { Array($0.key) } ?? [trail]
      self.trail = parts.count == 2 ? parts[0] : nil
      commit()
      (lead, vowel) = (parts[parts.count - 1], key)
    } else if let vowel {
      if let both = Self.pairs["\(vowel)\(key)"] {
        self.vowel = both
      } else {
        commit()
        self.vowel = key
      }
    } else {
      vowel = key
    }
  }

  private mutating func pressConsonant(_ key: Character) {
    if lead != nil, vowel != nil {
      if let trail, let both = Self.pairs["\(trail)\(key)"] {
        self.trail = both
        return
      }
      if trail == nil, Self.trails.contains(key) {
        trail = key
        return
      }
    }
    commit()
    lead = key
  }

  private mutating func commit() {
    done = shown
    (lead, vowel, trail) = (nil, nil, nil)
  }

  private var shown: String {
    guard let vowel else { return done + (lead.map { String($0) } ?? "") }
    guard let lead, let l = Self.leads.firstIndex(of: lead),
      let v = Self.vowels.firstIndex(of: vowel)
    else { return done + String(vowel) }
    let t = trail.flatMap { Self.trails.firstIndex(of: $0) } ?? 0
    guard let syllable = Unicode.Scalar(UInt32(0xAC00 + (l * 21 + v) * 28 + t)) else { return done }
    return done + String(Character(syllable))
  }
}
