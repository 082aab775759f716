import Foundation

/// Opens the wallet of a folder, or makes a new one where there is none, off the caller's thread: a passphrase takes about half a
/// second.
///
/// ```swift
/// let wallet = try await openWallet(WalletOptions(folder: folder.path, device: SecureEnclaveKeys()))
/// ```
///
/// - Throws: ``TamarackError/Locked(problem:)`` for another passphrase or device than the wallet's, which harms nothing;
///   ``TamarackError/Storage(problem:)`` for files that cannot be read or written.
public func openWallet(_ options: WalletOptions) async throws -> Wallet {
    try await offThread {
        try walletExists(folder: options.folder) ? Wallet.open(options: options) : Wallet.create(options: options)
    }
}

extension Wallet {
    /// ``openOffer(link:client:)`` off the caller's thread: asks the issuer what it offers, and tells it nothing of the person.
    ///
    /// ```swift
    /// let offer = try await wallet.offer(scanned)
    /// show(try offer.preview().spoken)
    /// ```
    ///
    /// - Throws: ``TamarackError/Offline(problem:)``; ``TamarackError/Input(problem:)`` for an offer that cannot be followed.
    public func offer(_ link: String, client: HttpClient = GuardedClient()) async throws -> Offer {
        try await offThread { try self.openOffer(link: link, client: client) }
    }

    /// ``resume(id:client:returned:)`` off the caller's thread.
    ///
    /// ```swift
    /// for one in try wallet.pending() { _ = try await wallet.resumed(one.id) }
    /// ```
    ///
    /// - Parameter returned: the URL that the browser came back with.
    /// - Throws: ``TamarackError/Offline(problem:)``, after which it can be resumed again; any other ends it.
    public func resumed(_ id: String, returned: String? = nil, client: HttpClient = GuardedClient()) async throws -> Receiving {
        try await offThread { try self.resume(id: id, client: client, returned: returned) }
    }

    /// ``openRequest(link:client:)`` off the caller's thread: reads what a verifier asks, and authenticates it as far as its identifier
    /// allows.
    ///
    /// ```swift
    /// let asked = try await wallet.request(scanned).ask()
    /// show(asked.view().spoken)
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a request that breaks a rule or is not by whom it says;
    ///   ``TamarackError/Offline(problem:)`` when the verifier is out of reach.
    public func request(_ link: String, client: HttpClient = GuardedClient()) async throws -> Request {
        try await offThread { try self.openRequest(link: link, client: client) }
    }

    /// ``renew(due:client:)`` off the caller's thread: fresh copies of a credential, or the next one in the place of one that ends.
    ///
    /// ```swift
    /// for due in try wallet.due() { _ = try await wallet.renewed(due) }
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a credential whose issuer gave no right to renew it;
    ///   ``TamarackError/Offline(problem:)`` when the issuer is out of reach; the old credential stays.
    public func renewed(_ due: Due, client: HttpClient = GuardedClient()) async throws -> Receiving {
        try await offThread { try self.renew(due: due, client: client) }
    }

    /// ``refresh(client:)`` off the caller's thread: the states of what the wallet holds, whole lists in random order.
    ///
    /// ```swift
    /// if try await !wallet.refreshed().changed.isEmpty { showAgain(try wallet.credentials()) }
    /// ```
    ///
    /// - Returns: what changed.
    /// - Throws: ``TamarackError/Locked(problem:)`` when the wallet is locked. A list that does not come is no error.
    public func refreshed(client: HttpClient = GuardedClient()) async throws -> RefreshReport {
        try await offThread { try self.refresh(client: client) }
    }
}

extension Offer {
    /// ``accept(acceptance:client:)`` off the caller's thread, once the person has said yes. What comes is verified before it is kept.
    ///
    /// ```swift
    /// switch try await offer.accepted(Acceptance(txCode: typed)) {
    /// case .done(let credentials, let refused): show(credentials, refused)
    /// case .browser(let id, let url): openBrowser(url)  // then wallet.resumed(id, returned: url)
    /// case .later(let id, let notBefore): schedule(id, notBefore)  // then wallet.resumed(id)
    /// }
    /// ```
    ///
    /// - Throws: ``TamarackError/Input(problem:)`` for a code that is missing or wrong; ``TamarackError/Offline(problem:)``, after which
    ///   ``Wallet/pending()`` has what to resume.
    public func accepted(_ acceptance: Acceptance = Acceptance(), client: HttpClient = GuardedClient()) async throws -> Receiving {
        try await offThread { try self.accept(acceptance: acceptance, client: client) }
    }
}

extension Request {
    /// ``decline(reason:client:)`` off the caller's thread. The verifier hears that access was denied, and not why.
    ///
    /// ```swift
    /// _ = try await request.declined(.notWanted)
    /// ```
    ///
    /// - Throws: ``TamarackError/Offline(problem:)`` when the verifier is out of reach.
    public func declined(_ reason: DeclineReason, client: HttpClient = GuardedClient()) async throws -> Answered {
        try await offThread { try self.decline(reason: reason, client: client) }
    }
}

extension Consent {
    /// ``present(client:)`` off the caller's thread: makes the answer that the person agreed to, and sends it. A key in the Secure
    /// Enclave may ask for a face or finger.
    ///
    /// ```swift
    /// _ = try await asked.agree(choice: asked.view().least).presented()
    /// ```
    ///
    /// - Throws: ``TamarackError/Offline(problem:)``, after which it can be called again and sends the same;
    ///   ``TamarackError/Denied(problem:)`` when the device or the verifier says no.
    public func presented(client: HttpClient = GuardedClient()) async throws -> Answered {
        try await offThread { try self.present(client: client) }
    }
}
