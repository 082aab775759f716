package org.tamarack.sample

import androidx.compose.ui.res.resources
import java.io.File
import java.util.Locale
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ResourcesTest {
    private val placeholder = Regex("%\\d\\$[sd]")

    @Test
    fun bothLanguagesSayEverything() {
        val (en, fr) = listOf("en", "fr").map(::resources)
        assertEquals(en.keys.toList(), R.string.names)
        assertEquals(en.keys.toList(), fr.keys.toList())
        for ((name, text) in en) {
            val there = fr.getValue(name)
            assertEquals(places(text), places(there), name)
            assertTrue(there.isNotBlank() && '\'' !in there && '\'' !in text, name)
        }
    }

    private fun places(text: String) = placeholder.findAll(text).map { it.value }.sorted().toList()

    @Test
    fun everyTextIsUsed() {
        val app = File(System.getProperty("sample.res")).parentFile
        val code = app.walk().filter { it.extension == "kt" || it.name == "AndroidManifest.xml" }.joinToString("") { it.readText() }
        val unused = R.string.names.filter { "R.string.$it" !in code && "@string/$it" !in code }
        assertEquals(emptyList<String>(), unused)
    }

    @Test
    fun screensThatNoWalkComesBy() {
        for (locale in listOf(Locale.CANADA, Locale.CANADA_FRENCH)) {
            Pictures.speaking(locale) {
                listOf(Screen.Working("issuer.example"), Screen.SignIn("https://issuer.example"), Screen.Waiting("1"), Screen.Locked)
                    .forEach(Pictures::draw)
            }
        }
    }
}
