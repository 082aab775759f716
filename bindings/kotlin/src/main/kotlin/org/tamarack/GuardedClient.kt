package org.tamarack

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.HttpURLConnection
import java.net.Inet6Address
import java.net.InetAddress
import java.net.Proxy
import java.net.URI
import java.net.URL

/**
 * Sends requests over HTTPS to public addresses alone. Redirects are followed three times at most, never to HTTP, and to another
 * host only where the request allows it. It runs on the JVM and on Android.
 *
 * A name is looked up and its addresses are checked before the connection is made; the platform's cache of names (30 seconds on
 * the JVM) is what keeps the name from changing its mind in between.
 *
 * ```kotlin
 * val wallet = openWallet(options)
 * val offer = wallet.offer(link, GuardedClient())
 * ```
 *
 * @property thisMachine also this very machine, where a URL names it (`localhost`), over HTTP as well. For development.
 */
class GuardedClient(private val thisMachine: Boolean = false) : HttpClient {
    /**
     * Sends one request and waits for the answer.
     *
     * @throws PlatformException.Offline when nobody answers.
     * @throws PlatformException.Denied for an address that may not be asked.
     */
    override fun send(request: HttpRequest): HttpResponse {
        var url = parse(request.url)
        repeat(REDIRECTS + 1) {
            val response = once(url, request)
            val location = response.headers.firstOrNull { it.name.equals("location", ignoreCase = true) }?.value
            if (request.method != "GET" || response.status.toInt() !in MOVED || location == null) return response
            url = redirected(url, location, request)
        }
        throw PlatformException.Denied("too many redirects")
    }

    private fun redirected(from: URL, location: String, request: HttpRequest): URL {
        val to = parse(from.toURI().resolve(location).toString())
        val leaves = to.host != from.host || port(to) != port(from)
        val weaker = (from.protocol == "https" && to.protocol != "https") || (namesThis(to) && !namesThis(from))
        if (weaker || (leaves && !request.mayLeaveHost)) throw PlatformException.Denied("a redirect that leads elsewhere")
        return to
    }

    private fun once(url: URL, request: HttpRequest): HttpResponse {
        val here = thisMachine && namesThis(url)
        if (url.protocol != "https" && !(url.protocol == "http" && here)) throw PlatformException.Denied("not HTTPS")
        try {
            val places = InetAddress.getAllByName(url.host.removeSurrounding("[", "]"))
            if (places.any { if (here) !it.isLoopbackAddress else !isPublic(it) }) {
                throw PlatformException.Denied("not a public address")
            }
            // A proxy would resolve names itself, past the check.
            val connection = url.openConnection(Proxy.NO_PROXY) as HttpURLConnection
            try {
                return exchange(connection, request)
            } finally {
                connection.disconnect()
            }
        } catch (error: IOException) {
            throw PlatformException.Offline(error.toString())
        }
    }

    private fun exchange(connection: HttpURLConnection, request: HttpRequest): HttpResponse {
        connection.instanceFollowRedirects = false
        connection.useCaches = false
        val limit = request.timeoutSeconds.toInt() * 1000
        connection.connectTimeout = limit
        connection.readTimeout = limit
        connection.requestMethod = request.method
        request.headers.forEach { connection.setRequestProperty(it.name, it.value) }
        request.body?.let { body ->
            connection.doOutput = true
            connection.outputStream.use { it.write(body) }
        }
        val status = connection.responseCode
        val stream = if (status >= 400) connection.errorStream else connection.inputStream
        val out = ByteArrayOutputStream()
        val buffer = ByteArray(65536)
        val deadline = System.nanoTime() + request.timeoutSeconds.toLong() * 1_000_000_000
        stream?.use {
            while (true) {
                val count = it.read(buffer)
                if (count < 0) break
                out.write(buffer, 0, count)
                if (out.size().toULong() > request.maxBytes) throw PlatformException.Denied("the answer is too long")
                if (System.nanoTime() > deadline) throw IOException("the time is over")
            }
        }
        val headers = connection.headerFields.filterKeys { it != null }.flatMap { (name, all) -> all.map { HttpHeader(name, it) } }
        return HttpResponse(status.toUShort(), headers, out.toByteArray())
    }

    private fun parse(text: String): URL {
        val uri = runCatching { URI(text) }.getOrNull()
        if (uri == null || uri.host == null || uri.userInfo != null || uri.scheme !in listOf("https", "http")) {
            throw PlatformException.Denied("no URL that may be asked")
        }
        return uri.toURL()
    }

    private fun port(url: URL) = if (url.port >= 0) url.port else url.defaultPort

    private fun namesThis(url: URL) = url.host.lowercase() in listOf("localhost", "127.0.0.1", "[::1]")

    private companion object {
        const val REDIRECTS = 3
        val MOVED = setOf(301, 302, 303, 307, 308)

        /** IANA's special-purpose registries: everything that is not reached from anywhere. */
        fun isPublic(address: InetAddress): Boolean {
            val bytes = address.address.map { it.toInt() and 0xff }
            if (address.isLoopbackAddress || address.isAnyLocalAddress || address.isLinkLocalAddress) return false
            if (address.isSiteLocalAddress || address.isMulticastAddress) return false
            if (address is Inet6Address) return bytes[0] in 0x20..0x3f && !isTranslated(bytes)
            return when (bytes[0]) {
                0 -> false
                100 -> bytes[1] !in 64..127
                192 -> !(bytes[1] == 0 && bytes[2] in listOf(0, 2)) && !(bytes[1] == 88 && bytes[2] == 99)
                198 -> bytes[1] !in 18..19 && !(bytes[1] == 51 && bytes[2] == 100)
                203 -> !(bytes[1] == 0 && bytes[2] == 113)
                else -> bytes[0] < 240
            }
        }

        /** 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20: tunnels and examples. */
        fun isTranslated(b: List<Int>): Boolean =
            (b[0] == 0x20 && b[1] == 0x01 && (b[2] < 2 || (b[2] == 0x0d && b[3] == 0xb8))) ||
                (b[0] == 0x20 && b[1] == 0x02) ||
                (b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10)
    }
}
