package org.tamarack.android

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.io.InputStream
import java.io.OutputStream
import java.security.InvalidAlgorithmParameterException
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Signature
import java.security.SignatureSpi
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/** A provider of the name of Android's, in software. It keeps what it was asked for, and refuses as a phone does. */
internal object SoftwareKeystore : Provider("AndroidKeyStore", "1", "for tests") {
    private fun readResolve(): Any = SoftwareKeystore

    class Entry(val key: Key, val spec: KeyGenParameterSpec, val chain: Array<Certificate>?)

    val made = mutableMapOf<String, Entry>()
    var hasStrongBox = true
    var locked = false

    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyPairGenerator.EC", Pairs::class.java.name)
        put("KeyGenerator.AES", Secrets::class.java.name)
        put("Signature.SHA256withECDSA", Signing::class.java.name)
    }

    private fun checked(params: AlgorithmParameterSpec?): KeyGenParameterSpec {
        val spec = params as? KeyGenParameterSpec ?: throw InvalidAlgorithmParameterException()
        if (spec.isStrongBoxBacked && !hasStrongBox) throw StrongBoxUnavailableException()
        return spec
    }

    class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(keysize: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun initialize(params: AlgorithmParameterSpec?, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun generateKeyPair(): KeyPair {
            checked(spec)
            val pair = KeyPairGenerator.getInstance("EC", "SunEC").apply { initialize(spec.algorithmParameterSpec) }.generateKeyPair()
            val chain = spec.attestationChallenge?.let { arrayOf<Certificate>(Attested(pair.public, it), Attested(pair.public, byteArrayOf())) }
            made[spec.keystoreAlias] = Entry(Opaque(pair.private), spec, chain)
            return pair
        }
    }

    class Secrets : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun engineInit(random: SecureRandom?) = throw UnsupportedOperationException()

        override fun engineInit(keysize: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun engineInit(params: AlgorithmParameterSpec?, random: SecureRandom?) {
            spec = checked(params)
        }

        override fun engineGenerateKey(): SecretKey {
            val key = KeyGenerator.getInstance("AES", "SunJCE").apply { init(spec.keySize) }.generateKey()
            made[spec.keystoreAlias] = Entry(key, spec, null)
            return key
        }
    }

    class Signing : SignatureSpi() {
        private val inner = Signature.getInstance("SHA256withECDSA", "SunEC")

        override fun engineInitSign(key: PrivateKey?) {
            if (locked) throw UserNotAuthenticatedException()
            inner.initSign((key as Opaque).inside)
        }

        override fun engineInitVerify(key: PublicKey?) = inner.initVerify(key)

        override fun engineUpdate(byte: Byte) = inner.update(byte)

        override fun engineUpdate(bytes: ByteArray?, from: Int, count: Int) = inner.update(bytes, from, count)

        override fun engineSign(): ByteArray = inner.sign()

        override fun engineVerify(signature: ByteArray?) = inner.verify(signature)

        @Deprecated("as in Java")
        override fun engineSetParameter(name: String?, value: Any?) = throw UnsupportedOperationException()

        @Deprecated("as in Java")
        override fun engineGetParameter(name: String?): Any = throw UnsupportedOperationException()
    }

    class Store : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? = made[alias]?.key

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = made[alias]?.chain

        override fun engineDeleteEntry(alias: String) {
            made.remove(alias)
        }

        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineContainsAlias(alias: String) = alias in made

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(made.keys)

        override fun engineSize() = made.size

        override fun engineIsKeyEntry(alias: String) = alias in made

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificate(alias: String): Certificate? = made[alias]?.chain?.first()

        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineSetKeyEntry(alias: String, key: Key?, password: CharArray?, chain: Array<Certificate>?) = Unit

        override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<Certificate>?) = Unit

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate?) = Unit

        override fun engineStore(stream: OutputStream?, password: CharArray?) = Unit
    }

    /** A key that no other provider can do anything with. */
    private class Opaque(val inside: PrivateKey) : PrivateKey {
        override fun getAlgorithm() = "EC"

        override fun getFormat(): String? = null

        override fun getEncoded(): ByteArray? = null
    }

    /** What a phone's certificate would say, as plain bytes. */
    private class Attested(private val public: PublicKey, private val challenge: ByteArray) : Certificate("X.509") {
        override fun getEncoded() = challenge + public.encoded

        override fun verify(key: PublicKey?) = Unit

        override fun verify(key: PublicKey?, provider: String?) = Unit

        override fun toString() = "attested"

        override fun getPublicKey() = public
    }
}
