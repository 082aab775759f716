import SwiftUI
import Tamarack
import WalletModel

/// The whole app: the view of the model's step.
struct RootView: View {
    let model: WalletModel
    @Environment(\.openURL) private var openURL

    var body: some View {
        switch model.screen {
        case .working(let host): WorkingView(host: host)
        case .cards(let cards): CardsView(model: model, cards: cards)
        case .scan: ScanView(model: model)
        case .preview(let preview): PreviewView(model: model, preview: preview)
        case .code(let look, let problem): CodeView(model: model, look: look, problem: problem)
        case .signIn(let url): SignInView(model: model) { browse(url) }
        case .waiting(let id): WaitingView(model: model, id: id)
        case .stored(let cards, let refused): StoredView(model: model, cards: cards, refused: refused)
        case .asked(let view): AskedView(model: model, view: view)
        case .agree(let view, let choice): AgreeView(model: model, view: view, choice: choice)
        case .shown(let verifier, let redirect): ShownView(model: model, verifier: verifier, redirect: redirect, browse: browse)
        case .history(let entries): HistoryView(model: model, entries: entries)
        case .failed(let problem): FailedView(model: model, problem: problem)
        }
    }

    private func browse(_ url: String) {
        if let url = URL(string: url) { openURL(url) }
    }
}

struct WorkingView: View {
    let host: String?

    var body: some View {
        Page(host.map { "working_host \($0)" } ?? "working") {
            ProgressView().accessibilityHidden(true)
        }
    }
}

struct CardsView: View {
    let model: WalletModel
    let cards: [CredentialSummary]

    var body: some View {
        Page("cards") {
            if cards.isEmpty { Text("cards_none") }
            ForEach(single(cards), id: \.id) { CardView(card: $0) }
            Primary("scan_or_paste") { model.scan() }
            if !cards.isEmpty { Secondary("check_cards") { model.refresh() } }
            Secondary("history") { model.history() }
        }
    }
}

struct CardView: View {
    let card: CredentialSummary

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(say(card.title)).font(.headline)
            Text(say(card.issuerName))
            Text(say(card.conditionName)).foregroundStyle(card.condition == .good ? Color.primary : Color.red)
            if card.condition != .good { Text(say(card.advice)) }
            if let until = card.validUntil { Text("until \(until.formatted(date: .long, time: .omitted))").font(.caption) }
        }
        .frame(maxWidth: .infinity, alignment: .leading)
        .padding()
        .background(.quaternary, in: RoundedRectangle(cornerRadius: 12))
        // One text for a screen reader, not five.
        .accessibilityElement(children: .combine)
    }
}

struct ScanView: View {
    let model: WalletModel
    @State private var link = ""

    var body: some View {
        Page("scan_or_paste") {
            Text("scan_help")
            Scanner { model.read($0) }
            TextField("link", text: $link, axis: .vertical)
                .textFieldStyle(.roundedBorder)
                .textInputAutocapitalization(.never)
                .autocorrectionDisabled()
                .accessibilityLabel(Text("link"))
            Secondary("go_on") { model.read(link) }.disabled(link.isEmpty)
            Secondary("back") { model.cards() }
        }
    }
}

struct PreviewView: View {
    let model: WalletModel
    let preview: OfferPreview

    var body: some View {
        Page("preview") {
            Heading("preview_by")
            Text(preview.issuerName ?? preview.issuer).font(.headline)
            Text(preview.standingSentence)
            ForEach(preview.credentials, id: \.configuration) { card in
                Text(card.name).font(.subheadline).bold().accessibilityAddTraits(.isHeader)
                if let description = card.description { Text(description) }
                Text("preview_says")
                ForEach(card.claims, id: \.pointer) { claim in
                    if claim.always { Bullet(claim.name) } else { Bullet(String(localized: "preview_sometimes \(claim.name)")) }
                }
                Text(card.validity)
                Text(card.linkability)
            }
            Heading("preview_learns")
            ForEach(preview.learns, id: \.self) { Bullet($0) }
            Primary("accept") { model.accept() }
            Secondary("refuse") { model.cards() }
        }
    }
}

struct CodeView: View {
    let model: WalletModel
    let look: CodeLook
    let problem: Problem?
    @State private var code = ""

    var body: some View {
        Page("code") {
            Text(look.description)
            // What the library says of it is for those who know the protocol.
            if problem != nil { Wrong(text: String(localized: "code_wrong")) }
            SecureField("code_label", text: $code)
                .textFieldStyle(.roundedBorder)
                .keyboardType(look.digits ? .numberPad : .asciiCapable)
                .textContentType(.oneTimeCode)
                .accessibilityLabel(Text("code_label"))
            Primary("go_on") { model.enter(code) }.disabled(code.isEmpty)
            Secondary("refuse") { model.cards() }
        }
    }
}

struct SignInView: View {
    let model: WalletModel
    let open: () -> Void

    var body: some View {
        Page("sign_in") {
            Text("sign_in_help")
            Primary("sign_in_open", action: open)
            Secondary("back") { model.cards() }
        }
    }
}

struct WaitingView: View {
    let model: WalletModel
    let id: String

