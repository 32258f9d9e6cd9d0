// Decides how a query is shown: as it was typed, if enough people typed it so.
//
// A query has many spellings with one normal form ("Red Shoes", "red shoes!"). A query that k
// people submitted may have a spelling that only one of them typed, and its capitals and
// punctuation may tell who that is. So a spelling is shown only if k people submitted it, and of
// several such spellings the most frequent; if there is none, the normal form is shown. k is the
// least number of people that a label needs; at 1 nothing is held back.
//
// A spelling that is not fit to be shown (`DisplayText`) is not shown either: under `search` one
// with controls, or with characters that reverse the direction of writing. The normal form has none
// of them. Under `verbatim` a text is a command or code and every spelling is fit: a newline is
// part of a command, and another direction part of a string. Front ends show such characters as
// what they are.

import QACText

/// Makes spellings fit for the index.
enum Spelling {
  /// `text` as it is shown: valid UTF-8, whatever the log held.
  static func shown(_ text: some Collection<UInt8>) -> [UInt8] {
    Array(String(decoding: text, as: UTF8.self).utf8)
  }
}

/// Counts how many people typed each form, if spellings of few people are held back.
struct SpellingCount {
  private let minimum: Int
  /// Form and user of each event.
  private var uses: [UInt64] = []
  /// By form, if the log does not tell people apart: how often it was submitted before another
  /// query, and how often as the later query of a pair. Two pairs may tell of the same use, one of
  /// them in each of these counts, but never both in the same one.
  private var counts: [(before: UInt64, all: UInt64)] = []

  /// Makes a count that holds back forms of fewer than `minimum` people; at 1 it counts nothing.
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

  /// For each of `count` forms, whether enough people typed it.
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
