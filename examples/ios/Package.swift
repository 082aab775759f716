// swift-tools-version: 5.9
// The sample's steps, without SwiftUI, so that they are tested wherever Swift is:
//   swift test -Xlinker -L../../target/debug -Xlinker --allow-shlib-undefined
// (Observation leaves a symbol open in some of Swift's builds for Linux.)
// The app itself is made on a Mac from project.yml.
import PackageDescription

let package = Package(
    name: "TamarackSample",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "WalletModel", targets: ["WalletModel"])],
    dependencies: [.package(name: "Tamarack", path: "../../bindings/swift")],
    targets: [
        .target(name: "WalletModel", dependencies: ["Tamarack"]),
        .testTarget(name: "WalletModelTests", dependencies: ["WalletModel"]),
    ]
)
