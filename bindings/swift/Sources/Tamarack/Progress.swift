import Foundation

/// How far a step has come that asks the network: who is being asked, who answered, and at last its result.
///
/// ```swift
/// for try await event in offer.accepting(Acceptance(txCode: typed)) {
///     switch event {
///     case .asking(let url): say("Asking \(URL(string: url)?.host ?? "")…")
///     case .answered: break
///     case .done(let result): show(result)
///     }
/// }
/// ```
///
/// Each sequence of this module does its work once, from the moment that it is made, and ends with ``done(_:)`` or throws the
/// ``TamarackError`` of the function that it is named after. A task that is cancelled, or leaves the loop, ends the work before its
/// next request; what was begun by then is as after a lost connection: a receiving can be resumed.
public enum ProgressEvent<Result: Sendable>: Sendable {
    /// Something is being fetched from this URL. It may hold what is nobody else's business: show its host alone.
    case asking(url: String)
    /// It came with this HTTP status; none if it did not come.
    case answered(url: String, status: UInt16?)
    /// What came of it: the last event there is.
    case done(Result)
}

/// The events of a step, in order; see ``ProgressEvent``.
///
/// ```swift
/// let events: ProgressEvents<Verdict> = verifier.judging(text)
/// ```
public typealias ProgressEvents<Result: Sendable> = AsyncThrowingStream<ProgressEvent<Result>, Error>

extension Verifier {
    /// ``judgeOnline(_:evidence:client:clock:)``, telling on the way what is asked of whom.
    ///
    /// ```swift
    /// for try await event in verifier.judging(text) {
    ///     if case .done(let verdict) = event { show(verdict) }
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for what is no credential at all. A service that does not answer is no error: its
    ///   check is undetermined.
    public func judging(
        _ text: String,
        evidence: Evidence = Evidence(),
        client: HttpClient = GuardedClient(),
        clock: Clock? = nil
    ) -> ProgressEvents<Verdict> {
        telling(client) { try self.verifyOnline(input: text, evidence: evidence, client: $0, clock: clock) }
    }
}

extension Offer {
    /// ``accepted(_:client:)``, telling on the way what is asked of whom. To be called once the person has said yes.
    ///
    /// ```swift
    /// for try await event in offer.accepting(Acceptance(txCode: typed)) {
    ///     if case .done(let came) = event { show(came) }
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a code that is missing or wrong; ``TamarackError/Offline(problem:)``, after which
    ///   ``Wallet/pending()`` has what to resume.
    public func accepting(
        _ acceptance: Acceptance = Acceptance(), client: HttpClient = GuardedClient()
    ) -> ProgressEvents<Receiving> {
        telling(client) { try self.accept(acceptance: acceptance, client: $0) }
    }
}

extension Wallet {
    /// ``resumed(_:returned:client:)``, telling on the way what is asked of whom.
    ///
    /// ```swift
    /// for one in try wallet.pending() {
    ///     for try await event in wallet.resuming(one.id) { show(event) }
    /// }
    /// ```
    ///
    /// - Parameter returned: the URL that the browser came back with, after ``Receiving/browser(id:url:)``.
    /// - Throws: ``TamarackError/Offline(problem:)``, after which it can be resumed again; any other ends it.
    public func resuming(
        _ id: String, returned: String? = nil, client: HttpClient = GuardedClient()
    ) -> ProgressEvents<Receiving> {
        telling(client) { try self.resume(id: id, client: $0, returned: returned) }
    }

    /// ``renewed(_:client:)``, telling on the way what is asked of whom.
    ///
    /// ```swift
    /// for due in try wallet.due() {
    ///     for try await event in wallet.renewing(due) { show(event) }
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a credential whose issuer gave no right to renew it;
    ///   ``TamarackError/Offline(problem:)`` when the issuer is out of reach; the old credential stays.
    public func renewing(_ due: Due, client: HttpClient = GuardedClient()) -> ProgressEvents<Receiving> {
        telling(client) { try self.renew(due: due, client: $0) }
    }

    /// ``refreshed(client:)``, telling on the way what is asked of whom: one status list after the other.
    ///
    /// ```swift
    /// for try await event in wallet.refreshing() {
    ///     if case .done(let report) = event, !report.changed.isEmpty { showAgain(try wallet.credentials()) }
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Locked(problem:)`` when the wallet is locked. A list that does not come is no error.
    public func refreshing(client: HttpClient = GuardedClient()) -> ProgressEvents<RefreshReport> {
        telling(client) { try self.refresh(client: $0) }
    }
}

extension Consent {
    /// ``presented(client:)``, telling on the way what is asked of whom.
    ///
    /// ```swift
    /// for try await event in asked.agree(choice: asked.view().least).presenting() {
    ///     if case .done(let answered) = event { show(answered) }
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Offline(problem:)``, after which it can be called again, and sends the same;
    ///   ``TamarackError/Denied(problem:)`` when the device or the verifier says no.
    public func presenting(client: HttpClient = GuardedClient()) -> ProgressEvents<Answered> {
        telling(client) { try self.present(client: $0) }
    }
}

private func telling<T: Sendable>(
    _ client: HttpClient, _ work: @escaping @Sendable (HttpClient) throws -> T
) -> ProgressEvents<T> {
    AsyncThrowingStream { stream in
        let telling = TellingClient<T>(client, stream)
        stream.onTermination = { _ in telling.stop() }
        DispatchQueue.global(qos: .userInitiated).async {
            do {
                stream.yield(.done(try work(telling)))
                stream.finish()
            } catch {
                stream.finish(throwing: error)
            }
        }
    }
}

private final class TellingClient<T: Sendable>: HttpClient, @unchecked Sendable {
    private let client: HttpClient
    private let stream: ProgressEvents<T>.Continuation
    private let lock = NSLock()
    private var stopped = false

    init(_ client: HttpClient, _ stream: ProgressEvents<T>.Continuation) {
        (self.client, self.stream) = (client, stream)
    }

    /// Nobody waits for it any more: the next request is the first that is not sent.
    func stop() {
        lock.lock()
        defer { lock.unlock() }
        stopped = true
    }

    private var isStopped: Bool {
        lock.lock()
        defer { lock.unlock() }
        return stopped
    }

    func send(request: HttpRequest) throws -> HttpResponse {
        guard !isStopped else { throw PlatformError.Offline(reason: "nobody waits for it") }
        stream.yield(.asking(url: request.url))
        do {
            let response = try client.send(request: request)
            stream.yield(.answered(url: request.url, status: response.status))
            return response
        } catch {
            stream.yield(.answered(url: request.url, status: nil))
            throw error
        }
    }
}
