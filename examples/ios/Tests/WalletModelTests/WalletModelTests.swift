#if os(Linux) || os(macOS)
import Foundation
import Tamarack
import XCTest

@testable import WalletModel

/// The sample's steps, with the real services.
@MainActor
final class WalletModelTests: XCTestCase {
    private final class Airplane: HttpClient, @unchecked Sendable {
        var down = true

        func send(request: HttpRequest) throws -> HttpResponse {
            if down { throw PlatformError.Offline(reason: "airplane") }
            return try GuardedClient(thisMachine: true).send(request: request)
        }
    }

    private func model(_ folder: URL, _ services: Services, client: HttpClient = GuardedClient(thisMachine: true)) -> WalletModel {
        let (path, trust) = (folder.appendingPathComponent("w").path, services.trust)
        return WalletModel(client: client) {
            let options = WalletOptions(folder: path, passphrase: Services.passphrase, trust: TrustOptions(trustList: trust), language: .french)
            return try await openWallet(options)
        }
    }

    func testACardIsTakenAndShownAndRefused() async throws {
        let folder = try Shared.folder(self)
        let services = try Services(folder: folder)
        defer { services.stop() }
        let model = model(folder, services)
        model.cards()
        await model.settled()
        guard case .cards(let none) = model.screen, none.isEmpty else { return XCTFail("\(model.screen)") }

        let (link, code) = try services.offer(type: "ontario-person", claims: "person.json", code: true)
        model.read(link)
        await model.settled()
        guard case .preview(let preview) = model.screen else { return XCTFail("\(model.screen)") }
        XCTAssertFalse(preview.credentials.isEmpty)
        model.accept()
        await model.settled()
        guard case .code(_, nil) = model.screen else { return XCTFail("\(model.screen)") }
        model.enter("0")
        await model.settled()
        guard case .code(_, .some) = model.screen else { return XCTFail("\(model.screen)") }
        model.enter(try XCTUnwrap(code))
        await model.settled()
        guard case .stored(let cards, let refused) = model.screen, refused.isEmpty else { return XCTFail("\(model.screen)") }
        XCTAssertFalse(cards.isEmpty)

        let (request, ask) = try services.begin("counter")
        model.read(ask)
        await model.settled()
        guard case .asked(let view) = model.screen, view.canAnswer else { return XCTFail("\(model.screen)") }
        XCTAssertNil(try services.outcome(request))
        model.look()
        await model.settled()
        guard case .agree(let asked, let choice) = model.screen else { return XCTFail("\(model.screen)") }
        let question = try XCTUnwrap(asked.questions.first)
        model.pick(try XCTUnwrap(question.alternatives.first), for: question)
        guard case .agree(_, let picked) = model.screen else { return XCTFail("\(model.screen)") }
        XCTAssertEqual(picked.picks.count, choice.picks.count)
        model.agree(picked, receipt: true)
        await model.settled()
        guard case .shown = model.screen else { return XCTFail("\(model.screen)") }
        XCTAssertEqual(try services.outcome(request), "accept")
        model.refresh()
        await model.settled()
        guard case .cards = model.screen else { return XCTFail("\(model.screen)") }

        let (other, age) = try services.begin("age-19")
        model.read(age)
        await model.settled()
        model.decline(.nothingFits)
        await model.settled()
        guard case .history(let entries) = model.screen else { return XCTFail("\(model.screen)") }
        XCTAssertTrue(Set(entries.map(\.event)).isSuperset(of: ["received", "shown", "declined"]))
        XCTAssertNotEqual(try services.outcome(other), "accept")
    }

    func testWhatFailsIsSaidAndTriedAgain() async throws {
        let folder = try Shared.folder(self)
        let services = try Services(folder: folder)
        defer { services.stop() }
        let client = Airplane()
        let model = model(folder, services, client: client)
        let (link, _) = try services.offer(type: "ontario-age", claims: "age.json", code: false)
        model.read(link)
        await model.settled()
        guard case .failed = model.screen else { return XCTFail("\(model.screen)") }
        client.down = false
        model.retry()
        await model.settled()
        guard case .preview = model.screen else { return XCTFail("\(model.screen)") }
        model.accept()
        await model.settled()
        guard case .stored(let cards, _) = model.screen else { return XCTFail("\(model.screen)") }
        XCTAssertFalse(cards.isEmpty)
    }
}
#endif
