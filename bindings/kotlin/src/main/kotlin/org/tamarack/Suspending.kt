package org.tamarack

import java.time.Instant
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.ProducerScope
import kotlinx.coroutines.channels.trySendBlocking
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext

/**
 * [Verifier.verify] off the caller's thread.
 *
 * ```kotlin
 * val verdict = verifier.judge(text)
 * if (verdict.outcome == Outcome.ACCEPT) open(verdict.credentials)
 * ```
 *
 * @param now the time to judge at; none for this machine's.
 * @throws TamarackException.Input for what is no credential at all.
 */
suspend fun Verifier.judge(
    text: String,
    evidence: Evidence? = null,
    now: Instant? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Verdict = withContext(dispatcher) { verify(text, evidence, now) }

/**
 * [Verifier.verifyOnline] off the caller's thread: what is needed is fetched, and the verifier asked again.
 *
 * @param client who fetches; [GuardedClient] for strangers' URLs.
 * @throws TamarackException as [judge]. A service that does not answer is no error: its check is undetermined.
 */
suspend fun Verifier.judgeOnline(
    text: String,
    evidence: Evidence = Evidence(),
    client: HttpClient = GuardedClient(),
    clock: Clock? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Verdict = withContext(dispatcher) { verifyOnline(text, evidence, client, clock) }

/** How far a verification has come. */
sealed interface Progress {
    /** Something is being fetched from this URL. */
    data class Asking(val url: String) : Progress

    /** It came with this status, or did not come. */
    data class Answered(val url: String, val status: Int?) : Progress

    /** The verdict: the last there is. */
    data class Judged(val verdict: Verdict) : Progress
}

/**
 * [judgeOnline], telling on the way what is asked of whom, so that a screen can say so. It begins when it is collected and
 * ends with [Progress.Judged].
 *
 * ```kotlin
 * verifier.judging(text).collect { if (it is Progress.Judged) show(it.verdict) }
 * ```
 */
fun Verifier.judging(
    text: String,
    evidence: Evidence = Evidence(),
    client: HttpClient = GuardedClient(),
    clock: Clock? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Progress> =
    channelFlow {
        val verdict = verifyOnline(text, evidence, Telling(client, this), clock)
        send(Progress.Judged(verdict))
    }
        .buffer()
        .flowOn(dispatcher)

private class Telling(private val client: HttpClient, private val scope: ProducerScope<Progress>) : HttpClient {
    override fun send(request: HttpRequest): HttpResponse {
        scope.trySendBlocking(Progress.Asking(request.url))
        val response = runCatching { client.send(request) }
        scope.trySendBlocking(Progress.Answered(request.url, response.getOrNull()?.status?.toInt()))
        return response.getOrThrow()
    }
}

/** [CredentialType.issue] off the caller's thread. */
suspend fun CredentialType.issued(
    claims: String,
    key: Key,
    options: IssueOptions = IssueOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Issued = withContext(dispatcher) { issue(claims, key, options) }

/** [HeldCredential.present] off the caller's thread: a zero-knowledge proof takes some milliseconds, a key in the device may ask for
 * a finger. Call it with the person's consent. */
suspend fun HeldCredential.presented(
    pointers: List<String>,
    options: ShowOptions = ShowOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): String = withContext(dispatcher) { present(pointers, options) }
