import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Sends requests with `URLSession`: HTTPS alone, no cookies, no cache, redirects only where the request allows them and never to
/// HTTP.
///
/// URLs that name a private address are refused. `URLSession` resolves names itself, so a name that only resolves to a private
/// address is asked; on a phone there is little to reach that way, but a server should use another client.
///
/// ```swift
/// let wallet = try Wallet.open(options: options)
/// let offer = try wallet.openOffer(link: link, client: GuardedClient())
/// ```
public final class GuardedClient: NSObject, HttpClient, URLSessionTaskDelegate, @unchecked Sendable {
    private let thisMachine: Bool

    /// - Parameter thisMachine: also this very machine, where a URL names it (`localhost`), over HTTP as well. For development.
    public init(thisMachine: Bool = false) {
        self.thisMachine = thisMachine
    }

    /// Sends one request and waits for the answer. Not to be called on the main thread.
    ///
    /// - Throws: ``PlatformError/Offline(reason:)`` when nobody answers, ``PlatformError/Denied(reason:)`` for an address that may not
    ///   be asked.
    public func send(request: HttpRequest) throws -> HttpResponse {
        guard let url = URL(string: request.url), mayAsk(url) else { throw PlatformError.Denied(reason: "not a URL to ask") }
        var native = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
        native.httpMethod = request.method
        native.timeoutInterval = TimeInterval(request.timeoutSeconds)
        native.httpBody = request.body
        request.headers.forEach { native.setValue($0.value, forHTTPHeaderField: $0.name) }
        let guardian = Guardian(client: self, request: request)
        let settings = URLSessionConfiguration.ephemeral
        settings.httpShouldSetCookies = false
        settings.timeoutIntervalForResource = TimeInterval(request.timeoutSeconds)
        let session = URLSession(configuration: settings, delegate: guardian, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        session.dataTask(with: native).resume()
        return try guardian.wait()
    }

    fileprivate func mayAsk(_ url: URL) -> Bool {
        guard let host = url.host?.lowercased(), url.user == nil else { return false }
        let here = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        if here { return thisMachine && (url.scheme == "http" || url.scheme == "https") }
        return url.scheme == "https" && !Self.isPrivate(host)
    }

    /// Whether a host is written as an address that is not reached from anywhere.
    static func isPrivate(_ host: String) -> Bool {
        if host.contains(":") {
            let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            return !(bare.hasPrefix("2") || bare.hasPrefix("3"))
        }
        let parts = host.split(separator: ".").map { UInt8($0) }
        // A number alone is an address as well, and so is one in another base: no name ends in a number.
        guard let last = host.split(separator: ".").last, last.allSatisfy(\.isHexDigit), last.contains(where: \.isNumber) else {
            return host.hasSuffix(".local") || !host.contains(".")
        }
        guard parts.count == 4, let a = parts[0], let b = parts[1] else { return true }
        switch a {
        case 0, 10, 127, 224...255: return true
        case 100: return (64...127).contains(b)
        case 169: return b == 254
        case 172: return (16...31).contains(b)
        case 192: return b == 168 || b == 0
        case 198: return b == 18 || b == 19
        default: return false
        }
    }
}

/// Takes the answer as it comes, so that one that is too long is given up in time.
private final class Guardian: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let client: GuardedClient
    private let request: HttpRequest
    private let done = DispatchSemaphore(value: 0)
    private var body = Data()
    private var answer: HTTPURLResponse?
    private var failure: PlatformError?
    private var redirects = 0

    init(client: GuardedClient, request: HttpRequest) {
        (self.client, self.request) = (client, request)
    }

    func wait() throws -> HttpResponse {
        done.wait()
        if let failure { throw failure }
        guard let answer else { throw PlatformError.Offline(reason: "no answer") }
        let headers = answer.allHeaderFields.compactMap { name, value in
            (name as? String).map { HttpHeader(name: $0, value: "\(value)") }
        }
        return HttpResponse(status: UInt16(clamping: answer.statusCode), headers: headers, body: body)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        redirects += 1
        let from = response.url
        guard let to = newRequest.url, client.mayAsk(to), redirects <= 3,
            to.scheme == "https" || from?.scheme == "http",
            request.mayLeaveHost || (to.host == from?.host && to.port == from?.port)
        else {
            failure = .Denied(reason: "a redirect that leads elsewhere")
            task.cancel()
            return completionHandler(nil)
        }
        completionHandler(newRequest)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        answer = response as? HTTPURLResponse
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        body.append(data)
        if UInt64(body.count) > request.maxBytes {
            failure = .Denied(reason: "the answer is too long")
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        if let error, failure == nil { failure = .Offline(reason: "\(error)") }
        done.signal()
    }
}
