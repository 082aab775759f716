package org.tamarack.sample

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.unit.Density
import java.io.File
import java.util.Locale
import kotlinx.coroutines.Dispatchers
import org.junit.jupiter.api.Assertions.assertTrue
import org.tamarack.Choice

/** Draws screens at a phone's width, and in a large type; with `-Dsample.pictures=FOLDER` they are kept to be looked at. */
internal object Pictures {
    private val folder = System.getProperty("sample.pictures").orEmpty()
    private var count = 0

    fun <T> speaking(locale: Locale, work: () -> T): T {
        val before = Locale.getDefault()
        Locale.setDefault(locale)
        try {
            return work()
        } finally {
            Locale.setDefault(before)
        }
    }

    fun draw(screen: Screen) {
        for (type in listOf(1f, 2f)) {
            val scene = ImageComposeScene(720, 1560, Density(2f, type), coroutineContext = Dispatchers.Unconfined) { Of(screen) }
            val bitmap = scene.render()
            val png = bitmap.encodeToData()!!.bytes
            scene.close()
            // An empty page is some 9 kB smaller than one with a title and a button.
            assertTrue(png.size > 12_000, "$screen")
            if (folder.isNotEmpty() && type == 1f) {
                val name = "%02d-%s-%s.png".format(++count, screen::class.simpleName, Locale.getDefault().language)
                File(folder).resolve(name).writeBytes(png)
            }
        }
    }

    @Composable
    private fun Of(screen: Screen) {
        val nothing = {}
        MaterialTheme {
            Surface {
                when (screen) {
                    is Screen.Working -> WorkingScreen(screen.host)
                    is Screen.Cards -> CardsScreen(screen.cards, nothing, nothing, nothing)
                    is Screen.Scan -> ScanScreen(nothing, {}, nothing)
                    is Screen.Preview -> PreviewScreen(screen.preview, nothing, nothing)
                    is Screen.Code -> CodeScreen(screen.look, screen.problem, {}, nothing)
                    is Screen.SignIn -> SignInScreen(nothing, nothing)
                    is Screen.Waiting -> WaitingScreen(nothing, nothing)
                    is Screen.Stored -> StoredScreen(screen, nothing)
                    is Screen.Asked -> AskedScreen(screen.view, nothing, nothing)
                    is Screen.Agree -> AgreeScreen(screen.view, screen.choice, { _: Choice -> }, { _, _ -> }, nothing)
                    is Screen.Shown -> ShownScreen(screen, {}, nothing, nothing)
                    is Screen.History -> HistoryScreen(screen.entries, nothing)
                    is Screen.Locked -> LockedScreen(nothing)
                    is Screen.Failed -> FailedScreen(screen.problem, nothing, nothing)
                }
            }
        }
    }
}
