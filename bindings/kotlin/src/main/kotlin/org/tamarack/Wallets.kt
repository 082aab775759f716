package org.tamarack

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * Opens the wallet of a folder, or makes a new one where there is none, off the caller's thread: a passphrase takes about half a
 * second.
 *
 * ```kotlin
 * val wallet = openWallet(WalletOptions(folder = filesDir.resolve("wallet").path, device = KeystoreKeys()))
 * ```
 *
 * @throws TamarackException.Locked for another passphrase or device than the wallet's; nothing is harmed by it.
 * @throws TamarackException.Storage for files that cannot be read or written.
 */
suspend fun openWallet(options: WalletOptions, dispatcher: CoroutineDispatcher = Dispatchers.IO): Wallet =
    withContext(dispatcher) { if (walletExists(options.folder)) Wallet.open(options) else Wallet.create(options) }

/**
 * [Wallet.openOffer] off the caller's thread: asks the issuer what it offers, and tells it nothing of the person.
 *
 * ```kotlin
 * val offer = wallet.offer(scanned)
 * show(offer.preview().spoken)
 * ```
 *
 * @param link the text of the offer's link or QR code.
 * @throws TamarackException.Offline when the issuer is out of reach.
 * @throws TamarackException.Input for an offer that cannot be followed.
 */
suspend fun Wallet.offer(
    link: String,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Offer = withContext(dispatcher) { openOffer(link, client) }

/**
 * [Offer.accept] off the caller's thread, once the person has said yes. What comes is verified before it is kept.
 *
 * ```kotlin
 * when (val came = offer.accepted(Acceptance(txCode = typed))) {
 *     is Receiving.Done -> show(came.credentials, came.refused)
 *     is Receiving.Browser -> openBrowser(came.url) // then wallet.resumed(came.id, returned = url)
 *     is Receiving.Later -> schedule(came.notBefore) // then wallet.resumed(came.id)
 * }
 * ```
 *
 * @throws TamarackException.Input for a code that is missing or wrong.
 * @throws TamarackException.Offline after which [Wallet.pending] has what to resume.
 */
suspend fun Offer.accepted(
    acceptance: Acceptance = Acceptance(),
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Receiving = withContext(dispatcher) { accept(acceptance, client) }

/**
 * [Wallet.resume] off the caller's thread.
 *
 * ```kotlin
 * for (one in wallet.pending()) wallet.resumed(one.id)
 * ```
 *
 * @param returned the URL that the browser came back with, after [Receiving.Browser].
 * @throws TamarackException.Offline after which it can be resumed again; any other ends it.
 */
suspend fun Wallet.resumed(
    id: String,
    returned: String? = null,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Receiving = withContext(dispatcher) { resume(id, client, returned) }

/**
 * [Wallet.openRequest] off the caller's thread: reads what a verifier asks, and authenticates it as far as its identifier allows.
 *
 * ```kotlin
 * val asked = wallet.request(scanned).ask()
 * show(asked.view().spoken)
 * ```
 *
 * @throws TamarackException.Input for a request that breaks a rule or is not by whom it says.
 * @throws TamarackException.Offline when the verifier is out of reach.
 */
suspend fun Wallet.request(
    link: String,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Request = withContext(dispatcher) { openRequest(link, client) }

/**
 * [Consent.present] off the caller's thread: makes the answer that the person agreed to, and sends it. A key in the device may ask for
 * a finger.
 *
 * ```kotlin
 * asked.agree(asked.view().least).presented()
 * ```
 *
 * @throws TamarackException.Offline after which it can be called again, and sends the same.
 * @throws TamarackException.Denied when the device or the verifier says no.
 */
suspend fun Consent.presented(
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Answered = withContext(dispatcher) { present(client) }

/**
 * [Wallet.renew] off the caller's thread: fresh copies of a credential, or the next one in the place of one that ends.
 *
 * ```kotlin
 * for (due in wallet.due()) wallet.renewed(due)
 * ```
 *
 * @throws TamarackException.Input for a credential whose issuer gave no right to renew it.
 * @throws TamarackException.Offline when the issuer is out of reach; the old credential stays.
 */
suspend fun Wallet.renewed(
    due: Due,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Receiving = withContext(dispatcher) { renew(due, client) }

/**
 * [Request.decline] off the caller's thread. The verifier hears that access was denied, and not why.
 *
 * ```kotlin
 * request.declined(DeclineReason.NOT_WANTED)
 * ```
 *
 * @throws TamarackException.Offline when the verifier is out of reach.
 */
suspend fun Request.declined(
    reason: DeclineReason,
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Answered = withContext(dispatcher) { decline(reason, client) }

/**
 * [Wallet.refresh] off the caller's thread: the states of what the wallet holds, whole lists in random order.
 *
 * ```kotlin
 * if (wallet.refreshed().changed.isNotEmpty()) showAgain(wallet.credentials())
 * ```
 *
 * @return what changed.
 * @throws TamarackException.Locked when the wallet is locked. A list that does not come is no error.
 */
suspend fun Wallet.refreshed(
    client: HttpClient = GuardedClient(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): RefreshReport = withContext(dispatcher) { refresh(client) }
