// qac-cli items add, remove, list: items that the index does not have yet, or must not show.

import ArgumentParser
import QACClient
import QACLogs
import QACProtocol
import QACTerminal

/// Items on the command line.
enum ItemOptions {
  /// The id that `text` is.
  @Sendable static func id(_ text: String) throws -> ItemID {
    guard let id = ItemID(text) else {
      throw ValidationError(
        "an id has 1 to \(ProtocolLimits.maximumItemIDBytes) bytes and no control characters; "
          + "correct it")
    }
    return id
  }
}

struct Items: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add items, take items out, or list both.",
    discussion: """
      An item that is added is found by its text at once and stays, also after a restart, until an \
      index that has its id is served.
      """,
    subcommands: [Add.self, Remove.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add the items of files.",
      discussion: """
        A file has items as "qac-index build --items" reads them: lines of "id TAB title TAB text TAB \
        weight TAB payload" without a header, of which the last three may be missing; CSV with a \
        header; or JSON lines. It may be packed. For example:

          qac-cli items add new-items.tsv
        """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(
      help: ArgumentHelp("The files with the items.", valueName: "file"),
      completion: .file())
    var files: [String]

    func run() throws {
      let catalog: ItemCatalog
      do {
        catalog = try ItemCatalog(contentsOf: files)
      } catch {
        Console.complain("\(error)")
        throw ExitCode.failure
      }
      for note in catalog.report.notes { Console.complain(note) }
      var (batches, skipped) = ItemBatches.make(of: catalog.items)
      if skipped > 0 {
        Console.complain(
          (skipped == 1 ? "1 item is" : "\(skipped) items are")
            + " left out: too long for a request, or with characters or a payload that no answer "
            + "can hold; shorten them, or build an index of them")
      }
      let client = connection.client()
      var sum = AddedCounts(added: 0, replaced: 0, indexed: 0)
      while !batches.isEmpty {
        let batch = batches.removeFirst()
        let counts: AddedCounts
        do {
          counts = try Console.run { () throws(ClientError) in try client.addItems(batch) }
        } catch {
          let done = sum.added + sum.replaced
          if done > 0 { Console.complain("before that, \(done) items were added; they stay") }
          throw error
        }
        sum.added += counts.added
        sum.replaced += counts.replaced
        sum.indexed += counts.indexed
      }
      show(sum, skipped: skipped)
    }

    private func show(_ sum: AddedCounts, skipped: Int) {
      if output.json {
        Console.write(
          json: .object([
            .init("added", .integer(Int64(sum.added))),
            .init("replaced", .integer(Int64(sum.replaced))),
            .init("indexed", .integer(Int64(sum.indexed))),
            .init("skipped", .integer(Int64(skipped))),
          ]))
        return
      }
      var text = "\(sum.added) added, \(sum.replaced) replaced"
      if sum.indexed > 0 {
        text += "; the index has \(sum.indexed) of them, which are served as it has them"
      }
      Console.write(text + "\n")
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take items out.",
      discussion: """
        An item that was added is gone for good. One of the index is hidden until another index is \
        served; to hide it for longer, use "qac-cli block item ID".
        """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(
      help: ArgumentHelp("The ids of the items.", valueName: "id"), transform: ItemOptions.id)
    var ids: [ItemID]

    func validate() throws {
      guard Set(ids).count == ids.count else {
        throw ValidationError("an id is given twice; give each once")
      }
      guard ids.count <= ProtocolLimits.maximumItems else {
        throw ValidationError(
          "give at most \(ProtocolLimits.maximumItems) ids; use several commands for more")
      }
    }

    func run() throws {
      try output.print(
        .itemsRemove(ids), of: connection.client(),
        as: { client throws(ClientError) in try client.removeItems(ids) },
        { count in
          count == 0 ? "there are no such items\n" : "\(count) of \(ids.count) taken out\n"
        })
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the items that were added or taken out.",
      discussion: """
        Prints a line of "id TAB title TAB state" per item, by id. The state is added for an item that \
        the index does not have, indexed for an added one that it has, and removed for an item of the \
        index that is not shown. Control characters are shown as symbols.
        """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
      help: ArgumentHelp(
        "The maximum number of items, 1 to \(ProtocolLimits.maximumLimit). (default: all)",
        valueName: "count"))
    var limit: Int?

    func validate() throws {
      if let limit, !(1...ProtocolLimits.maximumLimit).contains(limit) {
        throw ValidationError(
          "give --limit a whole number from 1 to \(ProtocolLimits.maximumLimit)")
      }
    }

    func run() throws {
      try output.print(
        .items(limit: limit), of: connection.client(),
        as: { client throws(ClientError) in try client.items(limit: limit) },
        { items in
          items.map {
            "\(VisibleText.of($0.id))\t\(VisibleText.of($0.title))\t"
              + ($0.state?.rawValue ?? "unknown") + "\n"
          }.joined()
        })
    }
  }
}

/// Items in requests that the daemon accepts.
enum ItemBatches {
  /// The bytes that a request may have beside its items.
  private static let envelopeBytes = 128

  /// Divides `records`; returns the requests' items, and how many records fit none.
  static func make(of records: [ItemRecord]) -> (batches: [[Request.Item]], skipped: Int) {
    var batches: [[Request.Item]] = []
    var skipped = 0
    var room = 0
    for record in records {
      guard let item = item(record) else {
        skipped += 1
        continue
      }
      var line: [UInt8] = []
      RequestEncoder.append(.itemsAdd([item]), id: nil, to: &line)
      // A comma comes with each item.
      let size = line.count + 1
      guard size + envelopeBytes <= ProtocolLimits.maximumFrameBytes else {
        skipped += 1
        continue
      }
      if size > room || batches.last?.count == ProtocolLimits.maximumItems {
        batches.append([])
        room = ProtocolLimits.maximumFrameBytes - envelopeBytes
      }
      batches[batches.count - 1].append(item)
      room -= size
    }
    return (batches, skipped)
  }

  /// The item of a record; nil if no request can hold it.
  private static func item(_ record: ItemRecord) -> Request.Item? {
    guard let id = ItemID(bytes: record.id), !record.title.contains(0), !record.text.contains(0),
      (1...ProtocolLimits.maximumTitleBytes).contains(record.title.count),
      record.text.count <= ProtocolLimits.maximumItemTextBytes,
      record.payload.isEmpty || record.payload.withUnsafeBufferPointer({ ItemPayload.isValid($0) })
    else { return nil }
    let weights = ProtocolLimits.itemWeights
    return Request.Item(
      id: id, title: record.title, text: record.text,
      weight: min(max(record.weight, weights.lowerBound), weights.upperBound),
      payload: record.payload)
  }
}
