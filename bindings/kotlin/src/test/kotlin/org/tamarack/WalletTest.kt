package org.tamarack

import java.io.File
import java.time.Instant
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.tamarack.example.run as runExample

class WalletTest {
    @TempDir
    lateinit var folder: File

    private fun options(name: String, passphrase: String? = Services.PASSPHRASE, device: KeyStore? = null, clock: Clock? = null) =
        WalletOptions(
            folder.resolve(name).path, passphrase, device, TrustOptions(services.trust.readText()), clock = clock,
            language = Language.FRENCH,
        )

    private fun code(error: TamarackException): String = error.problem.code

    private suspend fun <T> all(events: Flow<Progress<T>>): Pair<Int, T> {
        val told = events.toList()
        assertTrue(told.dropLast(1).all { it is Progress.Asking || (it is Progress.Answered && it.status != null) })
        return told.count { it is Progress.Asking } to (told.last() as Progress.Done).result
    }

    @Test
    fun aWalletIsLockedAndOpened() = runBlocking {
        val wallet = openWallet(options("w"))
        wallet.lock()
        val locked = assertThrows(TamarackException.Locked::class.java) { wallet.credentials() }
        assertEquals("store.locked", code(locked))
        val wrong = assertThrows(TamarackException.Locked::class.java) { wallet.unlock("spruce") }
        assertEquals("store.wrong_key", code(wrong))
        assertFalse("spruce" in wrong.toString())
        wallet.unlock(Services.PASSPHRASE)
        wallet.check()
        wallet.close()
        assertThrows(TamarackException.Locked::class.java) { Wallet.open(options("w", "spruce")) }
        openWallet(options("w")).use { assertTrue(it.credentials().isEmpty()) }
    }

    /** A device that guards the database's key. */
    private class Guarding : KeyStore {
        var thrown: Throwable? = null
        var wallet: Wallet? = null

        override fun create(alias: String, challenge: ByteArray?): ByteArray = throw PlatformException.Failed("no keys here")

        override fun sign(alias: String, message: ByteArray): ByteArray = throw PlatformException.Gone("no keys here")

        override fun delete(alias: String) = Unit

        override fun attest(alias: String, challenge: ByteArray): ByteArray? = null

        override fun wrapKey(key: ByteArray) = key.map { (it.toInt() xor 0x5a).toByte() }.toByteArray()

        override fun unwrapKey(wrapped: ByteArray): ByteArray {
            thrown?.let { throw it }
            wallet?.isLocked()
            return wrapKey(wrapped)
        }
    }

    @Test
    fun aDeviceGuardsItAndMayRefuseThrowOrCallBack() {
        val device = Guarding()
        val wallet = Wallet.create(options("w", null, device))
        wallet.lock()
        val kinds = listOf(
            PlatformException.Denied("no") to TamarackException.Denied::class.java,
            IllegalStateException("a secret reason") to TamarackException.Internal::class.java,
            NullPointerException() to TamarackException.Internal::class.java,
        )
        for ((thrown, kind) in kinds) {
            device.thrown = thrown
            assertFalse("secret" in assertThrows(kind) { wallet.unlock() }.toString())
            assertTrue(wallet.isLocked())
        }
        device.thrown = null
        // A device that calls the wallet from within would wait for itself for ever.
        device.wallet = wallet
        assertThrows(TamarackException.Internal::class.java) { wallet.unlock() }
        device.wallet = null
        wallet.unlock()
        assertTrue(wallet.credentials().isEmpty())
    }

    @Test
    fun theNetworkAndTheClockMayFail() {
        val link = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2F1"
        val wallet = Wallet.create(options("w"))
        // A client that is broken is told from a network that is not there.
        val kinds = listOf(
            PlatformException.Offline("airplane") to TamarackException.Offline::class.java,
            IllegalStateException("token 123") to TamarackException.Internal::class.java,
        )
        for ((thrown, kind) in kinds) {
            val client = object : HttpClient {
                override fun send(request: HttpRequest): HttpResponse = throw thrown
            }
            val said = assertThrows(kind) { wallet.openOffer(link, client) }
            assertFalse("123" in said.toString())
            assertThrows(TamarackException.Input::class.java) { wallet.openOffer("https://", client) }
            assertThrows(TamarackException.Input::class.java) { wallet.openRequest("\u0000", client) }
        }
        val broken = object : Clock {
            override fun now(): Instant = error("no battery")
        }
        val late = Wallet.create(options("late", clock = broken))
        val internal = assertThrows(TamarackException.Internal::class.java) { late.credentials() }
        assertEquals("platform.failed", code(internal))
    }

