package org.tamarack.android

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.math.BigInteger
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.KeyStore as SystemKeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.PublicKey
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import org.tamarack.KeyStore
import org.tamarack.PlatformException

/**
 * Holder keys in the Android Keystore: P-256, made in the device's secure hardware (StrongBox where there is one, else the trusted
 * execution environment), never leaving it.
 *
 * ```kotlin
 * val wallet = openWallet(WalletOptions(filesDir.resolve("wallet").path, device = KeystoreKeys()))
 * ```
 *
 * What it throws: [PlatformException.Locked] when a person must unlock first, [PlatformException.Gone] for a key that is no longer
 * there or good, [PlatformException.Failed] for what else the Keystore says.
 *
 * @property asksForPerson whether a key works only within [seconds] of an unlock by face, finger or PIN; the app shows the
 *   system's prompt when it hears `platform.locked`, and tries again.
 * @property seconds how long one unlock counts.
 * @property attestation what an issuer that asks for attested keys is given: it gets the key's certificate chain, DER after DER, the
 *   key's own first, and the challenge, and gives the JWT that the app's own service makes of them (OpenID4VCI 1.0, Appendix D.1);
 *   null where nothing is to be attested. Without it the chain goes as it is.
 */
class KeystoreKeys(
    private val asksForPerson: Boolean = true,
    private val seconds: Int = 30,
    private val attestation: (chain: ByteArray, challenge: ByteArray) -> ByteArray? = { chain, _ -> chain },
) : KeyStore {
    private val store = SystemKeyStore.getInstance(PROVIDER).apply { load(null) }
    private val challenges = ConcurrentHashMap<String, ByteArray>()

    override fun create(alias: String, challenge: ByteArray?): ByteArray = typed {
        if (challenge == null) challenges.remove(alias) else challenges[alias] = challenge
        val public = (generate(alias, challenge) as ECPublicKey).w
        byteArrayOf(4) + fixed(public.affineX) + fixed(public.affineY)
    }

    override fun sign(alias: String, message: ByteArray): ByteArray = typed {
        val key = store.getKey(alias, null) as? PrivateKey ?: throw PlatformException.Gone("no such key")
        val signature = Signature.getInstance("SHA256withECDSA").run {
            initSign(key)
            update(message)
            sign()
        }
        raw(signature)
    }

    override fun delete(alias: String) = typed {
        challenges.remove(alias)
        store.deleteEntry(alias)
    }

    /** What [attestation] makes of the key's certificate chain, if it was made for this very challenge; else none. */
    override fun attest(alias: String, challenge: ByteArray): ByteArray? = typed {
        if (!challenge.contentEquals(challenges[alias])) null
        else store.getCertificateChain(alias)?.map { it.encoded }?.reduce(ByteArray::plus)?.let { attestation(it, challenge) }
    }

    override fun wrapKey(key: ByteArray): ByteArray = typed {
        val cipher = Cipher.getInstance(AES).apply { init(Cipher.ENCRYPT_MODE, wrapping() ?: newWrapping()) }
        cipher.iv + cipher.doFinal(key)
    }

    override fun unwrapKey(wrapped: ByteArray): ByteArray = typed {
        val key = wrapping() ?: throw PlatformException.Gone("no wrapping key")
        val cipher = Cipher.getInstance(AES)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, wrapped, 0, NONCE))
        cipher.doFinal(wrapped, NONCE, wrapped.size - NONCE)
    }

    private fun generate(alias: String, challenge: ByteArray?): PublicKey =
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER).run {
            val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
                .setAttestationChallenge(challenge)
            inStrongBox(spec) {
                initialize(it)
                generateKeyPair().public
            }
        }

    private fun wrapping(): SecretKey? = store.getKey(WRAPPING, null) as? SecretKey

    private fun newWrapping(): SecretKey =
        KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).run {
            val spec = KeyGenParameterSpec.Builder(WRAPPING, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(256)
            inStrongBox(spec) {
                init(it)
                generateKey()
            }
        }

    /** Makes a key in the StrongBox, or in the trusted execution environment where there is no StrongBox. */
    private fun <T> inStrongBox(spec: KeyGenParameterSpec.Builder, make: (KeyGenParameterSpec) -> T): T {
        person(spec)
        if (Build.VERSION.SDK_INT < 28) return make(spec.build())
        return try {
            make(spec.setIsStrongBoxBacked(true).build())
        } catch (_: StrongBoxUnavailableException) {
            make(spec.setIsStrongBoxBacked(false).build())
        }
    }

    private fun person(spec: KeyGenParameterSpec.Builder) {
        if (!asksForPerson) return
        spec.setUserAuthenticationRequired(true)
        if (Build.VERSION.SDK_INT >= 30) {
            val who = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            spec.setUserAuthenticationParameters(seconds, who)
        } else {
            @Suppress("DEPRECATION")
            spec.setUserAuthenticationValidityDurationSeconds(seconds)
        }
    }

    private fun <T> typed(work: () -> T): T = try {
        work()
    } catch (error: UserNotAuthenticatedException) {
        throw PlatformException.Locked(error.toString())
    } catch (error: KeyPermanentlyInvalidatedException) {
        throw PlatformException.Gone(error.toString())
    } catch (error: GeneralSecurityException) {
        throw PlatformException.Failed(error.toString())
    } catch (error: ProviderException) {
        throw PlatformException.Failed(error.toString())
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val AES = "AES/GCM/NoPadding"
        const val NONCE = 12
        const val WRAPPING = "org.tamarack.store"

        /** 32 bytes, big-endian. */
        fun fixed(number: BigInteger): ByteArray {
            val bytes = number.toByteArray()
            return ByteArray(32).also { out ->
                val from = maxOf(0, bytes.size - 32)
                bytes.copyInto(out, 32 - (bytes.size - from), from)
            }
        }

        /** X.690: a SEQUENCE of two INTEGERs, as `r || s`. */
        fun raw(der: ByteArray): ByteArray {
            var at = if (der[1].toInt() and 0x80 != 0) 3 else 2
            fun integer(): ByteArray {
                val length = der[at + 1].toInt()
                val number = BigInteger(der.copyOfRange(at + 2, at + 2 + length))
                at += 2 + length
                return fixed(number)
            }
            return integer() + integer()
        }
    }
}
