import XCTest

@testable import Tamarack

final class TamarackTests: XCTestCase {
    private let now = Shared.now

    private func example(_ path: String) throws -> String { try Shared.example(path) }

    private func person() throws -> CredentialType { try Shared.person() }

    private func trustList(_ did: String) -> String { Shared.trustList(did) }

    private func verifier(_ key: Key, challenge: String? = nil, domain: String? = nil) throws -> Verifier {
        try Verifier(
            policy: PolicyOptions(trustList: trustList(key.didKey()), challenge: challenge, domain: domain))
    }

    func testIssueAndVerify() async throws {
        let key = try Key.generate(keyType: .ed25519)
        let made = try await person().issued(
            claims: example("claims/person.json"), key: key, options: IssueOptions(now: now))
        let verifier = try verifier(key)
        let verdict = try await verifier.judge(made.credential, now: now)
        XCTAssertEqual(verdict.outcome, .accept)
        let changed = made.credential.replacingOccurrences(of: "Bélanger", with: "Gagnon")
        let rejected = try await verifier.judge(changed, now: now)
        XCTAssertEqual(rejected.outcome, .reject)
        let found = try XCTUnwrap(rejected.checks.first { $0.code == "proof.signature_invalid" })
        XCTAssertNotEqual(found.message.en, found.message.fr)
    }

    func testShowAPart() async throws {
        let key = try Key.generate(keyType: .bls12381G2)
        let made = try await person().issued(
            claims: example("claims/person.json"), key: key, options: IssueOptions(now: now, suite: "bbs-2023"))
        let held = try HeldCredential.parse(credential: made.credential)
        let shown = try await held.presented(
            ["/credentialSubject/givenName"], options: ShowOptions(audience: "shop.example", nonce: "n"))
        XCTAssertFalse(shown.contains("2002-04-21"))
        let verdict = try await verifier(key, challenge: "n", domain: "shop.example").judge(shown, now: now)
        XCTAssertEqual(verdict.outcome, .accept)
    }

    func testErrorsAreTyped() throws {
        let key = try Key.generate(keyType: .p256)
        XCTAssertThrowsError(try person().issue(claims: "{}", key: key, options: IssueOptions())) { error in
            guard case TamarackError.Input(let problem) = error else { return XCTFail("\(error)") }
            XCTAssertEqual(problem.code, "issue.claim")
        }
    }

    /// A credential of an issuer with a did:web, and the DID's document.
    private func ofWeb() throws -> (verifier: Verifier, text: String, document: Data) {
        let did = "did:web:issuer.example"
        let key = try Key.generate(keyType: .ed25519)
        let options = IssueOptions(verificationMethod: "\(did)#k", now: now)
        let made = try person().issue(claims: example("claims/person.json"), key: key, options: options)
        let document = #"{"id":"\#(did)","assertionMethod":[{"id":"\#(did)#k","type":"Multikey","controller":"\#(did)","#
            + #""publicKeyMultibase":"\#(try key.publicKey().multikey)"}]}"#
        return (try Verifier(policy: PolicyOptions(trustList: trustList(did))), made.credential, Data(document.utf8))
    }

    func testACallbackMayThrowAnything() async throws {
        let (verifier, text, _) = try ofWeb()
        do {
            _ = try await verifier.judgeOnline(text, client: Answering { _ in throw CancellationError() })
            XCTFail("a client that is broken is told from a network that is not there")
        } catch TamarackError.Internal(let problem) {
            XCTAssertEqual(problem.code, "platform.failed")
        }
    }

    func testTheAppsClientFetchesAndASequenceTellsOfIt() async throws {
        let (verifier, text, document) = try ofWeb()
        let url = "https://issuer.example/.well-known/did.json"
        let client = Answering { HttpResponse(status: $0.url == url ? 200 : 404, headers: [], body: document) }
        let alone = try await verifier.judge(text, now: now)
        XCTAssertEqual(alone.outcome, .undetermined)
        var told: [String] = []
        for try await event in verifier.judging(text, client: client, clock: FixedClock()) {
            switch event {
            case .asking(let url): told.append("asking \(url)")
            case .answered(let url, let status): told.append("\(status.map(String.init) ?? "none") \(url)")
            case .done(let verdict): told.append("\(verdict.outcome)")
            }
        }
        XCTAssertEqual(told, ["asking \(url)", "200 \(url)", "accept"])
    }

    func testADeviceSignsAndMayRefuse() throws {
        let device = SoftwareDevice()
        let key = try Key.createInDevice(device: device, alias: "holder-1")
        XCTAssertEqual(try key.sign(message: Data([1])).count, 64)
        let options = IssueOptions(now: now, suite: "ecdsa-rdfc-2019")
        let made = try person().issue(claims: example("claims/person.json"), key: key, options: options)
        XCTAssertEqual(try verifier(key).verify(input: made.credential, evidence: nil, now: now).outcome, .accept)
        device.fails = PlatformError.Denied(reason: "cancelled")
        XCTAssert(problem { _ = try key.sign(message: Data()) } == ("Denied", "platform.denied"))
        device.fails = CancellationError()
        XCTAssert(problem { _ = try key.sign(message: Data()) } == ("Internal", "platform.failed"))
    }

    func testPrivateAddressesAreRefused() {
        for url in ["http://a.example/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://127.1/"] {
            let request = HttpRequest(
                method: "GET", url: url, headers: [], body: nil, maxBytes: 10, timeoutSeconds: 1, mayLeaveHost: false)
            XCTAssertThrowsError(try GuardedClient().send(request: request), url)
        }
    }
}

/// Keys of a device, in software; each signature calls back into the library from within a call out of it.
private final class SoftwareDevice: KeyStore, @unchecked Sendable {
    private let inside = try! Key.generate(keyType: .p256)
    var fails: Error?

    func create(alias: String, challenge: Data?) throws -> Data {
        let jwk = try Json.parse(inside.publicKey().jwk)
        let point = try ["x", "y"].map { name -> Data in
            let url = try XCTUnwrap(jwk[name]?.text)
            return try XCTUnwrap(Data(base64Encoded: url.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/") + "="))
        }
        return Data([4]) + point[0] + point[1]
    }

    func sign(alias: String, message: Data) throws -> Data {
        if let fails { throw fails }
        return try inside.sign(message: message)
    }

    func delete(alias: String) throws {}

    func attest(alias: String, challenge: Data) throws -> Data? { nil }

    func wrapKey(key: Data) throws -> Data { key }

    func unwrapKey(wrapped: Data) throws -> Data { wrapped }
}
