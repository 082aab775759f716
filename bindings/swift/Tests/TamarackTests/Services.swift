#if os(Linux) || os(macOS)
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@testable import Tamarack

/// The issuing and the verifying service of this repository, as processes on this machine.
final class Services {
    static let passphrase = "larch needles fall"

    let did: String
    let trust: String
    private let folder: URL
    private let programs: URL
    private let shop: String
    private var running: [Process] = []

    struct Failed: Error { let why: String }

    init(folder: URL) throws {
        self.folder = folder
        let named = ProcessInfo.processInfo.environment["TAMARACK_PROGRAMS"]
        programs = named.map { URL(fileURLWithPath: $0) } ?? Shared.root.appendingPathComponent("target/debug")
        let province = "http://localhost:\(try freePort())"
        shop = "http://localhost:\(try freePort())"
        did = "did:web:" + province.dropFirst("http://".count).replacingOccurrences(of: ":", with: "%3A")
        trust = Shared.trustList(did)
        let trustFile = folder.appendingPathComponent("trust.json")
        try trust.write(to: trustFile, atomically: true, encoding: .utf8)
        try issuer("init", "--did", did, "--status-base", "\(province)/status")
        for kind in ["P-256", "BLS12-381-G2"] { try issuer("key", "new", "--kind", kind) }
        for name in ["person-2.0.json", "age-2.0.json"] { try issuer("type", "add", example("types/\(name)")) }
        try start(
            province, "tamarack-issuer",
            office + ["serve", "--base-url", province, "--listen", address(province), "--rate", "100000"])
        try start(
            shop, "tamarack-verifier",
            ["serve", "--trust", trustFile.path, "--store", folder.appendingPathComponent("shop").path,
             "--ask", example("asks/age-19.json"), "--ask", example("asks/counter.json"),
             "--base-url", shop, "--listen", address(shop)])
    }

    /// The link of an offer, and its code.
    func offer(type: String, claims: String, code: Bool) throws -> (link: String, code: String?) {
        let more = code ? ["--tx-code"] : []
        let said = try issuer(["offer", "--json", "--type", type, "--claims", example("claims/\(claims)")] + more)
        let made = try Json.parse(said)
        guard let link = made["link"]?.text else { throw Failed(why: said) }
        return (link, made["txCode"]?.text)
    }

    /// The id of a new request, and the link for the wallet.
    func begin(_ ask: String) throws -> (id: String, link: String) {
        let begun = try Json.parse(call("/requests", body: #"{"ask":"\#(ask)"}"#))
        guard let id = begun["id"]?.text, let link = begun["wallet"]?.text else { throw Failed(why: begun.written) }
        return (id, link)
    }

    func outcome(_ request: String) throws -> String? {
        try Json.parse(call("/requests/\(request)", body: nil))["result"]?["outcome"]?.text
    }

    func stop() {
        for process in running {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        running = []
    }

    private var office: [String] { ["--store", folder.appendingPathComponent("office").path] }

    private func call(_ path: String, body: String?) throws -> String {
        let token = try String(contentsOf: folder.appendingPathComponent("shop/api-token"), encoding: .utf8)
        var headers = [HttpHeader(name: "authorization", value: "Bearer " + token.trimmingCharacters(in: .whitespacesAndNewlines))]
        if body != nil { headers.append(HttpHeader(name: "content-type", value: "application/json")) }
        let answer = try send(body == nil ? "GET" : "POST", shop + path, headers, body.map { Data($0.utf8) })
        return String(decoding: answer.body, as: UTF8.self)
    }

    @discardableResult
    private func issuer(_ arguments: String...) throws -> String {
        try issuer(arguments)
    }

    private func issuer(_ arguments: [String]) throws -> String {
        let (process, out) = (program("tamarack-issuer", office + arguments), Pipe())
        let errors = folder.appendingPathComponent("issuer.err")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        (process.standardOutput, process.standardError) = (out, try FileHandle(forWritingTo: errors))
        try process.run()
        let said = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(why: try String(contentsOf: errors, encoding: .utf8)) }
        return String(decoding: said, as: UTF8.self)
    }

    private func start(_ url: String, _ name: String, _ arguments: [String]) throws {
        let log = folder.appendingPathComponent("\(running.count).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let (process, out) = (program(name, arguments), try FileHandle(forWritingTo: log))
        (process.standardOutput, process.standardError) = (out, out)
        try process.run()
        running.append(process)
        let until = Date().addingTimeInterval(60)
        while (try? send("GET", "\(url)/readyz", [], nil).status) != 200 {
            guard process.isRunning, Date() < until else { throw Failed(why: try String(contentsOf: log, encoding: .utf8)) }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    private func program(_ name: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = programs.appendingPathComponent(name)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let more = ["TAMARACK_PASSPHRASE": Self.passphrase, "LC_ALL": "C"]
        process.environment = ProcessInfo.processInfo.environment.merging(more) { $1 }
        return process
    }

    private func send(_ method: String, _ url: String, _ headers: [HttpHeader], _ body: Data?) throws -> HttpResponse {
        try GuardedClient(thisMachine: true).send(
            request: HttpRequest(
                method: method, url: url, headers: headers, body: body, maxBytes: 1 << 20, timeoutSeconds: 10, mayLeaveHost: false))
    }

    private func example(_ path: String) -> String { Shared.root.appendingPathComponent("examples/\(path)").path }

    private func address(_ url: String) -> String { "127.0.0.1:" + (url.split(separator: ":").last ?? "") }
}

/// A port that nobody listens on just now.
private func freePort() throws -> UInt16 {
    #if os(Linux)
    let stream = Int32(SOCK_STREAM.rawValue)
    #else
    let stream = SOCK_STREAM
    #endif
    let socket = socket(AF_INET, stream, 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.bind(socket, $0, size) | getsockname(socket, $0, &size) }
    }
    guard bound == 0 else { throw Services.Failed(why: "no port") }
    return UInt16(bigEndian: address.sin_port)
}
#endif
