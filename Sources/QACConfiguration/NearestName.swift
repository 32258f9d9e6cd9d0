// The name that somebody probably meant.

/// Finds similar names.
enum NearestName {
  /// The one of `names` that needs the fewest changes to become `name`, if these are at most half as
  /// many as `name` has letters.
  static func of(_ name: String, in names: [String]) -> String? {
    let best = names.map { (distance(name, $0), $0) }.min { $0 < $1 }
    return best.flatMap { $0.0 * 2 <= name.count ? $0.1 : nil }
  }

  /// How many letters to insert, remove or replace (Levenshtein 1965).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
