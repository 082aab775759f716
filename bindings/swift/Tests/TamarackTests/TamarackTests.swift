import XCTest

@testable import Tamarack

final class TamarackTests: XCTestCase {
    private let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private let now = ISO8601DateFormatter().date(from: "2026-11-22T12:00:00Z")!

    private func example(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("examples/\(path)"), encoding: .utf8)
    }

    private func person() throws -> CredentialType {
        try CredentialType.parse(file: example("types/person-2.0.json"), schema: example("types/person.schema.json"))
    }

    private func trustList(_ did: String) -> String {
        let name = #"{"en":"The province","fr":"La province"}"#
        return #"{"version":1,"name":\#(name),"issued":"2026-01-01T00:00:00Z","#
            + #""issuers":[{"did":"\#(did)","name":\#(name),"types":["*"]}]}"#
    }

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

    private struct Throwing: HttpClient {
        func send(request: HttpRequest) throws -> HttpResponse { throw CancellationError() }
    }

    func testACallbackMayThrowAnything() async throws {
        let did = "did:web:issuer.example"
        let key = try Key.generate(keyType: .ed25519)
        let options = IssueOptions(verificationMethod: "\(did)#k", now: now)
        let made = try person().issue(claims: example("claims/person.json"), key: key, options: options)
        let verifier = try Verifier(policy: PolicyOptions(trustList: trustList(did)))
        do {
            _ = try await verifier.judgeOnline(made.credential, client: Throwing())
            XCTFail("a client that is broken is told from a network that is not there")
        } catch TamarackError.Internal(let problem) {
            XCTAssertEqual(problem.code, "platform.failed")
        }
    }

    func testPrivateAddressesAreRefused() {
        for url in ["http://a.example/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/", "https://127.1/"] {
            let request = HttpRequest(
                method: "GET", url: url, headers: [], body: nil, maxBytes: 10, timeoutSeconds: 1, mayLeaveHost: false)
            XCTAssertThrowsError(try GuardedClient().send(request: request), url)
        }
    }
}
