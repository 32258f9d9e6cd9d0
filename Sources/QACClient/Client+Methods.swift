// The protocol's methods as calls: each sends one request and waits for its answer.
//
// A daemon that restarted may have closed a connection that was idle. A request that is safe to
// repeat is then sent once more on a new connection. `record`, `forget` and what changes rules or
// items are not, since the client cannot know whether they took effect.

public import QACProtocol

extension Client {
  /// Sends `request` and waits for its result.
  ///
  /// - Throws: `ClientError`; `refused` if the daemon answers with an error.
  public func call(_ request: Request) throws(ClientError) -> JSONValue {
    let wasConnected = isConnected
    do throws(ClientError) {
      return try callOnce(request)
    } catch {
      guard case .connectionLost = error, wasConnected, request.isSafeToRepeat else { throw error }
      return try callOnce(request)
    }
  }

  private func callOnce(_ request: Request) throws(ClientError) -> JSONValue {
    let id = try send(request)
    switch try response(to: id).outcome {
    case .success(let result): return result
    case .failure(let error): throw .refused(error)
    }
  }

  /// Asks for completions.
  public func complete(_ parameters: Request.Complete) throws(ClientError) -> Completion {
    let result = try call(.complete(parameters))
    return try reading { () throws(ResponseFault) in try Completion(result) }
  }

  /// Asks for the items that a query means.
  public func retrieve(_ parameters: Request.Retrieve) throws(ClientError) -> Retrieval {
    let result = try call(.retrieve(parameters))
    return try reading { () throws(ResponseFault) in try Retrieval(result) }
  }

  /// Adds items; returns after they are durable and found.
  public func addItems(_ items: [Request.Item]) throws(ClientError) -> AddedCounts {
    let result = try call(.itemsAdd(items))
    return try reading { () throws(ResponseFault) in try AddedCounts(result) }
  }

  /// Takes items out; returns how many were.
  public func removeItems(_ ids: [ItemID]) throws(ClientError) -> Int {
    let result = try call(.itemsRemove(ids))
    guard let count = result["removed"]?.wholeNumber else {
      throw .invalidAnswer(.invalidResult(member: "removed"))
    }
    return Int(count)
  }

  /// The items that were added or taken out, ascending by id; at most `limit`, or all.
  public func items(limit: Int? = nil) throws(ClientError) -> [ListedItem] {
    let result = try call(.items(limit: limit))
    return try reading { () throws(ResponseFault) in try ListedItem.list(result) }
  }

  /// Records a submitted query, or what it led to; returns after it is durable.
  ///
  /// - Returns: The id of the query; nil for what it led to, and from a daemon that gives none.
  @discardableResult
  public func record(_ parameters: Request.Record) throws(ClientError) -> RecordID? {
    RecordID(try call(.record(parameters)))
  }

  /// Says how a query ended that was recorded; returns after it is durable.
  public func record(_ parameters: Request.Outcome) throws(ClientError) {
    _ = try call(.outcome(parameters))
  }

  /// A session's queries, newest first.
  public func history(_ parameters: Request.History) throws(ClientError) -> [RecordedQuery] {
    let result = try call(.history(parameters))
    return try reading { () throws(ResponseFault) in try RecordedQuery.list(result) }
  }

  /// Finds words in everything that a session submitted.
  public func search(_ parameters: Request.Search) throws(ClientError) -> SearchPage {
    let result = try call(.search(parameters))
    return try reading { () throws(ResponseFault) in try SearchPage(result) }
  }

  /// Deletes recorded queries; returns how many were deleted.
  public func forget(_ parameters: Request.Forget) throws(ClientError) -> Int {
    let result = try call(.forget(parameters))
    guard let count = result["forgotten"]?.wholeNumber else {
      throw .invalidAnswer(.invalidResult(member: "forgotten"))
    }
    return Int(count)
  }

  /// Adds a rule: from now on, no text that it matches is suggested.
  public func block(_ rule: Request.Rule) throws(ClientError) -> RuleChange {
    let result = try call(.block(rule))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// Removes a rule that `block` added.
  public func unblock(_ rule: Request.Rule) throws(ClientError) -> RuleChange {
    let result = try call(.unblock(rule))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// The rules for what is never suggested: first those that `block` added, then those of the file.
  public func blocks() throws(ClientError) -> [ListedRule] {
    let result = try call(.blocks)
    return try reading { () throws(ResponseFault) in try ListedRule.list(result) }
  }

  /// Adds a pin: from now on, the text stands first for the prefix.
  public func pin(_ pin: Request.Pin) throws(ClientError) -> RuleChange {
    let result = try call(.pin(pin))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// Takes a pin back.
  public func unpin(_ pin: Request.Pin) throws(ClientError) -> RuleChange {
    let result = try call(.unpin(pin))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// The pins, in the order in which they were added.
  public func pins() throws(ClientError) -> [ListedPin] {
    let result = try call(.pins)
    return try reading { () throws(ResponseFault) in try ListedPin.list(result) }
  }

  /// Adds a boost: from now on, texts that it matches weigh more or less.
  public func boost(_ boost: Request.Boost) throws(ClientError) -> RuleChange {
    let result = try call(.boost(boost))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// Takes a boost back.
  public func unboost(_ rule: Request.Rule) throws(ClientError) -> RuleChange {
    let result = try call(.unboost(rule))
    return try reading { () throws(ResponseFault) in try RuleChange(result) }
  }

  /// The boosts, in the order in which they were added.
  public func boosts() throws(ClientError) -> [ListedBoost] {
    let result = try call(.boosts)
    return try reading { () throws(ResponseFault) in try ListedBoost.list(result) }
  }

  /// The daemon's state, as an object.
  public func status() throws(ClientError) -> JSONValue {
    try call(.status)
  }

  /// Counters and latencies in Prometheus' text format, as UTF-8.
  public func metrics() throws(ClientError) -> [UInt8] {
    let result = try call(.metrics)
    guard let text = result["text"]?.utf8 else {
      throw .invalidAnswer(.invalidResult(member: "text"))
    }
    return text
  }

  /// Makes the daemon load the index and the block list again.
  ///
  /// - Parameter force: Whether to take an index that is older than the served one, or of another
  ///   profile.
  /// - Returns: The identity of the index that is served now.
  /// - Throws: `ClientError`.
  public func reload(force: Bool = false) throws(ClientError) -> String {
    let result = try call(.reload(force: force))
    guard let index = result["index"]?.utf8 else {
      throw .invalidAnswer(.invalidResult(member: "index"))
    }
    return String(decoding: index, as: UTF8.self)
  }

  /// Asks whether the daemon answers; returns the protocol's version.
  public func ping() throws(ClientError) -> Int {
    let result = try call(.ping)
    guard let version = result["protocol"]?.wholeNumber else {
      throw .invalidAnswer(.invalidResult(member: "protocol"))
    }
    return Int(version)
  }

  private func reading<T>(
    _ body: () throws(ResponseFault) -> T
  ) throws(ClientError) -> T {
    do throws(ResponseFault) {
      return try body()
    } catch {
      throw .invalidAnswer(error)
    }
  }
}

extension Request {
  /// Whether sending it twice has the same effect as sending it once.
  var isSafeToRepeat: Bool {
    switch self {
    case .complete, .retrieve, .history, .search, .importEvents, .exportEvents, .blocks, .pins,
      .boosts,
      .items, .status, .metrics, .reload, .ping:
      return true
    case .record, .outcome, .forget, .block, .unblock, .pin, .unpin, .boost, .unboost, .itemsAdd,
      .itemsRemove:
      return false
    }
  }
}
