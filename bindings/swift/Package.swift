// swift-tools-version: 5.9
import PackageDescription

// On Apple's systems the library comes as an XCFramework (build-xcframework.sh makes it); elsewhere as a shared library on the
// search path of the linker: swift test -Xlinker -L../../target/debug
#if os(Linux)
let native: Target = .systemLibrary(name: "tamarackFFI", path: "Sources/tamarackFFI/include")
let linked: [LinkerSetting] = [.linkedLibrary("tamarack_ffi")]
#else
let native: Target = .binaryTarget(name: "tamarackFFI", path: "tamarackFFI.xcframework")
let linked: [LinkerSetting] = []
#endif

let package = Package(
    name: "Tamarack",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Tamarack", targets: ["Tamarack"])],
    targets: [
        native,
        .target(name: "Tamarack", dependencies: ["tamarackFFI"], linkerSettings: linked),
        .testTarget(name: "TamarackTests", dependencies: ["Tamarack"]),
    ]
)