    @Test
    fun fromAnOfferToAnAnswer() = runBlocking {
        val client = GuardedClient(thisMachine = true)
        openWallet(options("w")).use { wallet ->
            val (link, code) = services.offer("ontario-person", "person.json", true)
            val offer = wallet.offer(link, client)
            val preview = offer.preview()
            assertEquals(IssuerStanding.LISTED, preview.standing)
            assertEquals("Carte-photo de l’Ontario", preview.credentials.single().name)
            assertThrows(TamarackException.Input::class.java) { offer.accept(Acceptance(txCode = "abc"), client) }
            val (requests, done) = all(offer.accepting(Acceptance(txCode = code, copies = 1u), client))
            val came = done as Receiving.Done
            assertTrue(requests > 1)
            assertEquals(came.credentials.single(), wallet.credentials().single().id)
            val (request, ask) = services.begin("counter")
            val asked = wallet.request(ask, client).ask()
            val question = asked.view().questions.single()
            val outside = assertThrows(TamarackException.Input::class.java) {
                asked.agree(Choice(listOf(Pick(question.id, "another"))))
            }
            assertEquals("consent.outside", code(outside))
            val consent = asked.agree(asked.view().least)
            assertTrue(all(consent.presenting(client)).first > 0)
            val used = assertThrows(TamarackException.Input::class.java) { consent.present(client) }
            assertEquals("consent.used", code(used))
            assertEquals("accept", services.outcome(request))
            assertTrue(all(wallet.refreshing(client)).second.run { changed.isEmpty() && lookedUp == 1uL })
            val events = wallet.history(HistorySearch(), 10u).map { it.event }
            assertTrue(events.containsAll(listOf("received", "shown")))
            assertFalse("Bélanger" in wallet.exportHistory())
        }
    }

    /** Receipts, search and deletion of history, own keys, guards, a backup and a transfer, import, a showing at a counter. */
    @Test
    fun whatElseAPersonDoesWithAWallet() = runBlocking {
        val client = GuardedClient(thisMachine = true)
        openWallet(options("w")).use { wallet ->
            val (link, code) = services.offer("ontario-person", "person.json", true)
            wallet.offer(link, client).accepted(Acceptance(txCode = code, copies = 1u), client)
            val (request, ask) = services.begin("counter")
            val asked = wallet.request(ask, client).ask()
            val given = asked.agree(asked.choose(listOf(1u)), ReceiptOptions(86_400)).presented(client).receipt!!
            assertEquals("accept", services.outcome(request))
            assertEquals(given.id, verifyReceipt(wallet.receipt(given.id).text).id)
            val (_, again) = services.begin("counter")
            val once = wallet.request(again, client)
            assertNotNull(once.ask().view().agreedBefore)
            once.ask().agreeAgain()
            once.ignore(DeclineReason.NOT_WANTED)
            wallet.withdrawReceipt(given.id)
            assertTrue(wallet.request(again, client).ask().view().agreedBefore == null)
            wallet.deleteReceipt(given.id)
            assertTrue(wallet.receipts().isEmpty())

            val shown = wallet.history(HistorySearch(event = HistoryEvent.SHOWN), 10u).single()
            assertTrue(shown.id in wallet.history(HistorySearch(party = shown.party), 10u).map { it.id })
            assertTrue(wallet.history(HistorySearch(text = "no such word"), 10u).isEmpty())
            assertTrue("<html" in wallet.historyPage() && "\"" in wallet.exportHistory())
            wallet.deleteHistory(listOf(shown.id))
            assertTrue(wallet.history(HistorySearch(event = HistoryEvent.SHOWN), 10u).isEmpty())

            val own = wallet.createKey(NewKey.P256)
            assertTrue(verifySignature(own.publicKey().multikey, byteArrayOf(1), own.sign(byteArrayOf(1))))
            val needed = wallet.keys().filter { it.id != own.id() }.map { wallet.key(it.id) }
            val refused = needed.map { assertThrows(TamarackException.Input::class.java) { it.sign(byteArrayOf(1)) } }
            assertTrue(refused.isNotEmpty() && refused.all { code(it) == "consent.needed" })

            val card = wallet.credentials().single()
            val trust = services.trust.readText()
            val holder = Verifier(PolicyOptions(trustList = trust, asHolder = true))
            val showing = wallet.show(card.id, emptyList()).agreed()
            val reader = QrReader()
            val read = writeQr(showing).map { reader.add(it) }.last() as QrProgress.Complete
            val morning = Evidence()
            assertEquals(Outcome.ACCEPT, holder.judgeOnline(showing, morning, client).outcome)
            assertEquals(Outcome.ACCEPT, holder.verifyOffline(read.shown, morning).outcome)
            assertEquals(listOf(Outcome.ACCEPT, null), holder.judgeMany(listOf(showing, "none"), morning).map { it.verdict?.outcome })

            wallet.guardChanged(Services.PASSPHRASE, "spruce and fir")
            wallet.rekeyed("spruce and fir")
            wallet.lock()
            wallet.unlocked("spruce and fir")
            val phrase = newRecoveryPhrase(Language.FRENCH)
            val made = wallet.backedUp(phrase)
            openWallet(options("other")).use { other ->
                assertEquals(made.credentials, other.restored(made.bytes, phrase).credentials)
                assertEquals(listOf(card.title), other.credentials().map { it.title })
                openWallet(options("third")).use { third ->
                    val parcel = other.sendTransfer(third.inviteTransfer())
                    assertEquals(1uL, third.receiveTransfer(parcel.bytes).credentials)
                    other.retire()
                    assertTrue(other.credentials().isEmpty())
                    val text = """{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],""" +
                        """"issuer":"${services.did}","credentialSubject":{"over19":true}}"""
                    val stranger = Key.generate(KeyType.ED25519)
                    val signed = sign(text.replace(services.did, stranger.didKey()), "dc+sd-jwt", stranger, SignOptions(vct = "https://credentials.example/card"))
                    val listed = Verifier(PolicyOptions(trustList = Shared.trustList(stranger.didKey()), asHolder = true))
                    assertThrows(TamarackException.Denied::class.java) { runBlocking { third.imported(listOf(ImportedCredential(signed)), holder) } }
                    assertEquals(1, third.imported(listOf(ImportedCredential(signed)), listed).size)
                }
            }
        }
    }

