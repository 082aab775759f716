import Foundation
import Tamarack

#if canImport(Observation)
import Observation
#endif

/// What is on the screen: one step each.
public enum Screen: Sendable {
    /// Something is being asked of this host, or worked out here.
    case working(host: String?)
    /// What the person holds.
    case cards([CredentialSummary])
    /// A link is scanned or pasted.
    case scan
    /// What an issuer offers. Nothing was accepted yet.
    case preview(OfferPreview)
    /// A code is typed that came by another way; `problem` says why the last one was not taken.
    case code(CodeLook, problem: Problem?)
    /// The person is to sign in at this URL.
    case signIn(url: String)
    /// The issuer needs time.
    case waiting(id: String)
    /// What came, and what of it was not taken.
    case stored([CredentialSummary], refused: [RefusalReason])
    /// Who asks, and why. Nothing was agreed to yet.
    case asked(ConsentView)
    /// What exactly would be shown, for the person to agree to.
    case agree(ConsentView, Choice)
    /// It was shown to this verifier.
    case shown(verifier: String, redirect: String?)
    /// What happened.
    case history([HistoryEntry])
    /// It did not come out.
    case failed(Problem)
}

/// The sample's steps, without any of SwiftUI: what the views show is ``screen``, what the person does is a method. Nothing is accepted
/// or shown to anybody without ``accept()`` and ``agree(_:receipt:)``.
@MainActor @Observable
public final class WalletModel {
    /// The step that the person is at.
    public private(set) var screen: Screen = .working(host: nil)

    /// How an issuer's sign-in page brings the person back into the app; Info.plist says the same.
    public nonisolated static let redirect = "org.tamarack.sample:/signed-in"

    @ObservationIgnored private let client: HttpClient
    @ObservationIgnored private let open: @Sendable () async throws -> Wallet
    @ObservationIgnored private var wallet: Wallet?
    @ObservationIgnored private var offer: Offer?
    @ObservationIgnored private var request: Request?
    @ObservationIgnored private var consentRequest: ConsentRequest?
    @ObservationIgnored private var signingIn: String?
    @ObservationIgnored private var last: (@MainActor () async throws -> Screen)?
    @ObservationIgnored private var task: Task<Void, Never>?

    /// - Parameter open: opens the wallet, when it is first needed.
    public init(client: HttpClient = GuardedClient(), open: @escaping @Sendable () async throws -> Wallet) {
        (self.client, self.open) = (client, open)
    }

    /// The list of cards: also how the app begins.
    public func cards() {
        step { .cards(try await self.opened().credentials()) }
    }

    public func scan() {
        step { .scan }
    }

    /// A link that was scanned, pasted, or came from another app: an offer or a request.
    public func read(_ link: String) {
        let link = link.trimmingCharacters(in: .whitespacesAndNewlines)
        step {
            if Self.isOffer(link) {
                let offer = try await self.opened().offer(link, client: self.client)
                self.offer = offer
                return .preview(try offer.preview())
            }
            let request = try await self.opened().request(link, client: self.client)
            let asked = try request.ask()
            (self.request, self.consentRequest) = (request, asked)
            return .asked(asked.view())
        }
    }

    /// The person's yes to the offer.
    public func accept() {
        guard let offer else { return }
        step {
            if let look = try offer.preview().txCode { return .code(look, problem: nil) }
            return try await self.receive(offer, nil)
        }
    }

    /// The code that came with the offer by another way.
    public func enter(_ code: String) {
        guard let offer else { return }
        step {
            do {
                return try await self.receive(offer, code.trimmingCharacters(in: .whitespacesAndNewlines))
            } catch TamarackError.Input(let problem) {
                guard let look = try offer.preview().txCode else { throw TamarackError.Input(problem: problem) }
                return .code(look, problem: problem)
            }
        }
    }

    /// The browser came back with this URL.
    public func returned(_ url: String) {
        guard let signingIn else { return }
        step { try await self.came(self.follow(self.opened().resuming(signingIn, returned: url, client: self.client))) }
    }

