// The flags that name files of items, and of queries that led to them.

import ArgumentParser
import QACLogs
import QACPipeline
import QACTraining

/// Items, and the queries that led to them.
struct ItemOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of items that queries are to find, such as products: id, title, text, weight, payload.",
      discussion: """
        TSV with these columns and no header, CSV with a header, or JSON lines; only the first two \
        are needed. Plain, gzip or zstd.
        """,
      valueName: "file"),
    completion: .file())
  var items: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of queries and the items that they led to.",
      discussion: """
        Pairs (query, id, count) or events (session, time, query, id, kind; a kind is click, cart \
        or purchase). TSV, CSV or JSON lines.
        """,
      valueName: "file"),
    completion: .file())
  var examples: [String] = []

  /// Whether there are items.
  var isUsed: Bool { !items.isEmpty }

  func validate() throws {
    if items.isEmpty && !examples.isEmpty {
      throw ValidationError("--examples needs --items: the items that the queries led to.")
    }
  }

  /// Reads the items and examples; says what was left out unless `isQuiet`.
  func read(
    keepsSecrets: Bool, isQuiet: Bool
  ) throws -> (catalog: ItemCatalog, source: ItemSource, examples: ItemExamples) {
    let catalog = try ItemCatalog(contentsOf: items)
    let learned =
      examples.isEmpty
      ? ItemExamples() : try ItemExamples(contentsOf: examples, keepsSecrets: keepsSecrets)
    let source = ItemSource(catalog, learned)
    if !isQuiet {
      printError(catalog.report.description)
      if !examples.isEmpty { printError(learned.report.description) }
      for note in source.notes { printError(note) }
    }
    return (catalog, source, learned)
  }

  /// What plots call the items: the first file's name up to its first dot.
  var name: String {
    let file = items.first?.split(separator: "/").last ?? "items"
    return String(file.split(separator: ".").first ?? file)
  }

  /// What is learned, and what is asked: a tenth, by a hash, or the examples of `test`.
  func divided(
    _ set: ItemSet, of catalog: ItemCatalog, test: String?, seed: UInt64, isQuiet: Bool
  ) throws -> (learned: ItemSet, questions: RetrievalEvaluation.Questions) {
    guard let test else { return RetrievalEvaluation.divided(set, seed: seed) }
    let asked = try readTest(test, of: catalog, isQuiet: isQuiet)
    return (set, RetrievalEvaluation.Questions(asked.set))
  }

  /// Reads examples to score on; their items are those of `catalog`.
  private func readTest(
    _ path: String, of catalog: ItemCatalog, isQuiet: Bool
  ) throws -> ItemSource {
    let test = try ItemExamples(contentsOf: [path], keepsSecrets: true)
    let source = ItemSource(catalog, test)
    if !isQuiet {
      printError(test.report.description)
      for note in source.notes { printError(note) }
    }
    return source
  }
}