    /** Whoever stops collecting ends the work before its next request; it can be resumed. */
    @Test
    fun aReceivingThatNobodyWaitsForIsResumed() = runBlocking {
        val client = GuardedClient(thisMachine = true)
        openWallet(options("w")).use { wallet ->
            val (link, code) = services.offer("ontario-person", "person.json", true)
            val slow = object : HttpClient {
                override fun send(request: HttpRequest) = client.send(request).also { Thread.sleep(300) }
            }
            wallet.offer(link, client).accepting(Acceptance(txCode = code, copies = 1u), slow).first()
            assertTrue(wallet.credentials().isEmpty())
            val resumed = all(wallet.resuming(wallet.pending().single().id, client = client)).second as Receiving.Done
            assertEquals(resumed.credentials, wallet.credentials().map { it.id })
        }
    }

    @Test
    fun theExampleTakesAnOfferAnswersARequestAndMakesABackup() = runBlocking {
        val said = mutableListOf<String>()
        suspend fun run(vararg arguments: String): Int {
            said.clear()
            val all = listOf(folder.resolve("example").path, *arguments, "--this-machine")
            return runExample(all, Services.PASSPHRASE) { said += it }
        }
        val (link, code) = services.offer("ontario-person", "person.json", true)
        assertEquals(2, run("take", link, services.trust.path, code.orEmpty()))
        assertTrue("Ontario Photo Card" in said.joinToString("\n"))
        assertEquals(0, run("take", link, services.trust.path, code.orEmpty(), "--yes"), said.toString())
        val (request, ask) = services.begin("counter")
        assertEquals(0, run("answer", ask, "--yes"), said.toString())
        assertEquals("accept", services.outcome(request))
        // The Python tests restore it.
        val out = File(System.getProperty("tamarack.crossing")).apply { mkdirs() }
        assertEquals(0, run("backup", out.resolve("wallet.age").path))
        out.resolve("phrase.txt").writeText(said.last())
    }

    companion object {
        private lateinit var services: Services

        @JvmStatic
        @BeforeAll
        fun start(@TempDir folder: File) {
            services = Services(folder)
        }

        @JvmStatic
        @AfterAll
        fun stop() = services.close()
    }
}
