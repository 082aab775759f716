import Foundation
import XCTest

/// The views' texts: both languages say everything, and nothing else.
final class TextsTests: XCTestCase {
    private let app = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("App")

    private func texts(_ language: String) throws -> [String: String] {
        let text = try String(contentsOf: app.appendingPathComponent("\(language).lproj/Localizable.strings"), encoding: .utf8)
        let pairs = try found(#"(?m)^"([^"]+)" = "([^"]+)";$"#, in: text).map { ($0[1], $0[2]) }
        XCTAssertEqual(pairs.count, text.split(separator: "\n").count)
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    func testBothLanguagesSayWhatTheViewsShow() throws {
        let (en, fr) = (try texts("en"), try texts("fr"))
        XCTAssertEqual(en.keys.sorted(), fr.keys.sorted())
        for (key, text) in en {
            let places = key.components(separatedBy: "%").count
            XCTAssertEqual(text.components(separatedBy: "%").count, places, key)
            XCTAssertEqual(fr[key]?.components(separatedBy: "%").count, places, key)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: app.path).filter { $0.hasSuffix(".swift") }
        let code = try files.map { try String(contentsOf: app.appendingPathComponent($0), encoding: .utf8) }.joined()
        // A key is a literal of small letters; what is put into it follows after a space.
        let calls = #"(?:Page|Heading|Primary|Secondary|Text|TextField|SecureField|Toggle|Label)\(|localized: |map \{ |\? |: "#
        let used = try found("(?:\(calls)|\\?\\? )\"([a-z_]+)( \\\\\\()?[^\"]*\"", in: code).map { $0[1] }
        let known = Set(en.keys.map { $0.components(separatedBy: " ")[0] })
        XCTAssertEqual(known.subtracting(used), [])
        let names: Set = ["circle", "largecircle", "local", "json"]
        XCTAssertEqual(Set(used).subtracting(known), names)
    }

    /// Each match, with its groups.
    private func found(_ pattern: String, in text: String) throws -> [[String]] {
        let all = NSRange(text.startIndex..., in: text)
        return try NSRegularExpression(pattern: pattern).matches(in: text, range: all).map { match in
            (0..<match.numberOfRanges).map { Range(match.range(at: $0), in: text).map { String(text[$0]) } ?? "" }
        }
    }
}
