package org.tamarack.sample

import android.app.Activity
import android.app.Application
import android.app.KeyguardManager
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.result.contract.ActivityResultContracts
import com.journeyapps.barcodescanner.ScanContract
import com.journeyapps.barcodescanner.ScanOptions
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import org.tamarack.Language
import org.tamarack.TrustOptions
import org.tamarack.WalletOptions
import org.tamarack.android.KeystoreKeys
import org.tamarack.openWallet

/** The app's one wallet: it outlives every turn of the phone. */
class SampleApp : Application() {
    val model by lazy {
        WalletModel(CoroutineScope(SupervisorJob() + Dispatchers.Main)) {
            // The list of the province, or of whoever runs the app; without one, nothing is taken from anybody.
            val trust = assets.open("local.json").bufferedReader().use { it.readText() }
            val language = if (french) Language.FRENCH else Language.ENGLISH
            val folder = noBackupFilesDir.resolve("wallet").path
            openWallet(WalletOptions(folder, device = KeystoreKeys(), trust = TrustOptions(trust), language = language))
        }
    }
}

class MainActivity : ComponentActivity(), Phone {
    private val model get() = (application as SampleApp).model

    private val camera = registerForActivityResult(ScanContract()) { found -> found.contents?.let(model::read) }
    private val lock = registerForActivityResult(ActivityResultContracts.StartActivityForResult()) { answer ->
        if (answer.resultCode == Activity.RESULT_OK) model.unlocked()
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (savedInstanceState == null && !opened(intent)) model.cards()
        setContent { App(model, this) }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        opened(intent)
    }

    /** A link from another app, or the browser's way back. Opening it shows it; nothing is accepted by it. */
    private fun opened(intent: Intent): Boolean {
        val link = intent.data?.toString() ?: return false
        if (link.startsWith(WalletModel.REDIRECT)) model.returned(link) else model.read(link)
        return true
    }

    override fun scan() = camera.launch(ScanOptions().setDesiredBarcodeFormats(ScanOptions.QR_CODE).setBeepEnabled(false))

    override fun browse(url: String) {
        try {
            startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(url)))
        } catch (_: ActivityNotFoundException) {
            // A phone without a browser: the screen stays as it is.
        }
    }

    override fun unlock() {
        // The framework's own prompt, for a face, a finger or the PIN; it is there on every version since 26.
        @Suppress("DEPRECATION")
        val prompt = getSystemService(KeyguardManager::class.java)
            ?.createConfirmDeviceCredentialIntent(getString(R.string.locked), null)
        prompt?.let(lock::launch)
    }
}
