// Why a row of a file about items is left out.

/// Why a row of items or examples could not be used, or not all of it.
public enum ItemRowFault: String, Error, Sendable, CaseIterable {
  /// The number of columns is not one that the file has.
  case columns = "wrong number of columns"
  /// The row is longer than `ItemReadReport.longestRow`.
  case length = "longer than 256 KiB"
  /// Text follows a closing quote of CSV.
  case quote = "text after a closing quote"
  /// The line is not a JSON object.
  case json = "not a JSON object"
  /// A value is not UTF-8.
  case encoding = "not UTF-8"
  /// The id is empty, longer than `ItemRecord.longestID`, or has control characters.
  case id = "an id that is empty, longer than 256 bytes or has control characters"
  /// A row before this one has the same id.
  case repeatedID = "the id of an item before"
  /// The item has neither a title nor a text; it is used with its id as title.
  case noText = "no title and no text, so the id is the title"
  /// The title is longer than `ItemRecord.longestTitle`.
  case title = "a title longer than 1 KiB"
  /// The text was longer than `ItemRecord.longestText`; the row is used with the beginning of it.
  case text = "a text longer than 16 KiB, of which the beginning is kept"
  /// The weight is not a number above 0.
  case weight = "a weight that is not a number above 0"
  /// The payload is not JSON.
  case payload = "a payload that is not JSON"
  /// The payload is longer than `ItemRecord.longestPayload`.
  case payloadLength = "a payload longer than 16 KiB"
  /// The query is empty.
  case query = "no query"
  /// The query is longer than `ItemExample.longestQuery`.
  case queryLength = "a query longer than 2 KiB"
  /// The query holds a secret of a known shape.
  case secret = "a secret in the query"
  /// The count is not a whole number of at least 1.
  case count = "a count that is not a whole number above 0"
  /// The time is neither a number nor a date.
  case time = "no readable time"
  /// The kind is not one of `ItemEventKind`.
  case kind = "a kind that is not click, cart or purchase"
  /// The kind has weight 0.
  case noWeight = "a kind of weight 0"

  /// Whether the row is left out; if not, it is used all the same.
  public var isRefusal: Bool { self != .text && self != .noText }
}
