package org.tamarack

import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The tutorial `docs/embed.md`: each of its Kotlin blocks stands here, line by line, and runs. */
class EmbedTest {
    @TempDir
    lateinit var temporary: File

    @Test
    fun theTutorialRuns() = Services(temporary).use { services ->
        val (offerLink, code) = services.offer("ontario-person", "person.json", true)
        val (request, requestLink) = services.begin("counter")
        runBlocking {
            embed(temporary.resolve("w").path, services.trust.readText(), offerLink, code, requestLink)
        }
        assertEquals("accept", services.outcome(request))
    }

    private suspend fun embed(folder: String, trust: String, offerLink: String, code: String?, requestLink: String) {
        val passphrase = Services.PASSPHRASE
        val divisible = false
        val options = WalletOptions(folder, passphrase, trust = TrustOptions(trust), language = Language.ENGLISH)
        val wallet = openWallet(options)
        val client = GuardedClient(thisMachine = true)
        val offer = wallet.offer(offerLink, client)
        println(offer.preview().spoken)
        val came = offer.accepted(Acceptance(txCode = code), client)
        check(came is Receiving.Done && came.refused.isEmpty())
        val asked = wallet.request(requestLink, client).ask()
        val view = asked.view()
        println(view.spoken)
        val consent = asked.agree(view.least)
        consent.presented(client)
        for (entry in wallet.history(HistorySearch(), 100u)) println("${entry.at} ${entry.label.en} ${entry.partyName.en}")
        wallet.refreshed(client)
        val phrase = newRecoveryPhrase(Language.ENGLISH)
        val file = wallet.backup(phrase).bytes
        val showing = wallet.show(came.credentials.first(), if (divisible) listOf("/credentialSubject/givenName") else emptyList())
        println(showing.view().linkability)
        val codes = writeQr(showing.agree())
        assertTrue(file.isNotEmpty() && codes.isNotEmpty())
    }

    /** Each line of the page, without its comment and in English, is a line of this file, in the same order. */
    @Test
    fun thePagesSayWhatRuns() {
        val here = Shared.root.resolve("bindings/kotlin/src/test/kotlin/org/tamarack/EmbedTest.kt").readLines().map { it.trim() }
        for (page in listOf("embed.md", "embed.fr.md")) {
            val text = Shared.root.resolve("docs/$page").readText()
            val blocks = Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(text).toList()
            assertEquals(5, blocks.size, page)
            val lines = blocks.flatMap { it.groupValues[1].lines() }.map { it.substringBefore(" // ").trim() }
                .filter { it.isNotEmpty() }
                .map { it.replace("Language.FRENCH", "Language.ENGLISH").replace("label.fr", "label.en").replace("partyName.fr", "partyName.en") }
            var at = here.indexOf(lines.first())
            for (line in lines) {
                assertEquals(line, here.getOrNull(at), page)
                at = here.drop(at + 1).indexOfFirst { it in lines } + at + 1
            }
        }
    }
}
