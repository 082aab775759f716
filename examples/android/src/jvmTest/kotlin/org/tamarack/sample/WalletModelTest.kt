package org.tamarack.sample

import java.io.File
import java.util.Locale
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.tamarack.DeclineReason
import org.tamarack.GuardedClient
import org.tamarack.HttpClient
import org.tamarack.HttpRequest
import org.tamarack.Language
import org.tamarack.PlatformException
import org.tamarack.Services
import org.tamarack.TrustOptions
import org.tamarack.WalletOptions
import org.tamarack.openWallet

/** The sample's steps, with the real services, and each screen on the way drawn. */
class WalletModelTest {
    @TempDir
    lateinit var folder: File
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val local = GuardedClient(thisMachine = true)

    private fun model(language: Language, client: HttpClient = local) = WalletModel(scope, client) {
        val options = WalletOptions(
            folder.resolve("w").path, Services.PASSPHRASE, trust = TrustOptions(services.trust.readText()), language = language,
        )
        openWallet(options)
    }

    private fun WalletModel.settled(): Screen =
        runBlocking { withTimeout(30_000) { screen.first { it !is Screen.Working } } }

    private inline fun <reified T : Screen> WalletModel.on(): T = settled().let {
        Pictures.draw(it)
        it as? T ?: error("$it")
    }

    @Test
    fun aCardIsTakenAndShown() = walk(Locale.CANADA, Language.ENGLISH)

    @Test
    fun uneCarteEstAccepteeEtMontree() = walk(Locale.CANADA_FRENCH, Language.FRENCH)

    private fun walk(locale: Locale, language: Language) = Pictures.speaking(locale) {
        val model = model(language)
        model.cards()
        assertTrue(model.on<Screen.Cards>().cards.isEmpty())
        model.scan()
        model.on<Screen.Scan>()
        val (link, code) = services.offer("ontario-person", "person.json", true)
        model.read(link)
        assertTrue(model.on<Screen.Preview>().preview.claims().isNotEmpty())
        model.accept()
        assertEquals(null, model.on<Screen.Code>().problem)
        model.enter("0")
        assertTrue(model.on<Screen.Code>().problem!!.message.fr.isNotEmpty())
        model.enter(code!!)
        val stored = model.on<Screen.Stored>()
        assertTrue(stored.cards.isNotEmpty() && stored.refused.isEmpty())
        val (request, ask) = services.begin("counter")
        model.read(ask)
        assertTrue(model.on<Screen.Asked>().view.canAnswer)
        model.look()
        val agree = model.on<Screen.Agree>()
        model.agree(agree.choice, receipt = true)
        model.on<Screen.Shown>()
        assertEquals("accept", services.outcome(request))
        model.cards()
        assertEquals(1, single(model.on<Screen.Cards>().cards).size)
        model.refresh()
        model.on<Screen.Cards>()
        model.history()
        assertTrue(model.on<Screen.History>().entries.map { it.event }.containsAll(listOf("received", "shown")))
        scope.cancel()
    }

    private fun org.tamarack.OfferPreview.claims() = credentials.flatMap { it.claims }

    @Test
    fun sayingNoShowsNothing() = Pictures.speaking(Locale.CANADA) {
        val model = model(Language.ENGLISH)
        val (request, ask) = services.begin("age-19")
        model.read(ask)
        assertFalse(model.on<Screen.Asked>().view.canAnswer)
        model.decline(DeclineReason.NOTHING_FITS)
        assertEquals(listOf("declined"), model.on<Screen.History>().entries.map { it.event })
        assertFalse(services.outcome(request) == "accept")
    }

    @Test
    fun whatFailsIsSaidAndTriedAgain() = Pictures.speaking(Locale.CANADA) {
        var down = true
        val client = object : HttpClient {
            override fun send(request: HttpRequest) = if (down) throw PlatformException.Offline("airplane") else local.send(request)
        }
        val model = model(Language.ENGLISH, client)
        val (link, _) = services.offer("ontario-age", "age.json", false)
        model.read(link)
        assertFalse(model.on<Screen.Failed>().problem.code.isEmpty())
        down = false
        model.retry()
        model.on<Screen.Preview>()
        model.accept()
        // Many single-use copies are one card on the screen.
        assertTrue(model.on<Screen.Stored>().cards.isNotEmpty())
    }

    @Test
    fun aLockedDeviceIsUnlocked(): Unit = Pictures.speaking(Locale.CANADA_FRENCH) {
        var locked = true
        val model = WalletModel(scope, local) {
            if (locked) throw org.tamarack.TamarackException.Locked(problem("platform.locked"))
            openWallet(WalletOptions(folder.resolve("w").path, Services.PASSPHRASE))
        }
        model.cards()
        model.on<Screen.Locked>()
        locked = false
        model.unlocked()
        assertTrue(model.on<Screen.Cards>().cards.isEmpty())
    }

    private fun problem(code: String) = org.tamarack.Problem(code, null, null, org.tamarack.Text("", ""), org.tamarack.Text("", ""))

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
