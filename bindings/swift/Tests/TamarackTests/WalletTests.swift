#if os(Linux) || os(macOS)
import Foundation
import XCTest

@testable import Tamarack

final class WalletTests: XCTestCase {
    private static var services: Services!
    private static var home: URL!
    private var folder: URL!

    override class func setUp() {
        home = FileManager.default.temporaryDirectory.appendingPathComponent("tamarack-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            services = try Services(folder: home)
        } catch {
            fatalError("the services do not start: \(error)")
        }
    }

    override class func tearDown() {
        services.stop()
        try? FileManager.default.removeItem(at: home)
    }

    override func setUpWithError() throws {
        folder = try Shared.folder(self)
    }

    private var services: Services { Self.services }

    private func options(
        _ name: String, _ passphrase: String? = Services.passphrase, device: KeyStore? = nil, clock: Clock? = nil
    ) -> WalletOptions {
        WalletOptions(
            folder: folder.appendingPathComponent(name).path, passphrase: passphrase, device: device, trust: TrustOptions(trustList: services.trust),
            clock: clock, language: .french)
    }

    func testAWalletIsLockedAndOpened() async throws {
        let wallet = try await openWallet(options("w"))
        try wallet.lock()
        XCTAssert(problem { _ = try wallet.credentials() } == ("Locked", "store.locked"))
        XCTAssert(problem { try wallet.unlock(passphrase: "spruce") } == ("Locked", "store.wrong_key"))
        try wallet.unlock(passphrase: Services.passphrase)
        try wallet.check()
        XCTAssert(problem { _ = try Wallet.open(options: options("w", "spruce")) } == ("Locked", "store.wrong_key"))
        XCTAssertTrue(try wallet.credentials().isEmpty)
    }

    /// A device that guards the database's key.
    private final class Guarding: KeyStore, @unchecked Sendable {
        var thrown: Error?
        weak var wallet: Wallet?

        func create(alias: String, challenge: Data?) throws -> Data { throw PlatformError.Failed(reason: "no keys here") }

        func sign(alias: String, message: Data) throws -> Data { throw PlatformError.Gone(reason: "no keys here") }

        func delete(alias: String) throws {}

        func attest(alias: String, challenge: Data) throws -> Data? { nil }

        func wrapKey(key: Data) throws -> Data { Data(key.map { $0 ^ 0x5a }) }

        func unwrapKey(wrapped: Data) throws -> Data {
            if let thrown { throw thrown }
            _ = try wallet?.isLocked()
            return try wrapKey(key: wrapped)
        }
    }

    func testADeviceGuardsItAndMayRefuseThrowOrCallBack() throws {
        let device = Guarding()
        let wallet = try Wallet.create(options: options("w", nil, device: device))
        try wallet.lock()
        device.thrown = PlatformError.Denied(reason: "no")
        XCTAssertEqual(problem { try wallet.unlock() }.kind, "Denied")
        device.thrown = CancellationError()
        XCTAssertEqual(problem { try wallet.unlock() }.kind, "Internal")
        XCTAssertTrue(try wallet.isLocked())
        device.thrown = nil
        // A device that calls the wallet from within would wait for itself for ever.
        device.wallet = wallet
        XCTAssertEqual(problem { try wallet.unlock() }.kind, "Internal")
        device.wallet = nil
        try wallet.unlock()
        XCTAssertTrue(try wallet.credentials().isEmpty)
    }

    private final class Broken: Clock {
        func now() throws -> Date { throw CancellationError() }
    }

    func testTheNetworkAndTheClockMayFail() throws {
        let link = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2F1"
        let wallet = try Wallet.create(options: options("w"))
        // A client that is broken is told from a network that is not there.
        let kinds: [(Error, String)] = [(PlatformError.Offline(reason: "airplane"), "Offline"), (CancellationError(), "Internal")]
        for (thrown, kind) in kinds {
            let client = Answering { _ in throw thrown }
            XCTAssertEqual(problem { _ = try wallet.openOffer(link: link, client: client) }.kind, kind)
            XCTAssertEqual(problem { _ = try wallet.openOffer(link: "https://", client: client) }.kind, "Input")
            XCTAssertEqual(problem { _ = try wallet.openRequest(link: "\0", client: client) }.kind, "Input")
        }
        let late = try Wallet.create(options: options("late", clock: Broken()))
        XCTAssert(problem { _ = try late.credentials() } == ("Internal", "platform.failed"))
    }

