// Titles: texts that are published, and so are labels before anybody has submitted them.
//
//     title of weight w    u / (1 + ln(greatest weight / w)) of a use,   u = `titleUses`, below 1
//
// A title weighs less than one use, however heavy it is. So a label that somebody submitted stands
// before all titles that nobody did, and the order of submitted labels is theirs alone: titles only
// fill what is left of a list. As uses come, the share of all titles falls as 1 / uses.
//
// Only the label's text and weight come from a title. It has no people, no followers, no endings
// from which texts are composed, and no decayed uses. Its words are known to the word model. It
// takes no part in finding misspelt words, but a title with a word that the log knows as misspelt
// counts for the right one.
// Invariant: `titles` names each query at most once. Equal titles in equal order give equal sets.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

extension TrainingSet {
  /// A query that is published.
  public struct Title: Sendable, Equatable {
    /// The query, an index of `queries`.
    public var query: UInt32
    /// Its weight beside that of the other titles, above 0 and at most 1.
    public var share: Double
  }

  /// Adds published texts.
  ///
  /// One that is a query already is shown as people typed it, or as it is published if no spelling
  /// of people may be shown. Of several titles with one normal form the heaviest counts; a title
  /// with an empty normal form, or one of more than `longestTitle` bytes, is left out.
  ///
  /// - Parameters:
  ///   - published: The texts as they are shown, with weights above 0.
  ///   - isLeftOut: Whether a normal form must not become a label.
  public mutating func add(
    titles published: [(text: [UInt8], weight: Double)],
    leavingOut isLeftOut: ([UInt8]) -> Bool = { _ in false }
  ) {
    let normalizer = Normalizer(profile)
    var ids: [[UInt8]: UInt32] = [:]
    for (query, text) in queries.enumerated() { ids[text] = UInt32(query) }
    var places: [UInt32: Int] = [:]
    for (i, title) in titles.enumerated() { places[title.query] = i }
    let greatest = published.reduce(0) { max($0, $1.weight) }
    for (text, weight) in published {
      let form = normalizer.normalize(text)
      if form.isEmpty || form.count > Self.longestTitle || isLeftOut(form) { continue }
      let plain = DisplayText.shown(form: form, profile: profile)
      let isFit = text.withUnsafeBufferPointer { DisplayText.isFit($0, profile: profile) }
      let shown = isFit ? text : plain
      let query = ids[form] ?? UInt32(queries.count)
      if ids.updateValue(query, forKey: form) == nil {
        queries.append(form)
        surfaces.append(shown)
      } else if surfaces[Int(query)] == plain {
        surfaces[Int(query)] = shown
      }
      let share = 1 / (1 + log(greatest / weight))
      if let place = places[query] {
        titles[place].share = max(titles[place].share, share)
      } else {
        places[query] = titles.count
        titles.append(Title(query: query, share: share))
      }
    }
  }

  /// The most bytes of a title's normal form.
  public static let longestTitle = 1024

  /// By query, whether it is published.
  func isTitle() -> [Bool] {
    var result = [Bool](repeating: false, count: queries.count)
    for title in titles { result[Int(title.query)] = true }
    return result
  }

  /// How often each of `queries` was submitted; 1 for a title that nobody submitted. So many times
  /// its words are known.
  func usesOfTexts() -> [UInt64] {
    var counts = usesByQuery()
    for title in titles where counts[Int(title.query)] == 0 { counts[Int(title.query)] = 1 }
    return counts
  }
}

/// The weights of labels where some of them are titles: how many units of weight are one use.
struct TitleWeights {
  /// The most units of a use: so finely weights of titles are told apart.
  private static let mostUnits: UInt64 = 1024

  /// The weight of one use, a power of two; 1 if there are no titles.
  let perUse: UInt64
  /// The weight of each query that is a title.
  private var weights: [UInt32: UInt64] = [:]

  /// Makes the weights of the titles of `set`, the heaviest of which weighs `heaviest` uses.
  init(_ set: TrainingSet, uses: [UInt64], heaviest: Double) {
    var perUse: UInt64 = set.titles.isEmpty ? 1 : Self.mostUnits
    let most = uses.reduce(0, max)
    while perUse > 1, (most + 1) * perUse > UInt64(UInt32.max) { perUse /= 2 }
    self.perUse = perUse
    for title in set.titles {
      let weight = UInt64((heaviest * title.share * Double(perUse)).rounded())
      let own = max(1, min(weight, perUse - min(1, perUse - 1)))
      weights[title.query] = max(own, weights[title.query] ?? 0)
    }
  }

  /// The weight of `query`, which was submitted `uses` times.
  func weight(of query: Int, uses: UInt64) -> UInt32 {
    let weight = uses * perUse + (weights[UInt32(query)] ?? 0)
    return UInt32(min(max(weight, 1), UInt64(UInt32.max)))
  }
}
