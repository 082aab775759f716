import SwiftUI
import Tamarack
import WalletModel

@main
struct SampleApp: App {
    @State private var model = WalletModel {
        let support = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
        var folder = support.appendingPathComponent("wallet")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // A copy of the wallet without its key is of no use; backups are the wallet's own.
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        // The list of the province, or of whoever runs the app; without one, nothing is taken from anybody.
        let trust = try Bundle.main.url(forResource: "local", withExtension: "json").map { try String(contentsOf: $0, encoding: .utf8) }
        let french = Locale.current.language.languageCode == .french
        return try await openWallet(
            WalletOptions(
                folder: folder.path, device: SecureEnclaveKeys(), trust: TrustOptions(trustList: trust), language: french ? .french : .english))
    }

    var body: some Scene {
        WindowGroup {
            RootView(model: model)
                .task { if case .working = model.screen { model.cards() } }
                .onOpenURL { url in
                    // A link from another app, or the browser's way back. Opening it shows it; nothing is accepted by it.
                    let link = url.absoluteString
                    if link.hasPrefix(WalletModel.redirect) { model.returned(link) } else { model.read(link) }
                }
        }
    }
}
