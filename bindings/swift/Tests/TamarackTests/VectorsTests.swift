import Foundation
import XCTest

@testable import Tamarack

/// The repository's own test vectors, through the shared library.
final class VectorsTests: XCTestCase {
    func testVerify() throws {
        let vectors = try all("verify")
        XCTAssertGreaterThan(vectors.count, 1000)
        for (name, vector) in vectors { try verify(name, vector) }
    }

    private func verify(_ name: String, _ vector: Json) throws {
        let expect = try XCTUnwrap(vector["expect"], name)
        let bytes = try content(vector["input"])
        let text = String(decoding: bytes, as: UTF8.self)
        guard Array(text.utf8) == bytes else {
            // Bytes that are no text cannot be handed in as one.
            return XCTAssertNotNil(expect["error"], name)
        }
        let judge = {
            try Verifier(policy: policy(vector)).verify(input: text, evidence: evidence(vector), now: time(vector["now"]))
        }
        if let code = expect["error"]?.text {
            XCTAssertThrowsError(try judge(), name) { error in
                guard case TamarackError.Input(let problem) = error else { return XCTFail("\(name): \(error)") }
                XCTAssertEqual(problem.code, code, name)
                XCTAssertFalse(problem.message.en.isEmpty || problem.message.fr.isEmpty, name)
                if let pointer = expect["pointer"]?.text { XCTAssertEqual(problem.pointer ?? "", pointer, name) }
            }
            return
        }
        let verdict = try judge()
        XCTAssertEqual("\(verdict.outcome)", expect["outcome"]?.text, name)
        if let check = expect["check"]?.text {
            let result: CheckResult =
                switch verdict.outcome {
                case .accept: .pass
                case .reject: .fail
                case .undetermined: .undetermined
                }
            let found = verdict.checks.contains {
                $0.id == check && $0.result == result && $0.code == expect["code"]?.text && $0.pointer == expect["pointer"]?.text
            }
            XCTAssertTrue(found, "\(name): \(verdict.checks)")
        }
        if let proved = expect["proved"] {
            let wanted = proved.items.map { $0.items.compactMap(\.text) }
            XCTAssertEqual(verdict.proved.map { $0.claims.map(\.pointer) }, wanted, name)
        }
    }

    func testDids() throws {
        let vectors = try all("did")
        XCTAssertGreaterThan(vectors.count, 20)
        for (name, vector) in vectors {
            let expect = try XCTUnwrap(vector["expect"], name)
            let did = String(decoding: try content(vector["input"]), as: UTF8.self)
            if let code = expect["error"]?.text {
                let found = problem { _ = try resolveDid(did: did, evidence: evidence(vector)) }
                XCTAssertEqual(found.code, code, name)
            } else {
                let document = try Json.parse(resolveDid(did: did, evidence: evidence(vector)))
                XCTAssertEqual(document["id"]?.text, expect["result"]?.text, name)
            }
        }
    }

    /// The vectors of an operation, by name.
    private func all(_ operation: String) throws -> [(String, Json)] {
        let folder = Shared.root.appendingPathComponent("test-vectors")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }.sorted()
        return try names.compactMap { name in
            let vector = try Json.parse(Shared.read("test-vectors/\(name)"))
            return vector["operation"]?.text == operation ? (name, vector) : nil
        }
    }
}

/// The bytes that an input or a piece of evidence stands for.
private func content(_ part: Json?) throws -> [UInt8] {
    if let text = part?.text { return Array(text.utf8) }
    if let json = part?["json"] { return Array(json.written.utf8) }
    if let base64 = part?["base64"]?.text, let data = Data(base64Encoded: base64) { return Array(data) }
    if let one = part?["repeat"], let times = part?["times"]?.integer {
        return Array(repeatElement(try content(one), count: Int(times)).joined())
    }
    guard let parts = part?["concat"]?.items else { throw Json.Broken() }
    return try parts.flatMap(content)
}

private func time(_ part: Json?) throws -> Date {
    guard let text = part?.text, let time = ISO8601DateFormatter().date(from: text) else { throw Json.Broken() }
    return time
}

private func evidence(_ vector: Json) throws -> Evidence {
    let all = Evidence()
    for one in vector["evidence"]?.items ?? [] {
        guard let id = one["id"]?.text, let kind = one["kind"]?.text.flatMap({ kinds[$0] }) else { throw Json.Broken() }
        all.add(kind: kind, id: id, bytes: Data(try content(one["content"])), fetched: try time(one["fetched"]))
    }
    return all
}

private let kinds: [String: EvidenceKind] = [
    "did-document": .didDocument, "status-list": .statusList, "context": .context, "schema": .schema, "resource": .resource,
    "issuer-metadata": .issuerMetadata, "type-metadata": .typeMetadata,
]

private func policy(_ vector: Json) throws -> PolicyOptions {
    guard let said = vector["policy"], let trust = said["trust"] else { throw Json.Broken() }
    let age = said["maxAgeSeconds"]?.integer
    return PolicyOptions(
        trustList: trust.text == nil ? trust.written : nil,
        insecureTrustAnyIssuer: trust.text == "any",
        challenge: said["challenge"]?.text,
        domain: said["domain"]?.text,
        weakenHolderMayDiffer: said["holderMayDiffer"]?.isTrue ?? false,
        asHolder: said["asHolder"]?.isTrue ?? false,
        requireTypeMetadata: said["typeMetadata"]?.text == "required",
        requirePseudonym: said["pseudonym"]?.text == "required",
        weakenOldSdJwtVcTyp: said["oldSdJwtVcTyp"]?.isTrue ?? false,
        maxAge: age.map { MaxAge(didDocument: $0, statusList: $0, schema: $0, context: $0, resource: $0) })
}
