/*
 * A wallet on the command line: take up an offer, answer a request, make a backup. The passphrase stands in
 * TAMARACK_PASSPHRASE; the module's tests compile this file and run it against the real services.
 *
 *     WalletKt FOLDER take LINK TRUST_FILE [CODE]
 *     WalletKt FOLDER answer LINK
 *     WalletKt FOLDER backup FILE
 *
 * With --yes the person agrees to what is shown; with --this-machine services on this very machine may be asked.
 */
package org.tamarack.example

import java.io.File
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import org.tamarack.Acceptance
import org.tamarack.DeclineReason
import org.tamarack.GuardedClient
import org.tamarack.Language
import org.tamarack.Receiving
import org.tamarack.TamarackException
import org.tamarack.TrustOptions
import org.tamarack.Wallet
import org.tamarack.WalletOptions
import org.tamarack.accepted
import org.tamarack.declined
import org.tamarack.newRecoveryPhrase
import org.tamarack.offer
import org.tamarack.openWallet
import org.tamarack.presented
import org.tamarack.request

fun main(arguments: Array<String>) {
    exitProcess(runBlocking { run(arguments.toList(), System.getenv("TAMARACK_PASSPHRASE").orEmpty(), ::println) })
}

/** Does what the arguments say, and gives the exit code. */
suspend fun run(arguments: List<String>, passphrase: String, say: (String) -> Unit): Int {
    val (flags, words) = arguments.partition { it.startsWith("--") }
    val (folder, what, of) = words
    val client = GuardedClient(thisMachine = "--this-machine" in flags)
    val agrees = { question: String -> say(question).let { "--yes" in flags } }
    val trust = words.getOrNull(3)?.takeIf { what == "take" }?.let { File(it).readText() }
    return try {
        val options = WalletOptions(folder, passphrase, trust = TrustOptions(trust), language = Language.ENGLISH)
        openWallet(options).use { wallet ->
            when (what) {
                "take" -> take(wallet, client, of, words.getOrNull(4), agrees, say)
                "answer" -> answer(wallet, client, of, agrees, say)
                else -> backup(wallet, File(of), say)
            }
        }
    } catch (error: TamarackException) {
        say(error.toString())
        1
    }
}

private suspend fun take(
    wallet: Wallet,
    client: GuardedClient,
    link: String,
    code: String?,
    agrees: (String) -> Boolean,
    say: (String) -> Unit,
): Int {
    // Nothing is asked of the issuer for the person until they have seen what is offered.
    val offer = wallet.offer(link, client)
    if (!agrees(offer.preview().spoken)) return 2
    return when (val came = offer.accepted(Acceptance(txCode = code), client)) {
        is Receiving.Browser -> 3.also { say("Open ${came.url}, then resume ${came.id}.") }
        is Receiving.Later -> 3.also { say("The issuer needs time: resume ${came.id} after ${came.notBefore}.") }
        is Receiving.Done -> {
            came.refused.flatMap { it.reasons }.forEach { say("${it.code}: ${it.message.en}") }
            wallet.credentials().forEach { say("In your wallet: ${it.title.en} (${it.conditionName.en})") }
            if (came.credentials.isEmpty()) 1 else 0
        }
    }
}

private suspend fun answer(
    wallet: Wallet,
    client: GuardedClient,
    link: String,
    agrees: (String) -> Boolean,
    say: (String) -> Unit,
): Int {
    val request = wallet.request(link, client)
    val asked = request.ask()
    val view = asked.view()
    if (!view.canAnswer) return 1.also { say(view.spoken) }
    if (!agrees(view.spoken)) {
        request.declined(DeclineReason.NOT_WANTED, client)
        return 2
    }
    // Only what the person agreed to is signed: the choice is held against what was asked.
    asked.agree(view.least).presented(client)
    say("Your answer was delivered.")
    return 0
}

private fun backup(wallet: Wallet, file: File, say: (String) -> Unit): Int {
    val phrase = newRecoveryPhrase(Language.ENGLISH)
    val made = wallet.backup(phrase)
    file.writeBytes(made.bytes)
    say("${made.credentials} credentials. Write these words on paper; they alone open the backup:")
    say(phrase)
    return 0
}
