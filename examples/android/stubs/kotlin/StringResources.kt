package androidx.compose.ui.res

import androidx.compose.runtime.Composable
import java.io.File
import java.util.Locale
import javax.xml.parsers.DocumentBuilderFactory
import org.tamarack.sample.R

/** The text of the app's own resource files, in the language of this machine. */
@Composable
fun stringResource(id: Int, vararg arguments: Any): String =
    String.format(Locale.getDefault(), resources(Locale.getDefault().language).getValue(R.string.names[id]), *arguments)

private val read = mutableMapOf<String, Map<String, String>>()

/** The resources of a language, by name. */
fun resources(language: String): Map<String, String> = read.getOrPut(language) {
    val folder = if (language == "fr") "values-fr" else "values"
    val file = File(System.getProperty("sample.res")).resolve("$folder/strings.xml")
    val all = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getElementsByTagName("string")
    (0 until all.length).associate { all.item(it).attributes.getNamedItem("name").nodeValue to all.item(it).textContent }
}
