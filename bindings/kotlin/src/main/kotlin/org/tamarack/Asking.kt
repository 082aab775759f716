package org.tamarack

import java.time.Instant
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * [WalletRequest.answer] off the caller's thread.
 *
 * ```kotlin
 * val answer = request.judged(form, verifier, evidence)
 * if (answer.outcome == Outcome.ACCEPT) open(answer.presentations.single().claims)
 * ```
 *
 * @param form what the wallet posted, as it came.
 * @param now the time to judge at; none for this machine's.
 * @throws TamarackException.Denied if the wallet says no, or an answer was accepted before.
 * @throws TamarackException.Input for what is no answer to this request.
 */
suspend fun WalletRequest.judged(
    form: String,
    verifier: Verifier,
    evidence: Evidence? = null,
    now: Instant? = null,
    rules: AnswerRules? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): AnswerVerdict = withContext(dispatcher) { answer(form, verifier, evidence, now, rules) }

/**
 * [WalletRequest.answerOnline] off the caller's thread: what is needed is fetched, and the answer judged again.
 *
 * ```kotlin
 * val answer = request.judgedOnline(form, verifier)
 * ```
 *
 * @param client who fetches; [GuardedClient] for strangers' URLs.
 * @throws TamarackException as [judged]. A service that does not answer is no error: its check is undetermined.
 */
suspend fun WalletRequest.judgedOnline(
    form: String,
    verifier: Verifier,
    evidence: Evidence = Evidence(),
    client: HttpClient = GuardedClient(),
    clock: Clock? = null,
    rules: AnswerRules? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): AnswerVerdict = withContext(dispatcher) { answerOnline(form, verifier, evidence, client, clock, rules) }
