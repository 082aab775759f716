package org.tamarack

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.time.Instant
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TamarackTest {
    private val claims = Shared.example("claims/person.json")

    private fun verifier(key: Key, challenge: String? = null, domain: String? = null) =
        Verifier(PolicyOptions(trustList = Shared.trustList(key.didKey()), challenge = challenge, domain = domain))

    @Test
    fun theVersionIsTheCrates() = assertEquals(System.getProperty("tamarack.version"), version())

    @Test
    fun issueAndVerify() = runBlocking {
        val key = Key.generate(KeyType.ED25519)
        val made = Shared.person().issued(claims, key, IssueOptions(now = Shared.now))
        val verifier = verifier(key)
        val verdict = verifier.judge(made.credential, now = Shared.now)
        assertEquals(Outcome.ACCEPT, verdict.outcome)
        assertTrue("Bélanger-Tremblay" in verdict.credentials.single().document)
        val changed = verifier.judge(made.credential.replace("Bélanger", "Gagnon"), now = Shared.now)
        assertEquals(Outcome.REJECT, changed.outcome)
        val found = changed.checks.first { it.code == "proof.signature_invalid" }
        assertNotEquals(found.message.en, found.message.fr)
        assertTrue(made.validUntil > Shared.now)
    }

    @Test
    fun showAPartWithoutBeingRecognised() = runBlocking {
        val key = Key.generate(KeyType.BLS12381_G2)
        val made = Shared.person().issued(claims, key, IssueOptions(now = Shared.now, suite = "bbs-2023"))
        val held = HeldCredential.parse(made.credential)
        assertTrue(held.isZeroKnowledge())
        val chosen = listOf("/credentialSubject/givenName")
        val shown = held.presented(chosen, ShowOptions(audience = "shop.example", nonce = "n"))
        assertTrue("Zoé" in shown)
        assertFalse("2002-04-21" in shown)
        val verdict = verifier(key, "n", "shop.example").judge(shown, now = Shared.now)
        assertEquals(Outcome.ACCEPT, verdict.outcome)
        assertTrue(chosen.single() in verdict.proved.single().claims.map { it.pointer })
        assertEquals(Outcome.REJECT, verifier(key, "m", "shop.example").judge(shown, now = Shared.now).outcome)
    }

    @Test
    fun errorsAreTyped() {
        val key = Key.generate(KeyType.P256)
        val problem = assertThrows(TamarackException.Input::class.java) { Shared.person().issue("{}", key, IssueOptions()) }.problem
        assertEquals("issue.claim", problem.code)
        assertThrows(TamarackException.Locked::class.java) { Key.unseal(key.seal("larch"), "pine") }
        assertEquals(key.didKey(), Key.unseal(key.seal("larch"), "larch").didKey())
    }

    /** Keys of a device, in software; each signature calls back into the library from within a call out of it. */
    private class Device : KeyStore {
        val inside = Key.generate(KeyType.P256)
        var fails: Throwable? = null

        override fun create(alias: String, challenge: ByteArray?): ByteArray {
            val jwk = Shared.json(inside.publicKey().jwk)
            val decode = java.util.Base64.getUrlDecoder()
            return byteArrayOf(4) + decode.decode(jwk["x"].asString) + decode.decode(jwk["y"].asString)
        }

        override fun sign(alias: String, message: ByteArray): ByteArray {
            fails?.let { throw it }
            return inside.sign(message)
        }

        override fun delete(alias: String) = Unit

        override fun attest(alias: String, challenge: ByteArray): ByteArray? = null

        override fun wrapKey(key: ByteArray) = key

        override fun unwrapKey(wrapped: ByteArray) = wrapped
    }

    @Test
    fun aDeviceSignsAndMayRefuseOrThrow() {
        val device = Device()
        val key = Key.createInDevice(device, "holder-1")
        val made = Shared.person().issue(claims, key, IssueOptions(now = Shared.now, suite = "ecdsa-rdfc-2019"))
        assertEquals(Outcome.ACCEPT, verifier(key).verify(made.credential, null, Shared.now).outcome)
        device.fails = PlatformException.Denied("cancelled")
        val denied = assertThrows(TamarackException.Denied::class.java) { key.sign(ByteArray(1)) }
        assertEquals("platform.denied", denied.problem.code)
        for (thrown in listOf(IllegalStateException("?"), StackOverflowError(), NullPointerException())) {
            device.fails = thrown
            val internal = assertThrows(TamarackException.Internal::class.java) { key.sign(ByteArray(1)) }
            assertEquals("platform.failed", internal.problem.code)
        }
        device.fails = null
        assertEquals(64, key.sign(ByteArray(1)).size)
    }

    /** A credential of an issuer with a did:web. */
    private fun ofWeb(): Pair<Verifier, Pair<String, ByteArray>> {
        val did = "did:web:issuer.example"
        val key = Key.generate(KeyType.ED25519)
        val made = Shared.person().issue(claims, key, IssueOptions(verificationMethod = "$did#k", now = Shared.now))
        val document = """{"id":"$did","assertionMethod":[{"id":"$did#k","type":"Multikey","controller":"$did",
            "publicKeyMultibase":"${key.publicKey().multikey}"}]}"""
        return Verifier(PolicyOptions(trustList = Shared.trustList(did))) to (made.credential to document.toByteArray())
    }

    private object Fixed : Clock {
        override fun now(): Instant = Shared.now
    }

    @Test
    fun theAppsClientFetchesAndAFlowTellsOfIt() = runBlocking {
        val (verifier, made) = ofWeb()
        val (text, document) = made
        val url = "https://issuer.example/.well-known/did.json"
        val client = object : HttpClient {
            override fun send(request: HttpRequest) =
                HttpResponse(if (request.url == url) 200u else 404u, emptyList(), document)
        }
        assertEquals(Outcome.UNDETERMINED, verifier.judge(text, now = Shared.now).outcome)
        assertEquals(Outcome.ACCEPT, verifier.judgeOnline(text, Evidence(), client, Fixed).outcome)
        val told = verifier.judging(text, Evidence(), client, Fixed).toList()
        assertEquals(listOf(Progress.Asking(url), Progress.Answered(url, 200)), told.dropLast(1))
        assertEquals(Outcome.ACCEPT, (told.last() as Progress.Done).result.outcome)
        val silent = object : HttpClient {
            override fun send(request: HttpRequest): HttpResponse = throw PlatformException.Offline("airplane")
        }
        assertEquals(Outcome.UNDETERMINED, verifier.judgeOnline(text, Evidence(), silent, Fixed).outcome)
        assertEquals(Progress.Answered(url, null), verifier.judging(text, Evidence(), silent, Fixed).toList()[1])
    }

    private fun get(url: String, most: ULong = 1000u) = HttpRequest("GET", url, emptyList(), null, most, 5u, false)

    @Test
    fun theGuardedClient() {
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/") {
            if (it.requestURI.path == "/away") it.responseHeaders.add("location", "http://127.0.0.2/")
            it.sendResponseHeaders(if (it.requestURI.path == "/away") 302 else 200, 100)
            it.responseBody.use { body -> body.write(ByteArray(100)) }
        }
        server.start()
        val base = "http://127.0.0.1:${server.address.port}"
        val local = GuardedClient(thisMachine = true)
        try {
            assertEquals(100, local.send(get("$base/")).body.size)
            assertThrows(PlatformException.Denied::class.java) { local.send(get("$base/", 99u)) }
            assertThrows(PlatformException.Denied::class.java) { local.send(get("$base/away")) }
            val strict = GuardedClient()
            for (url in listOf("$base/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://[fd00::1]/",
                "https://169.254.169.254/", "https://100.100.100.200/", "ftp://a.example/", "https://u@a.example/")) {
                assertThrows(PlatformException.Denied::class.java, { strict.send(get(url)) }, url)
            }
        } finally {
            server.stop(0)
        }
        assertThrows(PlatformException.Offline::class.java) { local.send(get("$base/")) }
    }

    @Test
    fun aClosedHandleIsAnErrorAndNoCrash() {
        val key = Key.generate(KeyType.ED25519)
        key.close()
        assertThrows(IllegalStateException::class.java) { key.didKey() }
    }
}