    /// Receipts, search and deletion of history, own keys, guards, a showing at a counter, a backup, a transfer.
    func testWhatElseAPersonDoesWithAWallet() async throws {
        let client = GuardedClient(thisMachine: true)
        let wallet = try await openWallet(options("w"))
        let (link, code) = try services.offer(type: "ontario-person", claims: "person.json", code: true)
        _ = try await wallet.offer(link, client: client).accepted(Acceptance(txCode: code, copies: 1), client: client)
        let (request, ask) = try services.begin("counter")
        let asked = try await wallet.request(ask, client: client).ask()
        let yes = try asked.agree(choice: asked.choose(numbers: [1]), receipt: ReceiptOptions(standsSeconds: 86_400))
        let given = try await yes.presented(client: client).receipt
        let receipt = try XCTUnwrap(given)
        XCTAssertEqual(try services.outcome(request), "accept")
        XCTAssertEqual(try verifyReceipt(text: wallet.receipt(id: receipt.id).text).id, receipt.id)
        let (_, again) = try services.begin("counter")
        let once = try await wallet.request(again, client: client)
        XCTAssertNotNil(try once.ask().view().agreedBefore)
        _ = try once.ask().agreeAgain()
        try once.ignore(reason: .notWanted)
        _ = try wallet.withdrawReceipt(id: receipt.id)
        XCTAssertNil(try once.ask().view().agreedBefore)
        try wallet.deleteReceipt(id: receipt.id)
        XCTAssertTrue(try wallet.receipts().isEmpty)

        let shown = try XCTUnwrap(wallet.history(search: HistorySearch(event: .shown), limit: 10).first)
        XCTAssertTrue(try wallet.history(search: HistorySearch(text: "no such word"), limit: 10).isEmpty)
        XCTAssertTrue(try wallet.historyPage().contains("<html"))
        _ = try wallet.deleteHistory(ids: [shown.id])
        XCTAssertTrue(try wallet.history(search: HistorySearch(event: .shown), limit: 10).isEmpty)

        let own = try wallet.createKey(new: .p256)
        let signature = try own.sign(message: Data([1]))
        XCTAssertTrue(try verifySignature(publicKey: own.publicKey().multikey, message: Data([1]), signature: signature))
        for info in try wallet.keys() where info.id != own.id() {
            XCTAssert(problem { _ = try wallet.key(id: info.id).sign(message: Data([1])) } == ("Input", "consent.needed"))
        }

        let card = try XCTUnwrap(wallet.credentials().first)
        let holder = try Verifier(policy: PolicyOptions(trustList: services.trust, asHolder: true))
        let showing = try await wallet.show(credential: card.id, pointers: []).agreed()
        let morning = Evidence()
        let online = try await holder.judgeOnline(showing, evidence: morning, client: client)
        XCTAssertEqual(online.outcome, .accept)
        XCTAssertEqual(try holder.verifyOffline(shown: Data(showing.utf8), evidence: morning).outcome, .accept)
        let many = try await holder.judgeMany([showing, "none"], evidence: morning)
        XCTAssertEqual(many.map { $0.verdict?.outcome }, [.accept, nil])

        try await wallet.guardChanged(present: Services.passphrase, new: "spruce and fir")
        try await wallet.rekeyed("spruce and fir")
        try wallet.lock()
        try await wallet.unlocked("spruce and fir")
        let phrase = try newRecoveryPhrase(language: .french)
        let made = try await wallet.backedUp(phrase)
        let other = try await openWallet(options("other"))
        let restored = try await other.restored(made.bytes, phrase: phrase)
        XCTAssertEqual(restored.credentials, made.credentials)
        let third = try await openWallet(options("third"))
        let parcel = try other.sendTransfer(code: third.inviteTransfer())
        XCTAssertEqual(try third.receiveTransfer(parcel: parcel.bytes).credentials, 1)
        try other.retire()
        XCTAssertTrue(try other.credentials().isEmpty)
    }

