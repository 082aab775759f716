import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension Verifier {
    /// ``verify(input:evidence:now:)`` off the caller's thread.
    ///
    /// ```swift
    /// let verdict = try await verifier.judge(text)
    /// if verdict.outcome == .accept { open(verdict.credentials) }
    /// ```
    ///
    /// - Parameter now: the time to judge at; none for this machine's.
    /// - Throws: ``TamarackError/Input(problem:)`` for what is no credential at all.
    public func judge(_ text: String, evidence: Evidence? = nil, now: Date? = nil) async throws -> Verdict {
        try await offThread { try self.verify(input: text, evidence: evidence, now: now) }
    }

    /// Judges, fetches what is needed with `URLSession`, and judges again, at most six times.
    ///
    /// - Parameter client: who fetches; ``GuardedClient`` for strangers' URLs.
    /// - Throws: ``TamarackError`` as ``judge(_:evidence:now:)``. A service that does not answer is no error: its check is
    ///   undetermined.
    public func judgeOnline(
        _ text: String,
        evidence: Evidence = Evidence(),
        client: HttpClient = GuardedClient(),
        clock: Clock? = nil
    ) async throws -> Verdict {
        try await offThread { try self.verifyOnline(input: text, evidence: evidence, client: client, clock: clock) }
    }

    /// How far a verification has come.
    public enum Progress: Sendable {
        /// Something is being fetched from this URL.
        case asking(url: String)
        /// It came with this status, or did not come.
        case answered(url: String, status: UInt16?)
        /// The verdict: the last there is.
        case judged(Verdict)
    }

    /// ``judgeOnline(_:evidence:client:clock:)``, telling on the way what is asked of whom.
    public func judging(
        _ text: String,
        evidence: Evidence = Evidence(),
        client: HttpClient = GuardedClient(),
        clock: Clock? = nil
    ) -> AsyncThrowingStream<Progress, Error> {
        AsyncThrowingStream { stream in
            let telling = TellingClient(client) { stream.yield($0) }
            let task = Task {
                do {
                    let verdict = try await self.judgeOnline(text, evidence: evidence, client: telling, clock: clock)
                    stream.yield(.judged(verdict))
                    stream.finish()
                } catch {
                    stream.finish(throwing: error)
                }
            }
            stream.onTermination = { _ in task.cancel() }
        }
    }
}

extension CredentialType {
    /// ``issue(claims:key:options:)`` off the caller's thread.
    public func issued(claims: String, key: Key, options: IssueOptions = IssueOptions()) async throws -> Issued {
        try await offThread { try self.issue(claims: claims, key: key, options: options) }
    }
}

extension HeldCredential {
    /// ``present(pointers:options:)`` off the caller's thread: a key in the Secure Enclave may ask for a face or finger. Call it with
    /// the person's consent.
    public func presented(_ pointers: [String], options: ShowOptions = ShowOptions()) async throws -> String {
        try await offThread { try self.present(pointers: pointers, options: options) }
    }
}

private final class TellingClient: HttpClient, @unchecked Sendable {
    private let client: HttpClient
    private let tell: @Sendable (Verifier.Progress) -> Void

    init(_ client: HttpClient, tell: @escaping @Sendable (Verifier.Progress) -> Void) {
        (self.client, self.tell) = (client, tell)
    }

    func send(request: HttpRequest) throws -> HttpResponse {
        tell(.asking(url: request.url))
        do {
            let response = try client.send(request: request)
            tell(.answered(url: request.url, status: response.status))
            return response
        } catch {
            tell(.answered(url: request.url, status: nil))
            throw error
        }
    }
}

/// The library's calls wait; they must not wait on a thread of Swift's own pool, which has as many as the machine has cores.
func offThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result(catching: work)) }
    }
}
