package org.tamarack

import java.time.Instant
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
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
 * [Verifier.verifyOnline] off the caller's thread: what is needed is fetched, and the verifier asked again. [judging] tells on the
 * way of whom.
 *
 * ```kotlin
 * val verdict = verifier.judgeOnline(text)
 * ```
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

/**
 * [CredentialType.issue] off the caller's thread.
 *
 * ```kotlin
 * val made = type.issued(claims, key)
 * deliver(made.credential)
 * ```
 *
 * @param claims the claims as JSON text, by the names that the type file gives them.
 * @throws TamarackException.Input for claims that the type or its schema refuses: `issue.claim`, with a pointer.
 * @throws TamarackException.Denied when a key in the device may not sign.
 */
suspend fun CredentialType.issued(
    claims: String,
    key: Key,
    options: IssueOptions = IssueOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Issued = withContext(dispatcher) { issue(claims, key, options) }

/**
 * [HeldCredential.present] off the caller's thread: a zero-knowledge proof takes some milliseconds, a key in the device may ask for
 * a finger. Call it with the person's consent.
 *
 * ```kotlin
 * val shown = held.presented(listOf("/credentialSubject/givenName"), ShowOptions(audience = domain, nonce = challenge))
 * ```
 *
 * @param pointers what is shown, as JSON pointers (RFC 6901) into the credential; what must be shown comes along.
 * @throws TamarackException.Input for a pointer that the credential does not have, or a credential that cannot be shown in part.
 */
suspend fun HeldCredential.presented(
    pointers: List<String>,
    options: ShowOptions = ShowOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): String = withContext(dispatcher) { present(pointers, options) }