    var body: some View {
        Page("waiting") {
            Text("waiting_help")
            Primary("ask_again") { model.again(id) }
            Secondary("back") { model.cards() }
        }
    }
}

struct StoredView: View {
    let model: WalletModel
    let cards: [CredentialSummary]
    let refused: [RefusalReason]

    var body: some View {
        Page(cards.isEmpty ? "stored_not" : "stored") {
            ForEach(single(cards), id: \.id) { CardView(card: $0) }
            if !refused.isEmpty {
                Heading("stored_refused")
                ForEach(refused, id: \.code) { Bullet(say($0.message) + " " + say($0.hint)) }
            }
            Primary("back") { model.cards() }
        }
    }
}

struct AskedView: View {
    let model: WalletModel
    let view: ConsentView

    var body: some View {
        Page("asked") {
            Heading("asked_by")
            Text(view.asker).font(.headline)
            Text(view.standingSentence)
            if let purpose = view.purpose {
                Heading("asked_why")
                Text(purpose)
            }
            ForEach(view.handling, id: \.self) { Bullet($0) }
            if !view.warnings.isEmpty {
                Heading("asked_careful")
                ForEach(view.warnings, id: \.self) { Bullet($0.sentence) }
            }
            if view.canAnswer {
                Primary("asked_look") { model.look() }
            } else {
                Text("asked_cannot")
                ForEach(view.questions.flatMap(\.misses), id: \.credential) { Bullet("\($0.title): \($0.reason)") }
            }
            Secondary("decline") { model.decline(view.canAnswer ? .notWanted : .nothingFits) }
        }
    }
}

struct AgreeView: View {
    let model: WalletModel
    let view: ConsentView
    let choice: Choice
    @State private var receipt = false

    var body: some View {
        Page("agree") {
            Text("agree_shows \(view.asker)").font(.headline)
            ForEach(view.questions, id: \.id) { question in
                ForEach(Array(question.alternatives.enumerated()), id: \.offset) { _, one in
                    if question.alternatives.count > 1 {
                        Button { model.pick(one, for: question) } label: {
                            Label("agree_use \(one.title)", systemImage: isPicked(one, question) ? "largecircle.fill.circle" : "circle")
                        }
                        .frame(minHeight: 44)
                        .accessibilityAddTraits(isPicked(one, question) ? .isSelected : [])
                    }
                    if isPicked(one, question) { ShowingView(one: one) }
                }
            }
            ForEach(view.agreements, id: \.self) { Bullet($0) }
            Toggle("agree_receipt", isOn: $receipt)
            Primary("agree_yes") { model.agree(choice, receipt: receipt) }
            Secondary("decline") { model.decline(.notWanted) }
        }
    }

    private func isPicked(_ one: Alternative, _ question: Question) -> Bool {
        choice.picks.contains { $0.question == question.id && $0.credential == one.credential && $0.claimSet == one.claimSet }
    }
}

/// What of a card would be shown, claim by claim, and what that gives away.
struct ShowingView: View {
    let one: Alternative

    var body: some View {
        Text("agree_card \(one.title)").font(.subheadline).bold().accessibilityAddTraits(.isHeader)
        ForEach(one.claims, id: \.pointer) { claim in
            VStack(alignment: .leading) {
                Text(claim.name).font(.caption).bold()
                Text(claim.value)
                if !claim.asked { Text("agree_along").font(.caption) }
            }
            .accessibilityElement(children: .ignore)
            .accessibilityLabel(Text(claim.label))
        }
        Text(one.linkability)
        ForEach(one.links, id: \.self) { Bullet($0) }
    }
}

struct ShownView: View {
    let model: WalletModel
    let verifier: String
    let redirect: String?
    let browse: (String) -> Void

    var body: some View {
        Page("shown") {
            Text("shown_to \(verifier)")
            if let redirect { Primary("shown_on") { browse(redirect) } }
            Secondary("history") { model.history() }
            Secondary("back") { model.cards() }
        }
    }
}

struct HistoryView: View {
    let model: WalletModel
    let entries: [HistoryEntry]

    var body: some View {
        Page("history") {
            if entries.isEmpty { Text("history_none") }
            ForEach(entries, id: \.id) { entry in
                VStack(alignment: .leading) {
                    Text(say(entry.label)).font(.subheadline).bold()
                    if let party = entry.party { Text(say(entry.partyName).isEmpty ? party : say(entry.partyName)) }
                    Text(entry.at.formatted(date: .abbreviated, time: .shortened)).font(.caption)
                }
                .accessibilityElement(children: .combine)
            }
            Primary("back") { model.cards() }
        }
    }
}

struct FailedView: View {
    let model: WalletModel
    let problem: Problem

    var body: some View {
        Page("failed") {
            Wrong(text: "\(say(problem.message)) \(say(problem.hint))")
            Primary("try_again") { model.retry() }
            Secondary("back") { model.cards() }
        }
    }
}

private extension ConsentView {
    /// Whoever asks: by its name only where somebody vouches for that.
    var asker: String { selfNamed ? verifier : verifierName ?? verifier }
}
