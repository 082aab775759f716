package org.tamarack

import java.io.File
import java.net.HttpURLConnection
import java.net.ServerSocket
import java.net.URI
import java.util.concurrent.TimeUnit

/** The issuing and the verifying service of this repository, as processes on this machine. */
class Services(private val folder: File) : AutoCloseable {
    private val programs = File(System.getProperty("jna.library.path"))
    private val running = mutableListOf<Process>()
    val province = "http://localhost:${port()}"
    val did = "did:web:" + province.removePrefix("http://").replace(":", "%3A")
    val shop = "http://localhost:${port()}"
    val trust: File = folder.resolve("trust.json")

    init {
        trust.writeText(Shared.trustList(did))
        issuer("init", "--did", did, "--status-base", "$province/status")
        for (kind in listOf("P-256", "BLS12-381-G2")) issuer("key", "new", "--kind", kind)
        for (name in listOf("person-2.0.json", "age-2.0.json")) issuer("type", "add", example("types/$name"))
        start(province, issuing("serve", "--base-url", province, "--listen", address(province), "--rate", "100000"))
        val asks = listOf("age-19.json", "counter.json").flatMap { listOf("--ask", example("asks/$it")) }
        val verifier = programs.resolve("tamarack-verifier").path
        val store = folder.resolve("shop").path
        start(shop, listOf(verifier, "serve", "--trust", trust.path, "--store", store) + asks +
            listOf("--base-url", shop, "--listen", address(shop)))
    }

    /** The link of an offer, and its code. */
    fun offer(type: String, claims: String, code: Boolean): Pair<String, String?> {
        val more = if (code) arrayOf("--tx-code") else emptyArray()
        val said = issuer("offer", "--json", "--type", type, "--claims", example("claims/$claims"), *more)
        val made = Shared.json(said)
        return made["link"].asString to made["txCode"]?.takeIf { it.isJsonPrimitive }?.asString
    }

    /** The id of a new request, and the link for the wallet. */
    fun begin(ask: String): Pair<String, String> {
        val begun = Shared.json(call("/requests", """{"ask":"$ask"}"""))
        return begun["id"].asString to begun["wallet"].asString
    }

    fun outcome(request: String): String =
        Shared.json(call("/requests/$request", null))["result"].asJsonObject["outcome"].asString

    override fun close() = running.forEach { it.destroyForcibly().waitFor() }

    private fun call(path: String, body: String?): String {
        val connection = URI("$shop$path").toURL().openConnection() as HttpURLConnection
        val token = folder.resolve("shop/api-token").readText().trim()
        connection.setRequestProperty("authorization", "Bearer $token")
        if (body != null) {
            connection.doOutput = true
            connection.setRequestProperty("content-type", "application/json")
            connection.outputStream.use { it.write(body.toByteArray()) }
        }
        return connection.inputStream.use { it.readBytes().decodeToString() }
    }

    private fun issuing(vararg arguments: String): List<String> =
        listOf(programs.resolve("tamarack-issuer").path, "--store", folder.resolve("office").path, *arguments)

    private fun issuer(vararg arguments: String): String {
        val errors = folder.resolve("issuer.err")
        val process = builder(issuing(*arguments)).redirectError(errors).start()
        process.outputStream.close()
        val said = process.inputStream.readBytes().decodeToString()
        check(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) { errors.readText() }
        return said
    }

    private fun start(url: String, command: List<String>) {
        val log = folder.resolve("${running.size}.log")
        val process = builder(command).redirectErrorStream(true).redirectOutput(log).start()
        running += process
        process.outputStream.close()
        val until = System.nanoTime() + 60_000_000_000
        while (!ready(url)) {
            check(process.isAlive && System.nanoTime() < until) { log.readText() }
            Thread.sleep(50)
        }
    }

    private fun builder(command: List<String>) =
        ProcessBuilder(command).also { it.environment() += mapOf("TAMARACK_PASSPHRASE" to PASSPHRASE, "LC_ALL" to "C") }

    private fun ready(url: String): Boolean = runCatching {
        (URI("$url/readyz").toURL().openConnection() as HttpURLConnection).responseCode == 200
    }.getOrDefault(false)

    private fun example(path: String) = Shared.root.resolve("examples/$path").path

    private fun address(url: String) = "127.0.0.1:${URI(url).port}"

    private fun port(): Int = ServerSocket(0).use { it.localPort }

    companion object {
        const val PASSPHRASE = "larch needles fall"
    }
}
