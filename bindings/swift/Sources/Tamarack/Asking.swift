import Foundation

extension WalletRequest {
    /// ``answer(form:verifier:evidence:now:rules:)`` off the caller's thread.
    ///
    /// ```swift
    /// let answer = try await request.judged(form, verifier: verifier, evidence: evidence)
    /// if answer.outcome == .accept { open(answer.presentations[0].claims) }
    /// ```
    ///
    /// - Parameter form: what the wallet posted, as it came.
    /// - Parameter now: the time to judge at; none for this machine's.
    /// - Throws: ``TamarackError/Denied(problem:)`` if the wallet says no, or an answer was accepted before;
    ///   ``TamarackError/Input(problem:)`` for what is no answer to this request.
    public func judged(
        _ form: String,
        verifier: Verifier,
        evidence: Evidence? = nil,
        now: Date? = nil,
        rules: AnswerRules? = nil
    ) async throws -> AnswerVerdict {
        try await offThread { try self.answer(form: form, verifier: verifier, evidence: evidence, now: now, rules: rules) }
    }

    /// ``answerOnline(form:verifier:evidence:client:clock:rules:)`` off the caller's thread: what is needed is fetched, and the
    /// answer judged again.
    ///
    /// ```swift
    /// let answer = try await request.judgedOnline(form, verifier: verifier)
    /// ```
    ///
    /// - Parameter client: who fetches; ``GuardedClient`` for strangers' URLs.
    /// - Throws: ``TamarackError`` as ``judged(_:verifier:evidence:now:rules:)``. A service that does not answer is no error: its
    ///   check is undetermined.
    public func judgedOnline(
        _ form: String,
        verifier: Verifier,
        evidence: Evidence = Evidence(),
        client: HttpClient = GuardedClient(),
        clock: Clock? = nil,
        rules: AnswerRules? = nil
    ) async throws -> AnswerVerdict {
        try await offThread {
            try self.answerOnline(
                form: form, verifier: verifier, evidence: evidence, client: client, clock: clock, rules: rules)
        }
    }
}
