package org.tamarack

import java.time.Instant
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * [Wallet.unlock] off the caller's thread: a passphrase takes about half a second, a device may ask for a finger.
 *
 * ```kotlin
 * if (wallet.isLocked()) wallet.unlocked(passphrase)
 * ```
 *
 * @throws TamarackException.Locked for another passphrase or device than the wallet's; nothing is harmed by it.
 */
suspend fun Wallet.unlocked(passphrase: String? = null, dispatcher: CoroutineDispatcher = Dispatchers.Default) =
    withContext(dispatcher) { unlock(passphrase) }

/**
 * [Wallet.changeGuard] off the caller's thread.
 *
 * ```kotlin
 * wallet.guardChanged(present = "cones in winter", new = "spruce and fir")
 * ```
 *
 * @param present the present passphrase; none for the device.
 * @param new the new one; none for the device.
 * @throws TamarackException.Locked for a wrong present one, which stays good.
 */
suspend fun Wallet.guardChanged(present: String?, new: String?, dispatcher: CoroutineDispatcher = Dispatchers.Default) =
    withContext(dispatcher) { changeGuard(present, new) }

/**
 * [Wallet.rekey] off the caller's thread: it takes the time of writing the whole database.
 *
 * ```kotlin
 * wallet.rekeyed(passphrase)
 * ```
 *
 * @throws TamarackException.Storage for a disk that is full; the present key stays.
 */
suspend fun Wallet.rekeyed(passphrase: String? = null, dispatcher: CoroutineDispatcher = Dispatchers.IO) =
    withContext(dispatcher) { rekey(passphrase) }

/**
 * [Wallet.importCredentials] off the caller's thread: each is verified first.
 *
 * ```kotlin
 * val ids = wallet.imported(listOf(ImportedCredential(text)), Verifier(PolicyOptions(trustList, asHolder = true)))
 * ```
 *
 * @return their ids, in the same order.
 * @throws TamarackException.Denied for one that does not hold; none is kept then.
 */
suspend fun Wallet.imported(
    credentials: List<ImportedCredential>,
    verifier: Verifier,
    evidence: Evidence? = null,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): List<String> = withContext(dispatcher) { importCredentials(credentials, verifier, evidence) }

/**
 * [Wallet.backup] off the caller's thread.
 *
 * ```kotlin
 * val phrase = newRecoveryPhrase(Language.FRENCH)
 * file.writeBytes(wallet.backedUp(phrase).bytes)
 * ```
 *
 * @param phrase the recovery phrase, which the person writes down.
 * @throws TamarackException.Input for a phrase that is none.
 */
suspend fun Wallet.backedUp(phrase: String, dispatcher: CoroutineDispatcher = Dispatchers.Default): BackupMade =
    withContext(dispatcher) { backup(phrase) }

/**
 * [Wallet.restore] off the caller's thread: all or nothing.
 *
 * ```kotlin
 * val report = wallet.restored(file.readBytes(), phrase)
 * ```
 *
 * @throws TamarackException.Input for another phrase than the backup's, or a file that is damaged.
 */
suspend fun Wallet.restored(
    backup: ByteArray,
    phrase: String,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): RestoreReport = withContext(dispatcher) { restore(backup, phrase) }

/**
 * [Showing.agree] off the caller's thread: the person's yes to a showing of their own.
 *
 * ```kotlin
 * val codes = writeQr(showing.agreed())
 * ```
 *
 * @return the text to hand over.
 * @throws TamarackException.Denied if the device says no.
 */
suspend fun Showing.agreed(dispatcher: CoroutineDispatcher = Dispatchers.Default): String = withContext(dispatcher) { agree() }

/**
 * [Verifier.verifyMany] off the caller's thread.
 *
 * ```kotlin
 * val accepted = verifier.judgeMany(texts).count { it.verdict?.outcome == Outcome.ACCEPT }
 * ```
 *
 * @param threads how many threads judge.
 * @return what came of each, in the same order.
 */
suspend fun Verifier.judgeMany(
    texts: List<String>,
    evidence: Evidence? = null,
    now: Instant? = null,
    threads: UInt = Runtime.getRuntime().availableProcessors().toUInt(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): List<Judged> = withContext(dispatcher) { verifyMany(texts, evidence, now, threads) }
