// The items of a rebuild, and the examples that it learns.
//
// Items are those of the files, and those that were added to the daemon and that no file has. Of two
// items of one id, that of the files counts. Items that the block list blocks are left out, like
// queries. What the daemon's own rules block stays in: the daemon hides it, and may show it again.
//
// Invariant: the items ascend by id and are distinct; the examples ascend by time, and each leads
// to one of the items.
// Cost: everything is held in memory. O(n log n) for n items and examples.

import QACBinary
import QACEngine
import QACLogs
import QACRetrieval
import QACSessions
import QACText
import QACTraining

/// Items, and the examples that are learned.
struct RebuildItems {
  /// The items.
  private(set) var catalog: ItemCatalog
  /// The examples.
  private(set) var examples: [ItemExample] = []
  /// What was left out.
  var counts = RebuildReport.ItemCounts()

  /// Makes items without examples.
  ///
  /// - Parameters:
  ///   - catalog: The items of the files.
  ///   - stored: The items of the daemon's database.
  ///   - blockList: What is never learned; nil for nothing.
  init(_ catalog: ItemCatalog, stored: [StoredItem], blockList: BlockList?) {
    self.catalog = catalog
    for (reason, fault) in catalog.report.faults {
      counts.badItems[reason.rawValue] = fault.count
    }
    let known = Set(catalog.items.map(\.id))
    for item in stored where !known.contains(item.id) {
      guard case .added(let content) = item.state else { continue }
      var record = ItemRecord(
        id: item.id, title: content.title, text: content.text, weight: content.weight,
        payload: content.payload)
      // The daemon checks what it stores; a later version may store more.
      if record.tidy()?.isRefusal == true { continue }
      self.catalog.items.append(record)
      counts.addedItems += 1
    }
    if counts.addedItems > 0 {
      self.catalog.items.sort { $0.id.lexicographicallyPrecedes($1.id) }
    }
    guard let blockList else { return }
    let normalizer = Normalizer(blockList.profile)
    let count = self.catalog.items.count
    self.catalog.items.removeAll { item in
      blockList.itemIDs.contains(item.id)
        || !blockList.isEmpty && blockList.blocks(normalizer.normalize(item.title, as: .query))
    }
    counts.blockedItems = count - self.catalog.items.count
  }

  /// Whether there are no items.
  var isEmpty: Bool { catalog.items.isEmpty }

  /// The number of each item by its id.
  var numbers: [[UInt8]: UInt32] {
    Dictionary(uniqueKeysWithValues: zip(catalog.items.map(\.id), UInt32(0)...))
  }

  /// Takes the examples of `found` that may be learned.
  mutating func learn(
    _ found: ItemExamples, filters: LogFilters, window: ClosedRange<Int64>,
    profile: NormalizationProfile
  ) {
    for (reason, fault) in found.report.faults {
      counts.badExamples[reason.rawValue, default: 0] += fault.count
    }
    let filter = ExampleFilter(
      filters: filters, window: window, profile: profile, numbers: numbers)
    examples = filter.learned(found.examples, &counts)
  }

  /// The number of the oldest examples that are learned if the newest of those after `time` are
  /// held out, `share` of them.
  func learned(holdingOut share: Double, after time: Int64) -> Int {
    let unknown = examples.count { $0.time != 0 && $0.time > time }
    return examples.count - Int(Double(unknown) * share)
  }

  /// The items with the oldest `count` examples.
  func set(learning count: Int) -> ItemSet {
    var learned = ItemExamples()
    learned.examples = Array(examples[..<count])
    return ItemSource(catalog, learned).set
  }
}

extension AddedItem {
  /// An item that is served beside an index; nil if `item` was removed.
  init?(_ item: StoredItem) {
    guard case .added(let content) = item.state else { return nil }
    self.init(
      id: item.id, title: content.title, text: content.text,
      weight: max(.leastNormalMagnitude, Float(content.weight)), payload: content.payload)
  }
}
