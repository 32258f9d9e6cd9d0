// Starts what the command line asks for, and stops it without losing an answer.

import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import QACWeb
import ServiceLifecycle
import UnixSignals

/// One run of the program.
struct WebProcess {
  let command: QACWebCommand

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let logger = Logger(label: "qac-web")
    let handed = ListeningSocket.handedOver()
    let keys = WebKeys(secret: try SecretFile.secret(at: command.secret))
    let files = try command.files.map { try StaticFiles(directory: $0) } ?? StaticFiles()
    let http = try socket(handed["http"], command.listen, mode: 0o660)
    let resp = try optional(handed["resp"], command.resp)
    let scrape = try optional(handed["metrics"], command.metrics)
    defer { for made in [http, resp, scrape] { made?.remove() } }

    let group = MultiThreadedEventLoopGroup(numberOfThreads: command.loops)
    let pool = DaemonPool(
      path: command.socket, group: group, deadline: .milliseconds(command.deadlineMs))
    let metrics = WebMetrics()
    let crowd = Crowd(most: command.connections, mostOfNetwork: command.networkConnections)
    let site = WebSite(
      settings: settings, keys: keys, pool: pool, policy: OriginPolicy(allowed: command.origin),
      files: files, metrics: metrics, logger: logger)
    var quiet = logger
    // The libraries would log what clients send.
    quiet.logLevel = .critical
    var services: [any Service] = [
      WebServer(
        descriptor: http.descriptor, group: group, crowd: crowd,
        countsNetworks: command.addressHeader == nil && !ListeningSocket.isFile(command.listen),
        logger: quiet
      ) { await site.respond($0, from: $1) }
    ]
    if let resp {
      services.append(
        RESPServer(
          descriptor: resp.descriptor, group: group, pool: pool,
          crowd: Crowd(most: 256, mostOfNetwork: 256), metrics: metrics))
    }
    if let scrape {
      services.append(
        WebServer(
          descriptor: scrape.descriptor, group: group,
          crowd: Crowd(most: 16, mostOfNetwork: 16), countsNetworks: false, logger: quiet
        ) { request, _ in
          guard request.method == .get, request.head.path == "/metrics" else {
            return WebResponse(.notFound)
          }
          return WebResponse(
            status: 200, type: "text/plain; version=0.0.4; charset=utf-8",
            body: metrics.text(connections: crowd.count, isReady: pool.isReady))
        })
    }
    sayWhatIsServed(logger)
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumGracefulShutdownDuration = .seconds(5)
    configuration.maximumCancellationDuration = .seconds(5)
    try await ServiceGroup(configuration: configuration).run()
    pool.close()
    try await group.shutdownGracefully()
    logger.info("stopped")
  }

  private var settings: SiteSettings {
    var settings = SiteSettings()
    settings.base = command.base
    settings.sessionHeader = command.sessionHeader.flatMap { HTTPField.Name($0) }
    settings.addressHeader = command.addressHeader.flatMap { HTTPField.Name($0) }
    settings.proxies = Set(command.proxy.compactMap { NetworkAddress($0) })
    settings.allowsExplain = command.allowExplain
    settings.sessionRate = command.sessionRate
    settings.networkRate = command.networkRate
    if command.secure {
      // RFC 6265bis, section 4.1.3.2: such a cookie cannot be set by another host or over HTTP.
      settings.cookieName = "__Host-qac"
      settings.cookieSuffix += "; Secure"
    }
    if let url = command.url, let results = command.results {
      settings.openSearch = WebAnswers.openSearch(
        name: command.name, url: url.hasSuffix("/") ? String(url.dropLast()) : url,
        results: results)
    }
    return settings
  }

  private func sayWhatIsServed(_ logger: Logger) {
    logger.info("serving", metadata: ["http": "\(command.listen)", "daemon": "\(command.socket)"])
    if command.addressHeader == nil,
      ListeningSocket.isFile(command.listen) || command.listen.hasPrefix("127.")
        || command.listen.hasPrefix("[::1]")
    {
      logger.notice(
        """
        people cannot be told apart by their networks: what they submit counts for their own \
        sessions alone; name the proxy's header by --address-header
        """)
    }
    if command.sessionHeader != nil {
      logger.notice(
        "sessions come from the proxy's header; it must remove it from what clients send")
    }
  }

  private func socket(
    _ handed: CInt?, _ address: String, mode: mode_t
  ) throws -> ListeningSocket {
    if let handed { return ListeningSocket(descriptor: handed) }
    return try ListeningSocket.listen(on: address, mode: mode)
  }

  private func optional(_ handed: CInt?, _ address: String?) throws -> ListeningSocket? {
    if let handed { return ListeningSocket(descriptor: handed) }
    return try address.map { try ListeningSocket.listen(on: $0, mode: 0o600) }
  }
}
