package org.tamarack

import com.google.gson.GsonBuilder
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.time.Instant
import java.util.Base64

/** What the tests share. */
object Shared {
    val root = File(System.getProperty("tamarack.root"))
    val now: Instant = Instant.parse("2026-11-22T12:00:00Z")
    private val gson = GsonBuilder().disableHtmlEscaping().serializeNulls().create()

    fun example(path: String): String = root.resolve("examples/$path").readText()

    fun json(text: String): JsonObject = JsonParser.parseString(text).asJsonObject

    fun write(value: JsonElement): String = gson.toJson(value)

    fun trustList(did: String): String {
        val name = """{"en":"The province","fr":"La province"}"""
        return """{"version":1,"name":$name,"issued":"2026-01-01T00:00:00Z",
            "issuers":[{"did":"$did","name":$name,"types":["*"]}]}"""
    }

    fun person(): CredentialType = CredentialType.parse(example("types/person-2.0.json"), example("types/person.schema.json"))

    /** The vectors of an operation, by name. */
    fun vectors(operation: String): List<Pair<String, JsonObject>> =
        root.resolve("test-vectors").walk().filter { it.extension == "json" }.sorted()
            .map { "${it.parentFile.name}/${it.nameWithoutExtension}" to json(it.readText()) }
            .filter { it.second["operation"].asString == operation }
            .toList()

    /** The bytes that an input or a piece of evidence stands for. */
    fun content(part: JsonElement): ByteArray = when {
        part.isJsonPrimitive -> part.asString.toByteArray()
        part.asJsonObject.has("json") -> write(part.asJsonObject["json"]).toByteArray()
        part.asJsonObject.has("base64") -> Base64.getDecoder().decode(part.asJsonObject["base64"].asString)
        part.asJsonObject.has("repeat") -> {
            val one = content(part.asJsonObject["repeat"])
            ByteArray(one.size * part.asJsonObject["times"].asInt) { one[it % one.size] }
        }
        else -> part.asJsonObject["concat"].asJsonArray.map(::content).fold(ByteArray(0), ByteArray::plus)
    }

    fun evidence(vector: JsonObject): Evidence {
        val all = Evidence()
        vector["evidence"]?.asJsonArray?.map(JsonElement::getAsJsonObject)?.forEach {
            val kind = EvidenceKind.valueOf(it["kind"].asString.replace('-', '_').uppercase())
            all.add(kind, it["id"].asString, content(it["content"]), Instant.parse(it["fetched"].asString))
        }
        return all
    }

    fun policy(vector: JsonObject): PolicyOptions {
        val said = vector["policy"].asJsonObject
        val trust = said["trust"]
        val word = if (trust.isJsonPrimitive) trust.asString else null
        fun text(name: String) = said[name]?.takeIf { it.isJsonPrimitive }?.asString
        fun yes(name: String) = said[name]?.let { it.isJsonPrimitive && it.asJsonPrimitive.isBoolean && it.asBoolean } ?: false
        val age = said["maxAgeSeconds"]?.asLong
        return PolicyOptions(
            trustList = if (word == null) write(trust) else null,
            insecureTrustAnyIssuer = word == "any",
            challenge = text("challenge"),
            domain = text("domain"),
            weakenHolderMayDiffer = yes("holderMayDiffer"),
            asHolder = yes("asHolder"),
            requireTypeMetadata = text("typeMetadata") == "required",
            requirePseudonym = text("pseudonym") == "required",
            weakenOldSdJwtVcTyp = yes("oldSdJwtVcTyp"),
            maxAge = age?.let { MaxAge(it, it, it, it, it) },
        )
    }
}
