// Declarations alone; see README.md.
import Foundation
import Security

public struct NotHere: Error {}
public struct SHA256 {}
public struct SymmetricKey {}

public struct SharedSecret {
    public func hkdfDerivedSymmetricKey<Salt: DataProtocol, Info: DataProtocol>(
        using hash: SHA256.Type, salt: Salt, sharedInfo: Info, outputByteCount: Int
    ) -> SymmetricKey { SymmetricKey() }
}

public enum P256 {
    public enum Signing {
        public struct ECDSASignature { public var rawRepresentation: Data { Data() } }
        public struct PublicKey { public var x963Representation: Data { Data() } }
    }

    public enum KeyAgreement {
        public struct PublicKey {
            public init<Bytes: ContiguousBytes>(x963Representation: Bytes) throws { throw NotHere() }
            public var x963Representation: Data { Data() }
        }
        public struct PrivateKey {
            public init() {}
            public var publicKey: PublicKey { fatalError() }
            public func sharedSecretFromKeyAgreement(with other: PublicKey) throws -> SharedSecret { throw NotHere() }
        }
    }
}

public enum SecureEnclave {
    public static var isAvailable: Bool { false }

    public enum P256 {
        public enum Signing {
            public struct PrivateKey {
                public init(accessControl: SecAccessControl) throws { throw NotHere() }
                public init(dataRepresentation: Data) throws { throw NotHere() }
                public var dataRepresentation: Data { Data() }
                public var publicKey: CryptoKit.P256.Signing.PublicKey { fatalError() }
                public func signature<D: DataProtocol>(for data: D) throws -> CryptoKit.P256.Signing.ECDSASignature { throw NotHere() }
            }
        }

        public enum KeyAgreement {
            public struct PrivateKey {
                public init(accessControl: SecAccessControl) throws { throw NotHere() }
                public init(dataRepresentation: Data) throws { throw NotHere() }
                public var dataRepresentation: Data { Data() }
                public var publicKey: CryptoKit.P256.KeyAgreement.PublicKey { fatalError() }
                public func sharedSecretFromKeyAgreement(with other: CryptoKit.P256.KeyAgreement.PublicKey) throws -> SharedSecret {
                    throw NotHere()
                }
            }
        }
    }
}

public enum AES {
    public enum GCM {
        public struct SealedBox {
            public var combined: Data? { nil }
            public init<D: DataProtocol>(combined: D) throws { throw NotHere() }
        }
        public static func seal<D: DataProtocol>(_ message: D, using key: SymmetricKey) throws -> SealedBox { throw NotHere() }
        public static func open(_ box: SealedBox, using key: SymmetricKey) throws -> Data { throw NotHere() }
    }
}
