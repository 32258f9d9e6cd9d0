// The parameters of `search`.

extension Request {
  /// The parameters of `search`.
  public struct Search: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// The words to look for; may be empty.
    public var query: [UInt8]
    /// The most hits, or nil for `ProtocolLimits.defaultHistoryLimit`.
    public var limit: Int?
    /// What the page before this one answered as `next`; nil for the first page.
    public var before: [UInt8]?
    /// Where the hits were submitted; nil for every place.
    public var place: Place?

    /// Makes the parameters.
    public init(
      session: SessionName, query: [UInt8], limit: Int? = nil, before: [UInt8]? = nil,
      place: Place? = nil
    ) {
      self.session = session
      self.query = query
      self.limit = limit
      self.before = before
      self.place = place
    }
  }
}
