// The distinct runs of letters of scripts without spaces in a log's queries, and what is in them.
//
//     run        "充电器价格"      atoms 充 电 器 价 格
//     strings    every stretch of up to `mostAtoms` atoms that occurs twice, as a number
//
// An atom is a letter with the signs that belong to it: no word begins or ends within one. Strings
// are numbered from short to long, and a string is looked at only if it occurs twice without its
// last atom, too.
// Invariant: equal training sets give equal numbers.
// Cost: O(atoms x `mostAtoms`) time; 4 bytes per atom and length, at most `mostRunAtoms` atoms.

import QACText

/// The runs of a training set, and the strings in them.
struct RunTexts {
  /// The atoms of the longest string.
  static let mostAtoms = 10
  /// The Han characters of the longest string.
  private static let mostHan = 5
  /// The atoms of the longest run that is read.
  private static let longestRun = 40
  /// The atoms that are read in all.
  private static let mostRunAtoms = 1 << 20
  /// Stands for a string that is not looked at.
  static let none = UInt32.max

  /// What is known of a string.
  struct Figures {
    /// How often it occurs in the runs.
    var count: UInt32 = 0
    /// The different atoms before it; a run that begins with it counts as one more.
    var before: UInt32 = 0
    /// The different atoms behind it; a run that ends with it counts as one more.
    var behind: UInt32 = 0
    /// Its atoms.
    var atoms: UInt8 = 0
    /// A run where it occurs, as the place of its first atom.
    var place: UInt32 = 0
  }

  /// The bytes of each atom, by number.
  private(set) var atoms: [[UInt8]] = []
  /// Whether each atom is a Han character.
  private var isHan: [Bool] = []
  /// The atoms of all runs, one run after the other.
  private(set) var places: [UInt32] = []
  /// The place behind the last atom of each run.
  private(set) var ends: [Int] = []
  /// For each length, 1 to `mostAtoms`, and each place, the string that begins there.
  private(set) var strings: [[UInt32]] = []
  /// The strings.
  private(set) var figures: [Figures] = []

  init(_ set: TrainingSet) {
    read(set)
    count()
  }

  /// The bytes of string `i`.
  func text(of i: Int) -> [UInt8] {
    let place = Int(figures[i].place)
    return places[place..<place + Int(figures[i].atoms)].flatMap { atoms[Int($0)] }
  }

  /// Reads the runs, those of the most used queries first.
  private mutating func read(_ set: TrainingSet) {
    let counts = set.usesOfTexts()
    var runs: Set<[UInt32]> = []
    var numbers: [[UInt8]: UInt32] = [:]
    let queries = counts.indices.filter {
      counts[$0] > 0 && set.queries[$0].contains { $0 >= 0xE0 }
    }
    for query in queries.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
      for run in Self.runs(of: set.queries[query]) where run.count <= Self.longestRun {
        if places.count + run.count > Self.mostRunAtoms { return }
        let numbered = run.map { atom in
          if let known = numbers[atom] { return known }
          let number = UInt32(atoms.count)
          numbers[atom] = number
          atoms.append(atom)
          isHan.append(
            String(decoding: atom, as: UTF8.self).unicodeScalars.first.map {
              UnspacedScript.isHan($0.value)
            } ?? false)
          return number
        }
        if !runs.insert(numbered).inserted { continue }
        places += numbered
        ends.append(places.count)
      }
    }
  }

  /// The runs of `text`, each as its atoms.
  private static func runs(of text: [UInt8]) -> [[[UInt8]]] {
    var result: [[[UInt8]]] = []
    var previous: UInt32 = 0
    var isOpen = false
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if !UnspacedScript.contains(scalar.value) {
        isOpen = false
        continue
      }
      let bytes = Array(String(scalar).utf8)
      if !isOpen {
        result.append([bytes])
      } else if UnspacedScript.mayBegin(scalar.value, behind: previous) {
        result[result.count - 1].append(bytes)
      } else {
        result[result.count - 1][result[result.count - 1].count - 1] += bytes
      }
      previous = scalar.value
      isOpen = true
    }
    return result
  }

  /// Numbers and counts the strings, from short to long.
  private mutating func count() {
    figures = atoms.map { _ in Figures(atoms: 1) }
    strings = [places]
    note(places)
    for length in 2...Self.mostAtoms {
      var numbers: [UInt64: UInt32] = [:]
      var own = [UInt32](repeating: Self.none, count: places.count)
      let shorter = strings[length - 2]
      forEachPlace { place, end in
        let string = shorter[place]
        if string == Self.none || place + length > end { return }
        if figures[Int(string)].count < 2 || isTooLong(place..<place + length) { return }
        let key = UInt64(string) << 32 | UInt64(places[place + length - 1])
        if let known = numbers[key] {
          own[place] = known
        } else {
          own[place] = UInt32(figures.count)
          numbers[key] = own[place]
          figures.append(Figures(atoms: UInt8(length)))
        }
      }
      strings.append(own)
      note(own)
    }
  }

  private func isTooLong(_ range: Range<Int>) -> Bool {
    range.count > Self.mostHan
      && range.reduce(0) { $0 + (isHan[Int(places[$1])] ? 1 : 0) } > Self.mostHan
  }

  /// Calls `body` with each place and the end of its run.
  private func forEachPlace(_ body: (_ place: Int, _ end: Int) -> Void) {
    var start = 0
    for end in ends {
      for place in start..<end { body(place, end) }
      start = end
    }
  }

  /// Counts the strings `own`, one per place, and what stands beside them.
  private mutating func note(_ own: [UInt32]) {
    var before: Set<UInt64> = []
    var behind: Set<UInt64> = []
    var start = 0
    for end in ends {
      for place in start..<end where own[place] != Self.none {
        let i = Int(own[place])
        if figures[i].count == 0 { figures[i].place = UInt32(place) }
        figures[i].count += 1
        let last = place + Int(figures[i].atoms)
        let isNewBefore =
          place == start || before.insert(UInt64(i) << 32 | UInt64(places[place - 1])).inserted
        if isNewBefore { figures[i].before += 1 }
        let isNewBehind =
          last == end || behind.insert(UInt64(i) << 32 | UInt64(places[last])).inserted
        if isNewBehind { figures[i].behind += 1 }
      }
      start = end
    }
  }
}
