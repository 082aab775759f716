package org.tamarack.sample

import java.net.URI
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import org.tamarack.Acceptance
import org.tamarack.Answered
import org.tamarack.BrowserApp
import org.tamarack.Choice
import org.tamarack.CodeLook
import org.tamarack.ConsentRequest
import org.tamarack.ConsentView
import org.tamarack.CredentialSummary
import org.tamarack.DeclineReason
import org.tamarack.GuardedClient
import org.tamarack.HistoryEntry
import org.tamarack.HistorySearch
import org.tamarack.HttpClient
import org.tamarack.Offer
import org.tamarack.OfferPreview
import org.tamarack.Problem
import org.tamarack.Progress
import org.tamarack.ReceiptOptions
import org.tamarack.Receiving
import org.tamarack.RefusalReason
import org.tamarack.Request
import org.tamarack.TamarackException
import org.tamarack.Wallet
import org.tamarack.accepting
import org.tamarack.declined
import org.tamarack.offer
import org.tamarack.presenting
import org.tamarack.problem
import org.tamarack.refreshing
import org.tamarack.request
import org.tamarack.resuming

/** What is on the screen: one step each. */
sealed interface Screen {
    /** Something is being asked of this host, or worked out here. */
    data class Working(val host: String?) : Screen

    /** What the person holds. */
    data class Cards(val cards: List<CredentialSummary>) : Screen

    /** A link is scanned or pasted. */
    data object Scan : Screen

    /** What an issuer offers. Nothing was accepted yet. */
    data class Preview(val preview: OfferPreview) : Screen

    /** A code is typed that came by another way; [problem] says why the last one was not taken. */
    data class Code(val look: CodeLook, val problem: Problem?) : Screen

    /** The person is to sign in at this URL. */
    data class SignIn(val url: String) : Screen

    /** The issuer needs time. */
    data class Waiting(val id: String) : Screen

    /** What came, and what of it was not taken. */
    data class Stored(val cards: List<CredentialSummary>, val refused: List<RefusalReason>) : Screen

    /** Who asks, and why. Nothing was agreed to yet. */
    data class Asked(val view: ConsentView) : Screen

    /** What exactly would be shown, for the person to agree to. */
    data class Agree(val view: ConsentView, val choice: Choice) : Screen

    /** It was shown to this verifier. */
    data class Shown(val verifier: String, val redirect: String?) : Screen

    /** What happened. */
    data class History(val entries: List<HistoryEntry>) : Screen

    /** The device's lock must be opened first; then [WalletModel.unlocked]. */
    data object Locked : Screen

    /** It did not come out. */
    data class Failed(val problem: Problem) : Screen
}

/**
 * The sample's steps, without any of Android: what the screens show is [screen], what the person does is a method. Nothing is accepted
 * or shown to anybody without [accept] and [agree].
 */
