/// JSON that is written as it was read: the members in their order, each number with its digits. `JSONSerialization` keeps neither.
indirect enum Json {
    case object([(name: String, value: Json)])
    case array([Json])
    case string(String)
    /// A number, `true`, `false` or `null`, as it stands.
    case word(String)

    struct Broken: Error {}

    static func parse(_ text: String) throws -> Json {
        var reader = Reader(rest: Array(text.utf8)[...])
        return try reader.value()
    }

    subscript(name: String) -> Json? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    var items: [Json] {
        if case .array(let items) = self { return items }
        return []
    }

    var isTrue: Bool {
        if case .word("true") = self { return true }
        return false
    }

    var integer: Int64? {
        if case .word(let word) = self { return Int64(word) }
        return nil
    }

    var written: String {
        switch self {
        case .object(let members): "{" + members.map { "\(Self.quoted($0.name)):\($0.value.written)" }.joined(separator: ",") + "}"
        case .array(let items): "[" + items.map(\.written).joined(separator: ",") + "]"
        case .string(let text): Self.quoted(text)
        case .word(let word): word
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func value() throws -> Json {
        space()
        switch rest.first {
        case UInt8(ascii: "{"):
            return .object(try list(until: "}") { reader in
                let name = try reader.string()
                reader.space()
                try reader.take(":")
                return (name, try reader.value())
            })
        case UInt8(ascii: "["): return .array(try list(until: "]") { try $0.value() })
        case UInt8(ascii: "\""): return .string(try string())
        default:
            let word = rest.prefix { !Self.ends.contains($0) }
            guard !word.isEmpty else { throw Json.Broken() }
            rest = rest.dropFirst(word.count)
            return .word(String(decoding: word, as: UTF8.self))
        }
    }

    private mutating func list<T>(until end: Unicode.Scalar, _ item: (inout Reader) throws -> T) throws -> [T] {
        rest = rest.dropFirst()
        var all: [T] = []
        space()
        while rest.first != UInt8(ascii: end) {
            if !all.isEmpty { try take(",") }
            space()
            all.append(try item(&self))
            space()
        }
        rest = rest.dropFirst()
        return all
    }

    private mutating func string() throws -> String {
        try take("\"")
        var units: [UInt16] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            guard byte == UInt8(ascii: "\\") else {
                var bytes = [byte]
                bytes += rest.prefix { $0 & 0xc0 == 0x80 }
                rest = rest.dropFirst(bytes.count - 1)
                units += Array(String(decoding: bytes, as: UTF8.self).utf16)
                continue
            }
            guard let escape = rest.popFirst() else { throw Json.Broken() }
            if escape == UInt8(ascii: "u") {
                guard let unit = UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) else { throw Json.Broken() }
                rest = rest.dropFirst(4)
                units.append(unit)
            } else {
                guard let meant = Self.escapes[escape] else { throw Json.Broken() }
                units.append(meant)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func take(_ wanted: Unicode.Scalar) throws {
        guard rest.popFirst() == UInt8(ascii: wanted) else { throw Json.Broken() }
    }

    private mutating func space() {
        rest = rest.drop { Self.blank.contains($0) }
    }

    private static let blank = Set(" \t\r\n".utf8)
    private static let ends = Set(" \t\r\n,]}:".utf8)
    private static let escapes: [UInt8: UInt16] = Dictionary(
        uniqueKeysWithValues: zip("\"\\/bfnrt".utf8, "\"\\/\u{8}\u{c}\n\r\t".utf16))
}
