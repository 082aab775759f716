package org.tamarack

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ProducerScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.isActive

/**
 * How far a step has come that asks the network: who is being asked, who answered, and at last its result.
 *
 * ```kotlin
 * offer.accepting(Acceptance(txCode = typed)).collect { event ->
 *     when (event) {
 *         is Progress.Asking -> say("Asking ${URI(event.url).host}…")
 *         is Progress.Answered -> Unit
 *         is Progress.Done -> show(event.result)
 *     }
 * }
 * ```
 *
 * Each flow of this module begins its work when it is collected, does it once for each collector, and ends with [Done] or with the
 * [TamarackException] of the function that it is named after. A collector that goes away ends the work before its next request;
 * what was begun by then is as after a lost connection: a receiving can be resumed.
 */
sealed interface Progress<out T> {
    /** Something is being fetched from this URL. It may hold what is nobody else's business: show its host alone. */
    data class Asking(val url: String) : Progress<Nothing>

    /** It came with this HTTP status; none if it did not come. */
    data class Answered(val url: String, val status: Int?) : Progress<Nothing>

    /** What came of it: the last event there is. */
    data class Done<out T>(val result: T) : Progress<T>
}

/**
 * [judgeOnline], telling on the way what is asked of whom.
 *
 * ```kotlin
 * verifier.judging(text).collect { if (it is Progress.Done) show(it.result) }
 * ```
 *
 * @throws TamarackException.Input for what is no credential at all. A service that does not answer is no error: its check is
 *   undetermined.
 */
fun Verifier.judging(
    text: String,
    evidence: Evidence = Evidence(),
    client: HttpClient = GuardedClient(),
    clock: Clock? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<Verdict>> = telling(client, dispatcher) { verifyOnline(text, evidence, it, clock) }

/**
 * [accepted], telling on the way what is asked of whom. To be collected once the person has said yes.
 *
 * ```kotlin
 * offer.accepting(Acceptance(txCode = typed)).collect { if (it is Progress.Done) show(it.result) }
 * ```
 *
 * @throws TamarackException.Input for a code that is missing or wrong.
 * @throws TamarackException.Offline after which [Wallet.pending] has what to resume.
 */
fun Offer.accepting(
    acceptance: Acceptance = Acceptance(),
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<Receiving>> = telling(client, dispatcher) { accept(acceptance, it) }

/**
 * [resumed], telling on the way what is asked of whom.
 *
 * ```kotlin
 * wallet.pending().forEach { wallet.resuming(it.id).collect(::show) }
 * ```
 *
 * @param returned the URL that the browser came back with, after [Receiving.Browser].
 * @throws TamarackException.Offline after which it can be resumed again; any other ends it.
 */
fun Wallet.resuming(
    id: String,
    returned: String? = null,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<Receiving>> = telling(client, dispatcher) { resume(id, it, returned) }

/**
 * [renewed], telling on the way what is asked of whom.
 *
 * ```kotlin
 * wallet.due().forEach { wallet.renewing(it).collect(::show) }
 * ```
 *
 * @throws TamarackException.Input for a credential whose issuer gave no right to renew it.
 * @throws TamarackException.Offline when the issuer is out of reach; the old credential stays.
 */
fun Wallet.renewing(
    due: Due,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<Receiving>> = telling(client, dispatcher) { renew(due, it) }

/**
 * [Consent.presented], telling on the way what is asked of whom.
 *
 * ```kotlin
 * asked.agree(asked.view().least).presenting().collect { if (it is Progress.Done) show(it.result) }
 * ```
 *
 * @throws TamarackException.Offline after which it can be collected again, and sends the same.
 * @throws TamarackException.Denied when the device or the verifier says no.
 */
fun Consent.presenting(
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<Answered>> = telling(client, dispatcher) { present(it) }

/**
 * [refreshed], telling on the way what is asked of whom: one status list after the other.
 *
 * ```kotlin
 * wallet.refreshing().collect { if (it is Progress.Done && it.result.changed.isNotEmpty()) showAgain(wallet.credentials()) }
 * ```
 *
 * @throws TamarackException.Locked when the wallet is locked. A list that does not come is no error.
 */
fun Wallet.refreshing(
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress<RefreshReport>> = telling(client, dispatcher) { refresh(it) }

private fun <T> telling(client: HttpClient, dispatcher: CoroutineDispatcher, work: (HttpClient) -> T): Flow<Progress<T>> =
    channelFlow {
        val result = try {
            work(Telling(client, this))
        } catch (error: TamarackException) {
            // What fails because nobody waits for it is no failure.
            ensureActive()
            throw error
        }
        send(Progress.Done(result))
    }.buffer(Channel.UNLIMITED).flowOn(dispatcher)

private class Telling<T>(private val client: HttpClient, private val scope: ProducerScope<Progress<T>>) : HttpClient {
    override fun send(request: HttpRequest): HttpResponse {
        if (!scope.isActive) throw PlatformException.Offline("nobody waits for it")
        scope.trySend(Progress.Asking(request.url))
        val response = runCatching { client.send(request) }
        scope.trySend(Progress.Answered(request.url, response.getOrNull()?.status?.toInt()))
        return response.getOrThrow()
    }
}