class WalletModel(
    private val scope: CoroutineScope,
    private val client: HttpClient = GuardedClient(),
    private val open: suspend () -> Wallet,
) {
    private val shown = MutableStateFlow<Screen>(Screen.Working(null))
    val screen: StateFlow<Screen> = shown.asStateFlow()

    private var wallet: Wallet? = null
    private var offer: Offer? = null
    private var request: Request? = null
    private var asked: ConsentRequest? = null
    private var signingIn: String? = null
    private var last: (suspend () -> Screen)? = null
    private var job: Job? = null

    /** The list of cards: also how the app begins. */
    fun cards() = step { Screen.Cards(wallet().credentials()) }

    fun scan() = step { Screen.Scan }

    /** A link that was scanned, pasted, or came from another app: an offer or a request. */
    fun read(link: String) = step {
        if (isOffer(link)) {
            val offer = wallet().offer(link.trim(), client).also { offer = it }
            Screen.Preview(offer.preview())
        } else {
            val request = wallet().request(link.trim(), client).also { request = it }
            val asked = request.ask().also { asked = it }
            Screen.Asked(asked.view())
        }
    }

    /** The person's yes to the offer. */
    fun accept() = step {
        val preview = offer!!.preview()
        preview.txCode?.let { Screen.Code(it, null) } ?: receive(null)
    }

    /** The code that came with the offer by another way. */
    fun enter(code: String) = step {
        try {
            receive(code.trim())
        } catch (error: TamarackException.Input) {
            Screen.Code(offer!!.preview().txCode!!, error.problem)
        }
    }

    private suspend fun receive(code: String?): Screen =
        came(follow(offer!!.accepting(Acceptance(txCode = code, browser = BROWSER), client)))

    /** The browser came back with this URL. */
    fun returned(url: String) = step { came(follow(wallet().resuming(signingIn!!, url, client))) }

    /** The issuer is asked again. */
    fun again(id: String) = step { came(follow(wallet().resuming(id, null, client))) }

    private suspend fun came(receiving: Receiving): Screen = when (receiving) {
        is Receiving.Browser -> Screen.SignIn(receiving.url).also { signingIn = receiving.id }
        is Receiving.Later -> Screen.Waiting(receiving.id)
        is Receiving.Done -> {
            val cards = wallet().credentials().filter { it.id in receiving.credentials }
            Screen.Stored(cards, receiving.refused.flatMap { it.reasons })
        }
    }

    /** The person wants to see what would be shown: the least that is enough, to begin with. */
    fun look() = step { asked!!.view().let { Screen.Agree(it, it.least) } }

    /** Another card for a question. */
    fun pick(choice: Choice) {
        (shown.value as? Screen.Agree)?.let { shown.value = it.copy(choice = choice) }
    }

    /** The person's yes to exactly this choice. The library refuses one that lies outside what was asked. */
    fun agree(choice: Choice, receipt: Boolean) {
        val view = asked!!.view()
        val consent = runCatching { asked!!.agree(choice, if (receipt) ReceiptOptions() else null) }
        step {
            val answered: Answered = follow(consent.getOrThrow().presenting(client))
            Screen.Shown(view.verifierName ?: view.verifier, answered.redirect)
        }
    }

    /** The person's no. */
    fun decline(reason: DeclineReason) = step {
        request!!.declined(reason, client)
        Screen.History(entries())
    }

    /** What stands is looked up: suspended, revoked. */
    fun refresh() = step {
        follow(wallet().refreshing(client))
        Screen.Cards(wallet().credentials())
    }

    fun history() = step { Screen.History(entries()) }

    /** The person opened the device's lock: the step that was stopped by it is done again. */
    fun unlocked() = retry()

    /** The last step once more. */
    fun retry() {
        last?.let { step(it) }
    }

    private suspend fun entries() = wallet().history(HistorySearch(), 100u)

    private suspend fun wallet(): Wallet = wallet ?: open().also { wallet = it }

    /** Does a step's work, and says meanwhile who is being asked. */
    private suspend fun <T> follow(events: Flow<Progress<T>>): T {
        var result: T? = null
        events.collect { event ->
            when (event) {
                is Progress.Asking -> shown.value = Screen.Working(URI(event.url).host)
                is Progress.Answered -> Unit
                is Progress.Done -> result = event.result
            }
        }
        return result!!
    }

    private fun step(work: suspend () -> Screen) {
        // One step at a time: a second touch of a button does nothing.
        if (job?.isActive == true) return
        last = work
        shown.value = Screen.Working(null)
        job = scope.launch {
            shown.value = try {
                work()
            } catch (error: TamarackException.Locked) {
                if (error.problem.code == "platform.locked") Screen.Locked else Screen.Failed(error.problem)
            } catch (error: TamarackException) {
                Screen.Failed(error.problem)
            }
        }
    }

    companion object {
        /** How an issuer's sign-in page brings the person back into the app; AndroidManifest.xml says the same. */
        const val REDIRECT = "org.tamarack.sample:/signed-in"
        private val BROWSER = BrowserApp("org.tamarack.sample", REDIRECT)

        fun isOffer(link: String): Boolean =
            link.trim().startsWith("openid-credential-offer:") || "credential_offer" in link
    }
}
