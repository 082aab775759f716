#if os(Linux) || os(macOS)
import Foundation
import XCTest

@testable import Tamarack

/// The tutorial `docs/embed.md`: each of its Swift blocks stands here, line by line, and runs.
final class EmbedTests: XCTestCase {
    func testTheTutorialRuns() async throws {
        let temporary = try Shared.folder(self)
        let services = try Services(folder: temporary)
        defer { services.stop() }
        let (offerLink, code) = try services.offer(type: "ontario-person", claims: "person.json", code: true)
        let (request, requestLink) = try services.begin("counter")
        let folder = temporary.appendingPathComponent("w").path
        try await embed(folder, services.trust, offerLink, code, requestLink)
        XCTAssertEqual(try services.outcome(request), "accept")
    }

    private func embed(_ folder: String, _ trust: String, _ offerLink: String, _ code: String?, _ requestLink: String) async throws {
        let passphrase = Services.passphrase
        let divisible = false
        let options = WalletOptions(folder: folder, passphrase: passphrase, trust: TrustOptions(trustList: trust), language: .english)
        let wallet = try await openWallet(options)
        let client = GuardedClient(thisMachine: true)
        let offer = try await wallet.offer(offerLink, client: client)
        print(try offer.preview().spoken)
        let came = try await offer.accepted(Acceptance(txCode: code), client: client)
        guard case .done(let credentials, let refused) = came, refused.isEmpty else { return print(came) }
        let asked = try await wallet.request(requestLink, client: client).ask()
        let view = asked.view()
        print(view.spoken)
        let consent = try asked.agree(choice: view.least)
        _ = try await consent.presented(client: client)
        for entry in try wallet.history(search: HistorySearch(), limit: 100) {
            print(entry.at, entry.label.en, entry.partyName.en ?? "")
        }
        _ = try await wallet.refreshed(client: client)
        let phrase = try newRecoveryPhrase(language: .english)
        let file = try wallet.backup(phrase: phrase).bytes
        let showing = try wallet.show(credential: credentials[0], pointers: divisible ? ["/credentialSubject/givenName"] : [])
        print(showing.view().linkability)
        let codes = try writeQr(shown: showing.agree())
        XCTAssertFalse(file.isEmpty || codes.isEmpty)
    }

    /// Each line of the page, without its comment and in English, is a line of this file, in the same order.
    func testThePagesSayWhatRuns() throws {
        let here = lines(try Shared.read("bindings/swift/Tests/TamarackTests/EmbedTests.swift"))
        for page in ["embed.md", "embed.fr.md"] {
            let blocks = try Shared.read("docs/\(page)").components(separatedBy: "```swift\n").dropFirst()
            XCTAssertEqual(blocks.count, 5, page)
            var rest = here[...]
            for line in blocks.flatMap({ lines($0.components(separatedBy: "```")[0]) }) {
                let wanted = line.components(separatedBy: "  // ")[0]
                    .replacingOccurrences(of: ".french", with: ".english").replacingOccurrences(of: ".fr", with: ".en")
                guard let at = rest.firstIndex(of: wanted) else { return XCTFail("\(page): \(wanted)") }
                rest = rest[(at + 1)...]
            }
        }
    }

    private func lines(_ text: String) -> [String] {
        text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
#endif
