import Foundation

extension Wallet {
    /// ``unlock(passphrase:)`` off the caller's thread: a passphrase takes about half a second, a device may ask for a finger.
    ///
    /// ```swift
    /// if try wallet.isLocked() { try await wallet.unlocked(passphrase) }
    /// ```
    ///
    /// - Throws: ``TamarackError/Locked(problem:)`` for another passphrase or device than the wallet's, which harms nothing.
    public func unlocked(_ passphrase: String? = nil) async throws {
        try await offThread { try self.unlock(passphrase: passphrase) }
    }

    /// ``changeGuard(present:new:)`` off the caller's thread; none for the device.
    ///
    /// ```swift
    /// try await wallet.guardChanged(present: "cones in winter", new: "spruce and fir")
    /// ```
    ///
    /// - Throws: ``TamarackError/Locked(problem:)`` for a wrong present one, which stays good.
    public func guardChanged(present: String?, new: String?) async throws {
        try await offThread { try self.changeGuard(present: present, new: new) }
    }

    /// ``rekey(passphrase:)`` off the caller's thread: it takes the time of writing the whole database.
    ///
    /// ```swift
    /// try await wallet.rekeyed(passphrase)
    /// ```
    ///
    /// - Throws: ``TamarackError/Storage(problem:)`` for a disk that is full; the present key stays.
    public func rekeyed(_ passphrase: String? = nil) async throws {
        try await offThread { try self.rekey(passphrase: passphrase) }
    }

    /// ``importCredentials(credentials:verifier:evidence:)`` off the caller's thread: each is verified first.
    ///
    /// ```swift
    /// let holder = try Verifier(policy: PolicyOptions(trustList: trust, asHolder: true))
    /// let ids = try await wallet.imported([ImportedCredential(text: text)], verifier: holder)
    /// ```
    ///
    /// - Returns: their ids, in the same order.
    /// - Throws: ``TamarackError/Denied(problem:)`` for one that does not hold; none is kept then.
    public func imported(
        _ credentials: [ImportedCredential], verifier: Verifier, evidence: Evidence? = nil
    ) async throws -> [String] {
        try await offThread { try self.importCredentials(credentials: credentials, verifier: verifier, evidence: evidence) }
    }

    /// ``backup(phrase:)`` off the caller's thread.
    ///
    /// ```swift
    /// let phrase = try newRecoveryPhrase(language: .french)
    /// try await wallet.backedUp(phrase).bytes.write(to: file)
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a phrase that is none.
    public func backedUp(_ phrase: String) async throws -> BackupMade {
        try await offThread { try self.backup(phrase: phrase) }
    }

    /// ``restore(backup:phrase:)`` off the caller's thread: all or nothing.
    ///
    /// ```swift
    /// let report = try await wallet.restored(Data(contentsOf: file), phrase: phrase)
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for another phrase than the backup's, or a file that is damaged.
    public func restored(_ backup: Data, phrase: String) async throws -> RestoreReport {
        try await offThread { try self.restore(backup: backup, phrase: phrase) }
    }
}

extension Showing {
    /// ``agree()`` off the caller's thread: the person's yes to a showing of their own.
    ///
    /// ```swift
    /// let codes = try await writeQr(shown: showing.agreed())
    /// ```
    ///
    /// - Returns: the text to hand over.
    /// - Throws: ``TamarackError/Denied(problem:)`` if the device says no.
    public func agreed() async throws -> String {
        try await offThread { try self.agree() }
    }
}

extension Verifier {
    /// ``verifyMany(inputs:evidence:now:threads:)`` off the caller's thread.
    ///
    /// ```swift
    /// let accepted = try await verifier.judgeMany(texts).filter { $0.verdict?.outcome == .accept }.count
    /// ```
    ///
    /// - Returns: what came of each, in the same order.
    public func judgeMany(
        _ texts: [String], evidence: Evidence? = nil, now: Date? = nil, threads: UInt32 = 2
    ) async throws -> [Judged] {
        try await offThread { self.verifyMany(inputs: texts, evidence: evidence, now: now, threads: threads) }
    }
}
