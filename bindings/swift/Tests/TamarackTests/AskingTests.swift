import Foundation
import XCTest

@testable import Tamarack

/// An app asks a wallet itself, without a service in between.
final class AskingTests: XCTestCase {
    private final class Nobody: HttpClient {
        func send(request: HttpRequest) throws -> HttpResponse { throw PlatformError.Offline(reason: "no network here") }
    }

    private let url = "https://shop.example/answers"
    private let type = "https://credentials.example/card"
    private var dcql: String {
        #"{"credentials":[{"id":"age","format":"dc+sd-jwt","meta":{"vct_values":["\#(type)"]},"claims":[{"path":["over19"]}]}]}"#
    }

    /// A wallet with a card that is bound to a key of its own, and who issued it.
    private func holder() async throws -> (Wallet, String) {
        let folder = try Shared.folder(self).appendingPathComponent("w").path
        let wallet = try await openWallet(WalletOptions(folder: folder, passphrase: "tamarack and spruce"))
        let issuer = try Key.generate(keyType: .p256)
        let own = try wallet.createKey(new: .p256)
        let card =
            #"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"\#(issuer.didKey())","#
            + #""credentialSubject":{"id":"\#(own.publicKey().didJwk)","over19":true}}"#
        let signed = try sign(document: card, suite: "dc+sd-jwt", key: issuer, options: SignOptions(vct: type))
        let office = try Verifier(policy: PolicyOptions(trustList: Shared.trustList(issuer.didKey()), asHolder: true))
        _ = try await wallet.imported([ImportedCredential(text: signed, key: own.id())], verifier: office)
        return (wallet, issuer.didKey())
    }

    func testAnAnswerIsJudgedOnceAndGivesOutWhatWasAskedFor() async throws {
        let (wallet, issuer) = try await holder()
        let request = try WalletRequest(options: AskOptions(clientId: "redirect_uri:\(url)", answerTo: url, query: dcql))
        let asked = try await wallet.request(request.unsignedUrl(endpoint: "openid4vp://"), client: Nobody()).ask()
        let step = try asked.agree(choice: asked.view().least).begin().step(reply: nil)
        guard case .send(let sent) = step, let body = sent.body else { return XCTFail("\(step)") }
        XCTAssertEqual(sent.url, url)
        let form = String(decoding: body, as: UTF8.self)

        let strict = try Verifier(policy: PolicyOptions(trustList: Shared.trustList("did:web:somebody.example")))
        let refused = try await request.judged(form, verifier: strict)
        XCTAssertEqual(refused.outcome, .reject)
        XCTAssertTrue(refused.presentations.allSatisfy { $0.claims.isEmpty && $0.issuer == nil })

        let verifier = try Verifier(policy: PolicyOptions(trustList: Shared.trustList(issuer)))
        let kept = try WalletRequest.fromKept(kept: request.expose())
        let answer = try await kept.judgedOnline(form, verifier: verifier, client: Nobody())
        XCTAssertEqual(answer.outcome, .accept)
        let shown = try XCTUnwrap(answer.presentations.first)
        XCTAssertEqual(shown.claims.map(\.path), [#"["over19"]"#])
        XCTAssertEqual(shown.claims.flatMap(\.values).map(\.value), ["true"])
        XCTAssertEqual(shown.issuer, issuer)
        XCTAssert(problem { _ = try kept.answer(form: form, verifier: verifier) } == ("Denied", "request.answered"))
        XCTAssertTrue(answerReceipt(redirectUri: "https://shop.example/\(request.responseCode())").contains(request.responseCode()))
    }

    func testWhatDoesNotGoTogetherIsNotAsked() throws {
        let elsewhere = AskOptions(clientId: "redirect_uri:https://elsewhere.example/", answerTo: url, query: dcql)
        XCTAssert(problem { _ = try WalletRequest(options: elsewhere) } == ("Input", "invalid_request"))
    }
}
