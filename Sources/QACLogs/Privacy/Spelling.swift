// How a query is shown: as it was typed, if people enough typed it so.
//
// A query is many spellings with one normal form ("Red Shoes", "red shoes!"), and what k people
// submitted may have a spelling of one person's alone, whose capitals and punctuation say who that is.
// So a spelling is shown only where k people submitted it, of several the most frequent; where none is,
// the normal form. k is the least number of people that a label needs; at 1 nothing is held back.
//
// Nor is a spelling shown that is not fit to be (`DisplayText`): under `search` one with controls, or with
// characters that turn the direction of writing. The normal form holds none. Under `verbatim` a text is a
// command or code and nothing is held against it: a newline is part of a command, and another direction part of
// a string; front ends show these as what they are.

import QACText

/// Spellings as they are shown.
enum Spelling {
  /// `text` as it is shown: UTF-8, whatever the log held.
  static func shown(_ text: some Collection<UInt8>) -> [UInt8] {
    Array(String(decoding: text, as: UTF8.self).utf8)
  }
}

/// Counts who typed each form, where spellings of few are held back.
struct SpellingCount {
  private let minimum: Int
  /// Form and user of each event.
  private var uses: [UInt64] = []
  /// By form, where the log does not tell people apart: how often it was submitted before another query, and how
  /// often at all. A pair may tell of a use that another pair tells of as well; these do not.
  private var counts: [(before: UInt64, all: UInt64)] = []

  /// Counts nothing where `minimum` is 1.
  init(minimum: Int) { self.minimum = minimum }

  /// Counts an event.
  mutating func add(_ form: Int, by user: UInt32) {
    if minimum > 1 { uses.append(UInt64(form) << 32 | UInt64(user)) }
  }

  /// Counts a pair.
  mutating func add(_ form: Int, after before: Int, times: UInt32) {
    if minimum <= 1 { return }
    while counts.count <= max(form, before) { counts.append((0, 0)) }
    counts[form].all += UInt64(times)
    counts[before].before += UInt64(times)
  }

  /// Of each of `count` forms whether people enough typed it.
  mutating func known(count: Int) -> [Bool] {
    if minimum <= 1 { return [Bool](repeating: true, count: count) }
    var people = counts.map { max($0.before, $0.all) }
    people += repeatElement(0, count: count - people.count)
    RadixSort.sort(&uses)
    for (i, use) in uses.enumerated() where i == 0 || uses[i - 1] != use {
      people[Int(use >> 32)] += 1
    }
    return people.map { $0 >= UInt64(minimum) }
  }
}
