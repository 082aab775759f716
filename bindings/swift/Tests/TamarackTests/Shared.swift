import Foundation
import XCTest

@testable import Tamarack

/// What the tests share.
enum Shared {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let now = ISO8601DateFormatter().date(from: "2026-11-22T12:00:00Z")!

    static func example(_ path: String) throws -> String {
        try read("examples/\(path)")
    }

    static func read(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func person() throws -> CredentialType {
        try CredentialType.parse(file: example("types/person-2.0.json"), schema: example("types/person.schema.json"))
    }

    static func trustList(_ did: String) -> String {
        let name = #"{"en":"The province","fr":"La province"}"#
        return #"{"version":1,"name":\#(name),"issued":"2026-01-01T00:00:00Z","#
            + #""issuers":[{"did":"\#(did)","name":\#(name),"types":["*"]}]}"#
    }

    /// A folder that is removed when the test is over.
    static func folder(_ test: XCTestCase) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tamarack-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        test.addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
        return folder
    }
}

/// The kind of an error, as the name of its case, and its stable code.
func problem(_ body: () throws -> Void, file: StaticString = #filePath, line: UInt = #line) -> (kind: String, code: String) {
    do {
        try body()
        XCTFail("nothing was thrown", file: file, line: line)
        return ("", "")
    } catch let error as TamarackError {
        return (kind(of: error), error.problem.code)
    } catch {
        XCTFail("\(error)", file: file, line: line)
        return ("", "")
    }
}

func kind(of error: TamarackError) -> String {
    switch error {
    case .Input: "Input"
    case .Denied: "Denied"
    case .Offline: "Offline"
    case .Locked: "Locked"
    case .Storage: "Storage"
    case .Internal: "Internal"
    }
}

/// The HTTP client that answers, or throws, as it is told.
final class Answering: HttpClient, @unchecked Sendable {
    private let answer: (HttpRequest) throws -> HttpResponse

    init(_ answer: @escaping (HttpRequest) throws -> HttpResponse) {
        self.answer = answer
    }

    func send(request: HttpRequest) throws -> HttpResponse {
        try answer(request)
    }
}

final class FixedClock: Clock {
    func now() throws -> Date { Shared.now }
}