    /// The issuer is asked again.
    public func again(_ id: String) {
        step { try await self.came(self.follow(self.opened().resuming(id, client: self.client))) }
    }

    /// The person wants to see what would be shown: the least that is enough, to begin with.
    public func look() {
        guard let view = consentRequest?.view() else { return }
        step { .agree(view, view.least) }
    }

    /// Another card for a question.
    public func pick(_ one: Alternative, for question: Question) {
        guard case .agree(let view, let choice) = screen else { return }
        let others = choice.picks.filter { $0.question != question.id }
        let picked = Pick(question: question.id, credential: one.credential, claimSet: one.claimSet)
        screen = .agree(view, Choice(picks: others + [picked], signIn: choice.signIn))
    }

    /// The person's yes to exactly this choice. The library refuses one that lies outside what was asked.
    public func agree(_ choice: Choice, receipt: Bool) {
        guard let consentRequest else { return }
        let view = consentRequest.view()
        let consent = Result { try consentRequest.agree(choice: choice, receipt: receipt ? ReceiptOptions() : nil) }
        step {
            let answered = try await self.follow(consent.get().presenting(client: self.client))
            return .shown(verifier: view.verifierName ?? view.verifier, redirect: answered.redirect)
        }
    }

    /// The person's no.
    public func decline(_ reason: DeclineReason) {
        guard let request else { return }
        step {
            _ = try await request.declined(reason, client: self.client)
            return .history(try await self.entries())
        }
    }

    /// What stands is looked up: suspended, revoked.
    public func refresh() {
        step {
            _ = try await self.follow(self.opened().refreshing(client: self.client))
            return .cards(try await self.opened().credentials())
        }
    }

    public func history() {
        step { .history(try await self.entries()) }
    }

    /// The last step once more: after a lost connection, or when the person cancelled the system's question for their face.
    public func retry() {
        if let last { step(last) }
    }

    /// The step that is under way, to wait for.
    public func settled() async {
        await task?.value
    }

    private func receive(_ offer: Offer, _ code: String?) async throws -> Screen {
        let browser = BrowserApp(clientId: "org.tamarack.sample", redirectUri: Self.redirect)
        return try await came(follow(offer.accepting(Acceptance(txCode: code, browser: browser), client: client)))
    }

    private func came(_ receiving: Receiving) async throws -> Screen {
        switch receiving {
        case .browser(let id, let url):
            signingIn = id
            return .signIn(url: url)
        case .later(let id, _): return .waiting(id: id)
        case .done(let ids, let refused):
            let cards = try await opened().credentials().filter { ids.contains($0.id) }
            return .stored(cards, refused: refused.flatMap(\.reasons))
        }
    }

    private func entries() async throws -> [HistoryEntry] {
        try await opened().history(search: HistorySearch(), limit: 100)
    }

    private func opened() async throws -> Wallet {
        if let wallet { return wallet }
        let opened = try await open()
        wallet = opened
        return opened
    }

    /// Does a step's work, and says meanwhile who is being asked.
    private func follow<T>(_ events: ProgressEvents<T>) async throws -> T {
        var result: T?
        for try await event in events {
            switch event {
            case .asking(let url): screen = .working(host: URL(string: url)?.host)
            case .answered: break
            case .done(let done): result = done
            }
        }
        guard let result else { throw CancellationError() }
        return result
    }

    private func step(_ work: @escaping @MainActor () async throws -> Screen) {
        // One step at a time: a second touch of a button does nothing.
        guard task == nil else { return }
        last = work
        screen = .working(host: nil)
        task = Task {
            do {
                screen = try await work()
            } catch let error as TamarackError {
                screen = .failed(error.problem)
            } catch {
                screen = .cards([])
            }
            task = nil
        }
    }

    nonisolated static func isOffer(_ link: String) -> Bool {
        link.hasPrefix("openid-credential-offer:") || link.contains("credential_offer")
    }
}
