#if canImport(Security) && canImport(CryptoKit)
import CryptoKit
import Foundation
import LocalAuthentication
import Security

/// Holder keys in the Secure Enclave: P-256, made there, never leaving it. What the app keeps is the Enclave's own encrypted
/// form of each, in the keychain, which no other device can use.
///
/// ```swift
/// let wallet = try await openWallet(WalletOptions(folder: folder.path, device: SecureEnclaveKeys()))
/// ```
///
/// A call throws ``PlatformError/Denied(reason:)`` when the person cancels the question for their face, finger or passcode,
/// ``PlatformError/Locked(reason:)`` while the device is locked, ``PlatformError/Gone(reason:)`` for a key that is no longer there.
/// A device without a Secure Enclave (an old simulator) makes every call fail with ``PlatformError/Failed(reason:)``.
public final class SecureEnclaveKeys: KeyStore, @unchecked Sendable {
    private let service: String
    private let asksForPerson: Bool

    /// - Parameters:
    ///   - service: the keychain service under which the keys stand.
    ///   - asksForPerson: whether each signature asks for a face, a finger or the passcode.
    public init(service: String = "org.tamarack.keys", asksForPerson: Bool = true) {
        (self.service, self.asksForPerson) = (service, asksForPerson)
    }

    /// Makes a key, in the place of one that is there: 65 bytes, its public point uncompressed. The challenge is left
    /// aside: see ``attest(alias:challenge:)``.
    public func create(alias: String, challenge: Data?) throws -> Data {
        let key = try typed { try SecureEnclave.P256.Signing.PrivateKey(accessControl: access()) }
        try delete(alias: alias)
        try store(alias, key.dataRepresentation)
        return key.publicKey.x963Representation
    }

    /// Signs with ECDSA over SHA-256: 64 bytes, `r || s`. The system asks for the person first, if the key was made so.
    public func sign(alias: String, message: Data) throws -> Data {
        let kept = try load(alias)
        let key = try typed { try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: kept) }
        return try typed { try key.signature(for: message).rawRepresentation }
    }

    /// Deletes a key; one that is not there is no error.
    public func delete(alias: String) throws {
        let status = SecItemDelete(query(alias) as CFDictionary)
        guard status == errSecSuccess || status == errSecItemNotFound else { throw Self.error(status) }
    }

    /// The Secure Enclave attests no single key; App Attest attests the app, and is between the app and its server.
    public func attest(alias: String, challenge: Data) throws -> Data? {
        nil
    }

    /// Encrypts the 32 bytes of the store's key under a key of the Enclave, which is made when it is first needed.
    public func wrapKey(key: Data) throws -> Data {
        let agreement: SecureEnclave.P256.KeyAgreement.PrivateKey
        do {
            let kept = try load(Self.wrapping)
            agreement = try typed { try SecureEnclave.P256.KeyAgreement.PrivateKey(dataRepresentation: kept) }
        } catch PlatformError.Gone {
            agreement = try typed { try SecureEnclave.P256.KeyAgreement.PrivateKey(accessControl: access()) }
            try store(Self.wrapping, agreement.dataRepresentation)
        }
        // ECIES: a one-time key agrees with the Enclave's; what it seals only the Enclave opens.
        let once = P256.KeyAgreement.PrivateKey()
        let shared = try typed { try once.sharedSecretFromKeyAgreement(with: agreement.publicKey) }
        let sealed = try typed { try AES.GCM.seal(key, using: Self.key(shared)) }
        guard let combined = sealed.combined else { throw PlatformError.Failed(reason: "AES-GCM") }
        return once.publicKey.x963Representation + combined
    }

    /// Opens what ``wrapKey(key:)`` gave, on this device alone.
    public func unwrapKey(wrapped: Data) throws -> Data {
        let kept = try load(Self.wrapping)
        return try typed {
            let agreement = try SecureEnclave.P256.KeyAgreement.PrivateKey(dataRepresentation: kept)
            let once = try P256.KeyAgreement.PublicKey(x963Representation: wrapped.prefix(65))
            let shared = try agreement.sharedSecretFromKeyAgreement(with: once)
            return try AES.GCM.open(AES.GCM.SealedBox(combined: wrapped.dropFirst(65)), using: Self.key(shared))
        }
    }

    private static func key(_ shared: SharedSecret) -> SymmetricKey {
        shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: Data(), sharedInfo: Data("tamarack database key v1".utf8), outputByteCount: 32)
    }

    private static let wrapping = "org.tamarack.store"

    private func access() throws -> SecAccessControl {
        var flags: SecAccessControlCreateFlags = .privateKeyUsage
        if asksForPerson { flags.insert(.userPresence) }
        guard
            let access = SecAccessControlCreateWithFlags(
                nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, flags, nil)
        else { throw PlatformError.Failed(reason: "access control") }
        return access
    }

    private func query(_ alias: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: alias]
    }

    private func store(_ alias: String, _ data: Data) throws {
        var item = query(alias)
        item[kSecValueData] = data
        item[kSecAttrAccessible] = kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly
        let status = SecItemAdd(item as CFDictionary, nil)
        guard status == errSecSuccess else { throw Self.error(status) }
    }

    private func load(_ alias: String) throws -> Data {
        var asked = query(alias)
        asked[kSecReturnData] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(asked as CFDictionary, &found)
        guard status == errSecSuccess, let data = found as? Data else { throw Self.error(status) }
        return data
    }

    private static func error(_ status: OSStatus) -> PlatformError {
        switch status {
        case errSecUserCanceled, errSecAuthFailed: .Denied(reason: "keychain \(status)")
        case errSecItemNotFound: .Gone(reason: "keychain \(status)")
        case errSecInteractionNotAllowed: .Locked(reason: "keychain \(status)")
        default: .Failed(reason: "keychain \(status)")
        }
    }

    private func typed<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let error as PlatformError {
            throw error
        } catch let error as LAError where error.code == .userCancel || error.code == .authenticationFailed {
            throw PlatformError.Denied(reason: "\(error.code)")
        } catch {
            throw PlatformError.Failed(reason: "\(type(of: error))")
        }
    }
}
#endif