    func testFromAnOfferToAnAnswer() async throws {
        let client = GuardedClient(thisMachine: true)
        let wallet = try await openWallet(options("w"))
        let (link, code) = try services.offer(type: "ontario-person", claims: "person.json", code: true)
        let offer = try await wallet.offer(link, client: client)
        let preview = try offer.preview()
        XCTAssertEqual(preview.standing, .listed)
        XCTAssertEqual(preview.credentials.map(\.name), ["Carte-photo de l’Ontario"])
        let refused = try await failure(of: offer.accepting(Acceptance(txCode: "abc"), client: client))
        XCTAssertEqual(refused, "Input")
        let received = try await all(offer.accepting(Acceptance(txCode: code, copies: 1), client: client))
        guard case .done(let ids, let bad) = received.result else { return XCTFail("\(received)") }
        XCTAssertTrue(received.asked > 1)
        XCTAssertTrue(bad.isEmpty)
        XCTAssertEqual(try wallet.credentials().map(\.id), ids)
        let (request, ask) = try services.begin("counter")
        let asked = try await wallet.request(ask, client: client).ask()
        let question = try XCTUnwrap(asked.view().questions.first)
        let other = Choice(picks: [Pick(question: question.id, credential: "another")])
        XCTAssert(problem { _ = try asked.agree(choice: other) } == ("Input", "consent.outside"))
        let consent = try asked.agree(choice: asked.view().least)
        let shown = try await all(consent.presenting(client: client))
        XCTAssertTrue(shown.asked > 0)
        XCTAssert(problem { _ = try consent.present(client: client) } == ("Input", "consent.used"))
        XCTAssertEqual(try services.outcome(request), "accept")
        let changed = try await all(wallet.refreshing(client: client))
        XCTAssertEqual(changed.result?.changed.isEmpty, true)
        XCTAssertEqual(changed.result?.lookedUp, 1)
        let events = try wallet.history(search: HistorySearch(), limit: 10).map(\.event)
        XCTAssertTrue(Set(events).isSuperset(of: ["received", "shown"]))
        XCTAssertFalse(try wallet.exportHistory().contains("Bélanger"))
    }

    func testARefusalIsTold() async throws {
        let client = GuardedClient(thisMachine: true)
        let wallet = try await openWallet(options("w"))
        let (request, ask) = try services.begin("counter")
        let asked = try await wallet.request(ask, client: client)
        XCTAssertFalse(try asked.ask().view().canAnswer)
        _ = try await asked.declined(.nothingFits, client: client)
        XCTAssertNotEqual(try services.outcome(request), "accept")
        XCTAssertEqual(try wallet.history(search: HistorySearch(), limit: 10).map(\.event), ["declined"])
    }

    /// Whoever leaves the loop ends the work before its next request; it can be resumed.
    func testAReceivingThatNobodyWaitsForIsResumed() async throws {
        let client = GuardedClient(thisMachine: true)
        let wallet = try await openWallet(options("w"))
        let (link, code) = try services.offer(type: "ontario-person", claims: "person.json", code: true)
        let offer = try await wallet.offer(link, client: client)
        let slow = Answering { request in
            let answer = try client.send(request: request)
            Thread.sleep(forTimeInterval: 0.3)
            return answer
        }
        for try await event in offer.accepting(Acceptance(txCode: code, copies: 1), client: slow) {
            if case .asking = event { break }
        }
        try await Task.sleep(nanoseconds: 1_500_000_000)
        XCTAssertTrue(try wallet.credentials().isEmpty)
        let pending = try XCTUnwrap(wallet.pending().first)
        let resumed = try await all(wallet.resuming(pending.id, client: client))
        guard case .done(let ids, _) = resumed.result else { return XCTFail("\(resumed)") }
        XCTAssertEqual(try wallet.credentials().map(\.id), ids)
    }

    func testABackupIsRestored() async throws {
        let client = GuardedClient(thisMachine: true)
        let wallet = try await openWallet(options("w"))
        let (link, code) = try services.offer(type: "ontario-age", claims: "age.json", code: true)
        _ = try await wallet.offer(link, client: client).accepted(Acceptance(txCode: code, copies: 1), client: client)
        let phrase = try newRecoveryPhrase(language: .french)
        let made = try wallet.backup(phrase: phrase)
        let other = try await openWallet(options("other"))
        let wrong = try newRecoveryPhrase(language: .french)
        XCTAssertEqual(problem { _ = try other.restore(backup: made.bytes, phrase: wrong) }.kind, "Input")
        XCTAssertTrue(try other.credentials().isEmpty)
        XCTAssertEqual(try other.restore(backup: made.bytes, phrase: phrase).credentials, made.credentials)
        XCTAssertEqual(try other.credentials().map(\.id), try wallet.credentials().map(\.id))
        // What came back can be shown.
        let (request, ask) = try services.begin("age-19")
        let asked = try await other.request(ask, client: client).ask()
        _ = try await asked.agree(choice: asked.view().least).presented(client: client)
        XCTAssertEqual(try services.outcome(request), "accept")
    }

    private func all<T>(_ events: ProgressEvents<T>) async throws -> (asked: Int, result: T?) {
        var (asked, result) = (0, T?.none)
        for try await event in events {
            switch event {
            case .asking: asked += 1
            case .answered(_, let status): XCTAssertNotNil(status)
            case .done(let done): result = done
            }
        }
        return (asked, result)
    }

    private func failure<T>(of events: ProgressEvents<T>) async throws -> String? {
        do {
            _ = try await all(events)
            return nil
        } catch let error as TamarackError {
            return kind(of: error)
        }
    }
}
#endif
