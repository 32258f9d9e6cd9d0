// Writes a simulated log, the truth about its typing errors, and the shop's items with what people
// clicked.
//
// Memory: the events of the log and of the items, and the numbers of the items; their lines are
// made and written piece by piece.

public import QACBinary
import QACLogs

extension ShopSimulator {
  /// Files that are written beside a log; nil for those that are not.
  ///
  /// A file whose name ends in `.gz` is packed with gzip.
  public struct Files: Sendable, Equatable {
    /// For `errors()`, one per line: the misspelt query, a tab and the right query.
    public var errors: String?
    /// For the items, one per line: id, title, text, weight and payload, as `ItemCatalog` reads
    /// them.
    public var items: String?
    /// For what people did with items, one event per line in time order: session, unix seconds,
    /// query, id and kind, as `ItemExamples` reads them.
    public var examples: String?

    /// Makes a choice of files.
    public init(errors: String? = nil, items: String? = nil, examples: String? = nil) {
      self.errors = errors
      self.items = items
      self.examples = examples
    }
  }

  /// Calls `sink` with the log piece by piece: lines of `session TAB unix-seconds TAB query`, in
  /// time order.
  ///
  /// - Complexity: O(n log n) in the number of events, which are held in memory.
  public func write<Failure: Error>(
    to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    try Self.write(simulate().events.lazy.map(Self.line), to: sink)
  }

  /// Writes the log to the file at `path`, packed with gzip if the name ends in `.gz`, and what is
  /// asked for to `files`.
  ///
  /// Each file is written whole or not at all. The log does not depend on the other files, nor on
  /// `Options.items`.
  ///
  /// - Throws: `FileError`.
  public func write(toFile path: String, and files: Files = Files()) throws(FileError) {
    let (catalog, events) = simulate()
    try Self.write(events.lazy.map(Self.line), toFile: path)
    if let path = files.errors {
      let errors = Self.errors(in: events, catalog)
      try Self.write(errors.lazy.map { "\($0.misspelt)\t\($0.right)\n" }, toFile: path)
    }
    if files.items == nil && files.examples == nil { return }
    let inventory = ShopInventory(catalog: catalog, count: options.items, seed: options.seed)
    if let path = files.items {
      let lines = inventory.items.indices.lazy.map { inventory.line($0, catalog.vocabulary) }
      try Self.write(lines, toFile: path)
    }
    if let path = files.examples {
      let clicks = ShopClicks.after(
        events, catalog: catalog, inventory: inventory, seed: options.seed)
      let lines = clicks.lazy.map {
        "\(Self.session($0.user))\t\($0.time)\t\($0.query)\t\(ShopInventory.id($0.item))\t"
          + "\($0.kind.rawValue)\n"
      }
      try Self.write(lines, toFile: path)
    }
  }

  private static func session(_ user: Int) -> String { "u\(user + 10_000)" }

  private static func line(_ event: Event) -> String {
    "\(session(event.user))\t\(event.time)\t\(event.query)\n"
  }

  private static func write<Failure: Error>(
    _ lines: some Sequence<String>, to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var buffer: [UInt8] = []
    for line in lines {
      buffer.append(contentsOf: line.utf8)
      if buffer.count >= 1 << 16 {
        try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in try sink(bytes) }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if !buffer.isEmpty {
      try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in try sink(bytes) }
    }
  }

  private static func write(
    _ lines: some Sequence<String>, toFile path: String
  ) throws(FileError) {
    guard path.hasSuffix(".gz") else {
      return try AtomicFile.write(to: path) { (sink) throws(FileError) in
        try write(lines, to: sink)
      }
    }
    let writer = GzipWriter()
    write(lines, to: { writer.append($0) })
    try AtomicFile.write(writer.finish(), to: path)
  }
}
