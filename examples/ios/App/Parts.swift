import SwiftUI
import Tamarack

/// Both modules have a `Text`; a view means SwiftUI's.
typealias Text = SwiftUI.Text

/// One step: its title, which a screen reader finds as a heading, and what belongs to it.
struct Page<Content: View>: View {
    private let title: LocalizedStringKey
    private let content: Content
    @AccessibilityFocusState private var onTitle: Bool

    init(_ title: LocalizedStringKey, @ViewBuilder content: () -> Content) {
        (self.title, self.content) = (title, content())
    }

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: 12) {
                Text(title).font(.title).bold().accessibilityAddTraits(.isHeader).accessibilityFocused($onTitle)
                content
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding(24)
        }
        // A new step is read out from its title on.
        .onAppear { onTitle = true }
    }
}

struct Heading: View {
    private let text: LocalizedStringKey

    init(_ text: LocalizedStringKey) {
        self.text = text
    }

    var body: some View {
        Text(text).font(.subheadline).bold().foregroundStyle(.tint).padding(.top, 8).accessibilityAddTraits(.isHeader)
    }
}

struct Bullet: View {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    var body: some View {
        HStack(alignment: .firstTextBaseline) {
            Text(verbatim: "•").accessibilityHidden(true)
            Text(text)
        }
    }
}

struct Wrong: View {
    let text: String

    var body: some View {
        Text(text).foregroundStyle(.red).onAppear { AccessibilityNotification.Announcement(text).post() }
    }
}

struct Primary: View {
    private let title: LocalizedStringKey
    private let action: () -> Void

    init(_ title: LocalizedStringKey, action: @escaping () -> Void) {
        (self.title, self.action) = (title, action)
    }

    var body: some View {
        Button(action: action) { Text(title).frame(maxWidth: .infinity, minHeight: 44) }.buttonStyle(.borderedProminent)
    }
}

struct Secondary: View {
    private let title: LocalizedStringKey
    private let action: () -> Void

    init(_ title: LocalizedStringKey, action: @escaping () -> Void) {
        (self.title, self.action) = (title, action)
    }

    var body: some View {
        Button(action: action) { Text(title).frame(maxWidth: .infinity, minHeight: 44) }.buttonStyle(.bordered)
    }
}

private var french: Bool { Locale.current.language.languageCode == .french }

func say(_ text: Tamarack.Text) -> String { french ? text.fr : text.en }

func say(_ text: LocalText) -> String { (french ? text.fr ?? text.en : text.en ?? text.fr) ?? "" }

/// Single-use copies of a card are one card to the person who holds it.
func single(_ cards: [CredentialSummary]) -> [CredentialSummary] {
    var seen: Set<String> = []
    return cards.filter { seen.insert($0.batch ?? $0.id).inserted }
}
