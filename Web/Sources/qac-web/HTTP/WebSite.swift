// Answers the requests of strangers: what there is at each path, who is asking, and whether they
// may.
//
// Invariant: of the daemon's methods only `complete`, `record` and `forget` of the own session are
// reached. Nothing of a request is written to a log.
// Cost: one request to the daemon each, four for a search of Elasticsearch with four suggesters.

import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import QACJSON
import QACProtocol
import QACWeb
import Synchronization

/// How a site is served.
struct SiteSettings: Sendable {
  /// Stands before every path; empty, or `/` and a name.
  var base = ""
  /// The header in which a trusted proxy says whose session it is; nil for cookies.
  var sessionHeader: HTTPField.Name?
  /// The header in which a trusted proxy says the client's address; nil for that of the connection.
  var addressHeader: HTTPField.Name?
  /// The addresses of proxies whose headers count, beside this machine's own.
  var proxies: Set<NetworkAddress> = []
  var cookieName = "qac"
  var cookieSuffix = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
  var allowsExplain = false
  /// `/opensearch.xml`; nil for none.
  var openSearch: [UInt8]?
  /// Requests per second of a session and of a network; 0 for no limit.
  var sessionRate = 20.0
  var networkRate = 200.0
}

/// The HTTP door.
final class WebSite: Sendable {
  /// The most bytes of a body.
  static let maximumBody = 16 * 1024

  private struct Limits {
    var sessions: TokenBuckets
    var networks: TokenBuckets
    var recordsOfSessions: TokenBuckets
    var recordsOfNetworks: TokenBuckets
  }

  private let settings: SiteSettings
  private let keys: WebKeys
  private let pool: DaemonPool
  private let policy: OriginPolicy
  private let files: StaticFiles
  let metrics: WebMetrics
  private let limits: Mutex<Limits>
  private let logger: Logger
  private let saysLoopback = Atomic<Bool>(false)

  init(
    settings: SiteSettings, keys: WebKeys, pool: DaemonPool, policy: OriginPolicy,
    files: StaticFiles, metrics: WebMetrics, logger: Logger
  ) {
    self.settings = settings
    self.keys = keys
    self.pool = pool
    self.policy = policy
    self.files = files
    self.metrics = metrics
    self.logger = logger
    let (session, network) = (settings.sessionRate, settings.networkRate)
    limits = Mutex(
      Limits(
        sessions: TokenBuckets(rate: session, burst: 3 * session),
        networks: TokenBuckets(rate: network, burst: 3 * network),
        recordsOfSessions: TokenBuckets(rate: session / 10, burst: session),
        recordsOfNetworks: TokenBuckets(rate: network / 10, burst: network)))
  }

  /// Who sends a request.
  private struct Caller {
    var address: NetworkAddress?
    /// The session that the request proves.
    var session: SessionName?
    /// The value of a new cookie; nil unless one is to be set.
    var cookie: String?
  }

  /// Answers `request`, which comes from `address`.
  func respond(
    _ request: HummingbirdCore.Request, from address: NetworkAddress?
  ) async -> WebResponse {
    let start = ContinuousClock.now
    let path = request.head.path ?? "/"
    let halves = path.utf8.split(separator: 0x3F, maxSplits: 1, omittingEmptySubsequences: false)
    let name = halves.first.map { String(Substring($0)) } ?? "/"
    let route = WebRoute(path: name, base: settings.base)
    var response: WebResponse
    let isProxy = address.map { $0.isLoopback || settings.proxies.contains($0) } ?? true
    var caller = Caller(address: clientAddress(request, address, isProxy: isProxy))
    do {
      caller.session = session(of: request, isProxy: isProxy)
      try admit(route, caller)
      response = try await answer(
        route, request, query: halves.count == 2 ? Array(halves[1]) : [], &caller)
    } catch let fault as WebFault {
      response = WebResponse(fault)
      if route == .suggest, fault == .unavailable {
        let query = try? QueryString(halves.count == 2 ? Array(halves[1]) : []).value("q")
        response.type = "application/x-suggestions+json"
        response.body = WebAnswers.suggestions(of: query ?? [], nil)
      }
    } catch {
      // The connection was lost while its body came.
      response = WebResponse(.body(expected: "there to its end"))
      response.closes = true
    }
    if let cookie = caller.cookie {
      response.fields.append(
        (.setCookie, "\(settings.cookieName)=\(cookie)\(settings.cookieSuffix)"))
    }
    if route == .search || route == .root {
      response.fields.append((.elasticProduct, "Elasticsearch"))
    }
    metrics.count(route, status: response.status, took: .now - start)
    return response
  }

  // MARK: who it is

  private func clientAddress(
    _ request: HummingbirdCore.Request, _ address: NetworkAddress?, isProxy: Bool
  ) -> NetworkAddress? {
    guard isProxy else { return address }
    // A proxy, or a program of this machine, stands for nobody in particular.
    return settings.addressHeader.flatMap { request.headers[$0] }.flatMap {
      NetworkAddress(header: $0)
    }
  }

  private func session(
    of request: HummingbirdCore.Request, isProxy: Bool
  ) -> SessionName? {
    if let name = settings.sessionHeader {
      guard isProxy else { return nil }
      return request.headers[name].flatMap { SessionName("proxy:\($0)") }
    }
    guard let cookies = request.headers[.cookie] else { return nil }
    return keys.session(inCookies: cookies, name: settings.cookieName)?.name
  }

  /// The session of the caller; a new one, with its cookie, if there is none so far.
  ///
  /// Only a record begins one: before that there is nothing to remember, and a page that asks twice
  /// at once would be given two.
  private func begin(_ caller: inout Caller) -> SessionName? {
    if let session = caller.session { return session }
    guard settings.sessionHeader == nil, let made = keys.newSession() else { return nil }
    caller.cookie = made.cookie
    caller.session = made.name
    return made.name
  }

