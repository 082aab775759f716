package org.tamarack

import java.io.File
import java.net.URI
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** An app asks a wallet itself, without a service in between. */
class AskingTest {
    @TempDir
    lateinit var folder: File

    private object Nobody : HttpClient {
        override fun send(request: HttpRequest): HttpResponse = throw PlatformException.Offline("no network here")
    }

    private val url = "https://shop.example/answers"
    private val type = "https://credentials.example/card"
    private val dcql = """{"credentials":[{"id":"age","format":"dc+sd-jwt","meta":{"vct_values":["$type"]},"claims":[{"path":["over19"]}]}]}"""

    /** A wallet with a card that is bound to a key of its own, and who issued it. */
    private suspend fun holder(): Pair<Wallet, String> {
        val wallet = openWallet(WalletOptions(folder.resolve("w").path, Services.PASSPHRASE))
        val issuer = Key.generate(KeyType.P256)
        val own = wallet.createKey(NewKey.P256)
        val card = """{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"${issuer.didKey()}",""" +
            """"credentialSubject":{"id":"${own.publicKey().didJwk}","over19":true}}"""
        val signed = sign(card, "dc+sd-jwt", issuer, SignOptions(vct = type))
        val office = Verifier(PolicyOptions(trustList = Shared.trustList(issuer.didKey()), asHolder = true))
        wallet.imported(listOf(ImportedCredential(signed, own.id())), office)
        return wallet to issuer.didKey()
    }

    private suspend fun form(wallet: Wallet, link: String): String {
        val asked = wallet.request(link, Nobody).ask()
        val step = asked.agree(asked.view().least).begin().step(null) as AnswerStep.Send
        assertEquals(URI(url), URI(step.request.url))
        return step.request.body!!.decodeToString()
    }

    @Test
    fun anAnswerIsJudgedOnceAndGivesOutWhatWasAskedFor() = runBlocking {
        val (wallet, issuer) = holder()
        val request = WalletRequest(AskOptions(clientId = "redirect_uri:$url", answerTo = url, query = dcql))
        val form = form(wallet, request.unsignedUrl("openid4vp://"))
        val strict = Verifier(PolicyOptions(trustList = Shared.trustList("did:web:somebody.example")))
        val refused = request.judged(form, strict)
        assertEquals(Outcome.REJECT, refused.outcome)
        assertTrue(refused.presentations.all { it.claims.isEmpty() && it.issuer == null })

        val verifier = Verifier(PolicyOptions(trustList = Shared.trustList(issuer)))
        val kept = WalletRequest.fromKept(request.expose())
        val answer = kept.judgedOnline(form, verifier, client = Nobody)
        assertEquals(Outcome.ACCEPT, answer.outcome)
        assertNull(answer.problem)
        val shown = answer.presentations.single()
        assertEquals("""["over19"]""" to listOf("true"), shown.claims.single().let { it.path to it.values.map { value -> value.value } })
        assertEquals("age" to issuer, shown.id to shown.issuer)
        val again = assertThrows(TamarackException.Denied::class.java) { kept.answer(form, verifier) }
        assertEquals("request.answered", again.problem.code)
        assertFalse(request.nonce() in form)
        assertTrue(request.responseCode() in answerReceipt("https://shop.example/done?code=${request.responseCode()}"))
        wallet.close()
    }

    @Test
    fun whatDoesNotGoTogetherIsNotAsked() {
        val refused = assertThrows(TamarackException.Input::class.java) {
            WalletRequest(AskOptions(clientId = "redirect_uri:https://elsewhere.example/", answerTo = url, query = dcql))
        }
        assertEquals("invalid_request" to "response_uri", refused.problem.code to refused.problem.about)
    }
}
