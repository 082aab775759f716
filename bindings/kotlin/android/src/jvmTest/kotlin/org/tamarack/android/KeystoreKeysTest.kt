package org.tamarack.android

import android.os.Build
import android.security.keystore.KeyProperties
import java.io.File
import java.security.Security
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.tamarack.Key
import org.tamarack.PlatformException
import org.tamarack.TamarackException
import org.tamarack.Wallet
import org.tamarack.WalletOptions
import org.tamarack.problem

/** [KeystoreKeys] on a Keystore in software, with Android's own classes. What a phone's hardware does is tested on a phone. */
class KeystoreKeysTest {
    private val keystore = SoftwareKeystore

    @BeforeEach
    fun start() {
        // Last: of several refusals the JVM passes on the last, Android the first.
        Security.addProvider(keystore)
    }

    @AfterEach
    fun end() {
        Security.removeProvider(keystore.name)
        keystore.made.clear()
        keystore.hasStrongBox = true
        keystore.locked = false
        Build.VERSION.SDK_INT = 35
    }

    @Test
    fun theKeystoreSigns() {
        val keys = KeystoreKeys()
        val key = Key.createInDevice(keys, "test")
        val spec = keystore.made.getValue("test").spec
        assertTrue(spec.isStrongBoxBacked && spec.isUserAuthenticationRequired)
        assertEquals(30, spec.userAuthenticationValidityDurationSeconds)
        assertEquals(KeyProperties.PURPOSE_SIGN, spec.purposes)
        // The library checks each signature against the public key; many, as the numbers' lengths in DER differ.
        repeat(300) { assertEquals(64, key.sign(byteArrayOf(it.toByte())).size) }
        assertEquals(key.didKey(), Key.inDevice(keys, "test", key.publicKey().multikey).didKey())
        keys.delete("test")
        val gone = assertThrows(TamarackException::class.java) { key.sign(ByteArray(1)) }
        assertEquals("platform.gone", gone.problem.code)
    }

    @Test
    fun withoutAStrongBoxOrAPerson() {
        keystore.hasStrongBox = false
        KeystoreKeys(asksForPerson = false).create("test", null)
        val spec = keystore.made.getValue("test").spec
        assertFalse(spec.isStrongBoxBacked || spec.isUserAuthenticationRequired)
        for (version in listOf(26, 28, 30)) {
            Build.VERSION.SDK_INT = version
            assertEquals(65, KeystoreKeys(seconds = 5).create("old", null).size)
            assertEquals(5, keystore.made.getValue("old").spec.userAuthenticationValidityDurationSeconds)
        }
    }

    @Test
    fun aLockedKeySaysSo() {
        val key = Key.createInDevice(KeystoreKeys(), "test")
        keystore.locked = true
        val locked = assertThrows(TamarackException.Locked::class.java) { key.sign(ByteArray(1)) }
        assertEquals("platform.locked", locked.problem.code)
        keystore.locked = false
        assertEquals(64, key.sign(ByteArray(1)).size)
    }

    @Test
    fun theAttestationIsPassedThrough() {
        val keys = KeystoreKeys()
        keys.create("test", "nonce".toByteArray())
        val chain = keystore.made.getValue("test").chain!!.map { it.encoded }
        assertArrayEquals(chain[0] + chain[1], keys.attest("test", "nonce".toByteArray()))
        assertNull(keys.attest("test", "another".toByteArray()))
        keys.create("test", null)
        assertNull(keys.attest("test", "nonce".toByteArray()))
        val served = KeystoreKeys { all, challenge -> "jwt.of.${all.size}".toByteArray() + challenge }
        served.create("test", byteArrayOf(1))
        val size = keystore.made.getValue("test").chain!!.sumOf { it.encoded.size }
        assertArrayEquals("jwt.of.$size".toByteArray() + byteArrayOf(1), served.attest("test", byteArrayOf(1)))
    }

    @Test
    fun itGuardsTheDatabase(@TempDir folder: File) {
        val options = WalletOptions(folder.resolve("w").path, device = KeystoreKeys())
        Wallet.create(options).use { it.check() }
        Wallet.open(options.copy(device = KeystoreKeys())).use { assertTrue(it.credentials().isEmpty()) }
        val keys = KeystoreKeys()
        val wrapped = keys.wrapKey(ByteArray(32) { 7 })
        assertArrayEquals(ByteArray(32) { 7 }, keys.unwrapKey(wrapped))
        assertThrows(PlatformException.Failed::class.java) { keys.unwrapKey(wrapped.dropLast(1).toByteArray() + 1) }
        keystore.made.clear()
        assertThrows(PlatformException.Gone::class.java) { keys.unwrapKey(wrapped) }
        assertThrows(TamarackException::class.java) { Wallet.open(options.copy(device = KeystoreKeys())) }
    }
}
