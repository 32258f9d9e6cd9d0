// Helpers of the tests of items and examples: files with given content.

import Foundation
import QACLogs
import QACTestSupport

/// Reads `text`, in a file called `name`, as items.
func items(_ text: String, name: String = "items.tsv") throws -> ItemCatalog {
  let directory = try TemporaryDirectory()
  return try ItemCatalog(contentsOf: [try write(Array(text.utf8), to: name, in: directory)])
}

/// Reads `text`, in a file called `name`, as examples.
func examples(
  _ text: String, name: String = "examples.tsv", weights: ItemKindWeights = ItemKindWeights()
) throws -> ItemExamples {
  let directory = try TemporaryDirectory()
  return try ItemExamples(
    contentsOf: [try write(Array(text.utf8), to: name, in: directory)], weights: weights)
}

/// The error that reading items out of `bytes`, in a file called `name`, gives; nil if there is
/// none.
func itemFailure(_ bytes: [UInt8], name: String = "items.tsv") throws -> LogError? {
  let directory = try TemporaryDirectory()
  let path = try write(bytes, to: name, in: directory)
  do throws(LogError) {
    _ = try ItemCatalog(contentsOf: [path])
    return nil
  } catch {
    return error
  }
}

extension ItemCatalog {
  /// The items in words: `id|title|text|weight|payload`.
  var words: [String] {
    items.map { item in
      [item.id, item.title, item.text, Array("\(item.weight)".utf8), item.payload]
        .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
    }
  }
}

extension ItemExamples {
  /// The examples in words: `query|item|weight|session|time`.
  var words: [String] {
    examples.map { example in
      let texts = [example.query, example.item].map { String(decoding: $0, as: UTF8.self) }
      return (texts + ["\(example.weight)", "\(example.session)", "\(example.time)"])
        .joined(separator: "|")
    }
  }
}

extension ItemReadReport {
  /// The faults in words: `reason xCOUNT at LINE`, in the order of the cases.
  var words: [String] {
    ItemRowFault.allCases.compactMap { reason in
      faults[reason].map { "\(reason) x\($0.count) at \($0.line)" }
    }
  }
}