  /// Refuses who asks for more than their share.
  private func admit(_ route: WebRoute, _ caller: Caller) throws(WebFault) {
    let isRecord = route == .record || route == .forget
    let now = UInt64(max(0, NIODeadline.now().uptimeNanoseconds / 1_000_000))
    let session = caller.session.map { keys.limitKey($0.bytes) }
    var network = caller.address.map { keys.limitKey($0.network) }
    // Those who begin a session from nobody knows where share one limit, so that sessions are not
    // made without end.
    if isRecord, network == nil, session == nil { network = keys.limitKey([]) }
    let isAdmitted = limits.withLock { limits in
      if isRecord {
        return (network.map { limits.recordsOfNetworks.take($0, at: now) } ?? true)
          && (session.map { limits.recordsOfSessions.take($0, at: now) } ?? true)
      }
      return (network.map { limits.networks.take($0, at: now) } ?? true)
        && (session.map { limits.sessions.take($0, at: now) } ?? true)
    }
    if !isAdmitted { throw .tooMany }
  }

  // MARK: what there is

  private func answer(
    _ route: WebRoute, _ request: HummingbirdCore.Request, query: [UInt8], _ caller: inout Caller
  ) async throws -> WebResponse {
    guard route.methods.contains(request.method) else {
      if route == .nothing, let file = files.response(to: request, base: settings.base) {
        return file
      }
      if route == .nothing { throw WebFault.notFound }
      throw WebFault.methodNotAllowed(
        allow: route.methods.map(\.rawValue).sorted().joined(separator: ", "))
    }
    switch route {
    case .complete:
      let asked = try WebQuery(QueryString(query))
      return try await complete(asked, caller)
    case .suggest:
      let asked = try WebQuery(QueryString(query))
      let result = try await pool.call(asked.request(of: caller.session))
      return WebResponse(
        status: 200, type: "application/x-suggestions+json",
        body: WebAnswers.suggestions(of: asked.prefix, result))
    case .record:
      let record = try WebRecord(try await body(of: request))
      guard pool.isReady else { throw WebFault.unavailable }
      guard pool.knowsPeople else { throw WebFault.daemonTooOld }
      guard let session = begin(&caller) else { throw missingSession }
      let person = caller.address.map {
        keys.person(of: $0, at: Int64(Date.now.timeIntervalSince1970))
      }
      if person == nil { sayLoopback() }
      _ = try await pool.call(record.request(of: session, person: person ?? []))
      return WebResponse(status: 204, type: nil)
    case .forget where request.method == .get: return Pages.forget
    case .forget: return try await forget(request, caller)
    case .search:
      let search = try SuggestSearch(try await body(of: request))
      let start = ContinuousClock.now
      var results: [JSONValue] = []
      for each in search.requests(of: caller.session) { results.append(try await pool.call(each)) }
      let took = (ContinuousClock.now - start) / .milliseconds(1)
      return .json(search.answer(results, milliseconds: Int(took)))
    case .root:
      if request.method == .get, let file = files.response(to: request, base: settings.base) {
        return file
      }
      return .json(SuggestSearch.about)
    case .openAPI: return .json(PackageResources.openapi_json)
    case .openSearch:
      guard let body = settings.openSearch else { throw WebFault.notFound }
      return WebResponse(
        status: 200, type: "application/opensearchdescription+xml", body: body)
    case .nothing: throw WebFault.notFound
    }
  }

  private var missingSession: WebFault {
    .parameter("the session", expected: "given by the proxy in its header")
  }

  private func complete(
    _ asked: WebQuery, _ caller: Caller
  ) async throws -> WebResponse {
    var asked = asked
    asked.explain = asked.explain && settings.allowsExplain
    let result = try await pool.call(asked.request(of: caller.session))
    return .json(WebAnswers.completions(result, explain: asked.explain))
  }

  private func forget(
    _ request: HummingbirdCore.Request, _ caller: Caller
  ) async throws -> WebResponse {
    let isForm =
      request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
    let body = try await body(of: request, takesForm: isForm)
    // The form of the page has no fields: it forgets everything.
    let forget = try WebForget(isForm ? [] : body)
    var result = JSONValue.object([.init("forgotten", .integer(0))])
    if let session = caller.session { result = try await pool.call(forget.request(of: session)) }
    return isForm
      ? Pages.forgotten(result["forgotten"]?.wholeNumber ?? 0)
      : .json(WebAnswers.forgotten(result))
  }

  /// The body of a POST, if it may come from where it comes from.
  private func body(
    of request: HummingbirdCore.Request, takesForm: Bool = false
  ) async throws -> [UInt8] {
    guard
      policy.accepts(
        origin: request.headers[.origin], fetchSite: request.headers[.fetchSite],
        host: request.head.authority)
    else { throw WebFault.foreignOrigin }
    guard takesForm || isJSON(mediaType: request.headers[.contentType]) else {
      throw WebFault.mediaType
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maximumBody
    {
      throw WebFault.bodyTooLarge(limit: Self.maximumBody)
    }
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= Self.maximumBody else {
        throw WebFault.bodyTooLarge(limit: Self.maximumBody)
      }
      bytes += buffer.readableBytesView
    }
    return bytes
  }

  /// Says once that the people who search cannot be told apart.
  private func sayLoopback() {
    if saysLoopback.exchange(true, ordering: .relaxed) { return }
    logger.notice(
      """
      queries come from this machine itself and count for their own sessions alone; behind a \
      proxy, name the header with the client's address by --address-header
      """)
  }
}
