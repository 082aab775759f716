package org.tamarack.android

import androidx.test.ext.junit.runners.AndroidJUnit4
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Test
import org.junit.runner.RunWith
import org.tamarack.Key

@RunWith(AndroidJUnit4::class)
class KeystoreKeysTest {
    private val keys = KeystoreKeys(asksForPerson = false)

    @Test
    fun theKeystoreSigns() {
        keys.delete("test")
        val key = Key.createInDevice(keys, "test")
        // The library checks each signature against the public key before anybody sees it.
        assertEquals(64, key.sign(byteArrayOf(1, 2, 3)).size)
        assertEquals(key.didKey(), Key.inDevice(keys, "test", key.publicKey().multikey).didKey())
        keys.delete("test")
    }

    @Test
    fun aKeyIsAttestedForItsChallenge() {
        val challenge = byteArrayOf(7, 7, 7)
        val attesting = KeystoreKeys(asksForPerson = false)
        attesting.create("attested", challenge)
        assertNotNull(attesting.attest("attested", challenge))
        assertNull(attesting.attest("attested", byteArrayOf(8)))
        attesting.delete("attested")
    }

    @Test
    fun whatIsWrappedComesBack() {
        val secret = ByteArray(32) { it.toByte() }
        assertArrayEquals(secret, keys.unwrapKey(keys.wrapKey(secret)))
    }
}
