import Foundation

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
    /// ```swift
    /// let verdict = try await verifier.judgeOnline(text)
    /// ```
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
}

extension CredentialType {
    /// ``issue(claims:key:options:)`` off the caller's thread.
    ///
    /// ```swift
    /// let made = try await type.issued(claims: claims, key: key)
    /// deliver(made.credential)
    /// ```
    ///
    /// - Parameter claims: the claims as JSON text, by the names that the type file gives them.
    /// - Throws: ``TamarackError/Input(problem:)`` for claims that the type or its schema refuses: `issue.claim`, with a pointer;
    ///   ``TamarackError/Denied(problem:)`` when a key in the device may not sign.
    public func issued(claims: String, key: Key, options: IssueOptions = IssueOptions()) async throws -> Issued {
        try await offThread { try self.issue(claims: claims, key: key, options: options) }
    }
}

extension HeldCredential {
    /// ``present(pointers:options:)`` off the caller's thread: a key in the Secure Enclave may ask for a face or finger. Call it with
    /// the person's consent.
    ///
    /// ```swift
    /// let shown = try await held.presented(["/credentialSubject/givenName"], options: ShowOptions(audience: domain, nonce: challenge))
    /// ```
    ///
    /// - Parameter pointers: what is shown, as JSON pointers (RFC 6901) into the credential; what must be shown comes along.
    /// - Throws: ``TamarackError/Input(problem:)`` for a pointer that the credential does not have, or a credential that cannot be
    ///   shown in part.
    public func presented(_ pointers: [String], options: ShowOptions = ShowOptions()) async throws -> String {
        try await offThread { try self.present(pointers: pointers, options: options) }
    }
}

/// The library's calls wait; they must not wait on a thread of Swift's own pool, which has as many as the machine has cores.
func offThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result(catching: work)) }
    }
}
