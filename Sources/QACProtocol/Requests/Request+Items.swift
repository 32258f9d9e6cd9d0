// The requests about items: products, commands, documents that a query means.

extension Request {
  /// The parameters of `retrieve`.
  public struct Retrieve: Sendable, Equatable {
    /// The queries before this one.
    public var context: Context
    /// The conversation of the session that they come from; nil for all of the session.
    public var thread: SessionName?
    /// The query; an empty one finds nothing.
    public var query: [UInt8]
    /// The most items, or nil for the daemon's default.
    public var limit: Int?
    /// Whether the answer has the features of each item.
    public var explain: Bool
    /// Unix seconds, or nil for the daemon's own time.
    public var at: Int64?

    /// Makes the parameters.
    public init(
      context: Context = .none, thread: SessionName? = nil, query: [UInt8], limit: Int? = nil,
      explain: Bool = false, at: Int64? = nil
    ) {
      self.context = context
      self.thread = thread
      self.query = query
      self.limit = limit
      self.explain = explain
      self.at = at
    }
  }

  /// An item to add.
  public struct Item: Sendable, Equatable {
    /// The id.
    public var id: ItemID
    /// The title as it is shown; not empty.
    public var title: [UInt8]
    /// Further text that the item is found by.
    public var text: [UInt8]
    /// The weight, in `ProtocolLimits.itemWeights`.
    public var weight: Double
    /// One JSON value, or empty.
    public var payload: [UInt8]

    /// Makes an item.
    public init(
      id: ItemID, title: [UInt8], text: [UInt8] = [], weight: Double = 1, payload: [UInt8] = []
    ) {
      self.id = id
      self.title = title
      self.text = text
      self.weight = weight
      self.payload = payload
    }
  }
}

extension Request.Record {
  /// What somebody did with an item that a query led to.
  public enum Kind: String, Sendable, CaseIterable {
    /// Opened it.
    case click
    /// Put it into the cart.
    case cart
    /// Bought it.
    case purchase
  }
}
