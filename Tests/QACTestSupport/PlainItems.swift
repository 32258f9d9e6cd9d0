// Items of an index that is learned from their titles alone.

public import QACIndex
import QACText
import QACTraining

/// An item that has an id, a title and perhaps a payload.
public struct PlainItem: Sendable, Hashable {
  /// The id.
  public var id: String
  /// The title, by which alone it is found.
  public var title: String
  /// JSON, or empty.
  public var payload: String

  /// Makes an item.
  public init(_ id: String, _ title: String, payload: String = "") {
    self.id = id
    self.title = title
    self.payload = payload
  }

  /// The content of an index that has `items`, at least one, without examples.
  public static func content(of items: [PlainItem]) -> ItemContent {
    let normalizer = Normalizer(.search)
    let set = ItemSet(
      items: items.map { item in
        ItemSet.Item(
          id: Array(item.id.utf8), title: Array(item.title.utf8),
          payload: Array(item.payload.utf8), titleForm: normalizer.normalize(item.title))
      }, examples: [])
    var settings = ItemSettings()
    settings.tree.threads = 1
    return ItemContentBuilder(set, settings: settings).build()
  }
}
