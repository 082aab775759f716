extension TamarackError {
    /// What was found, whichever kind it is: a stable code, a sentence and a hint in English and French.
    ///
    /// ```swift
    /// do { _ = try await offer.accepted() } catch let error as TamarackError { show(error.problem.message.en) }
    /// ```
    public var problem: Problem {
        switch self {
        case .Input(let problem), .Denied(let problem), .Offline(let problem), .Locked(let problem), .Storage(let problem),
            .Internal(let problem):
            return problem
        }
    }
}
