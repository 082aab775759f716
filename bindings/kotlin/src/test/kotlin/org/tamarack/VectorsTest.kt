package org.tamarack

import com.google.gson.JsonObject
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

/** The repository's own test vectors, through the shared library. */
class VectorsTest {
    @Test
    fun theVectorsAreThere() = assertTrue(Shared.vectors("verify").size > 1000)

    @TestFactory
    fun verify(): List<DynamicTest> = Shared.vectors("verify").map { (name, vector) -> dynamicTest(name) { check(vector) } }

    private fun check(vector: JsonObject) {
        val expect = vector["expect"].asJsonObject
        val text = try {
            Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Shared.content(vector["input"]))).toString()
        } catch (_: CharacterCodingException) {
            // Bytes that are no text cannot be handed in as one.
            assertTrue(expect.has("error"))
            return
        }
        val now = Instant.parse(vector["now"].asString)
        val judge = { Verifier(Shared.policy(vector)).use { it.verify(text, Shared.evidence(vector), now) } }
        if (expect.has("error")) {
            val problem = assertThrows(TamarackException.Input::class.java) { judge() }.problem
            assertEquals(expect["error"].asString, problem.code)
            assertTrue(problem.message.en.isNotEmpty() && problem.message.fr.isNotEmpty())
            expect["pointer"]?.let { assertEquals(it.asString, problem.pointer ?: "") }
            return
        }
        val verdict = judge()
        assertEquals(Outcome.valueOf(expect["outcome"].asString.uppercase()), verdict.outcome)
        expect["check"]?.let { check ->
            val result = when (verdict.outcome) {
                Outcome.ACCEPT -> CheckResult.PASS
                Outcome.REJECT -> CheckResult.FAIL
                Outcome.UNDETERMINED -> CheckResult.UNDETERMINED
            }
            val found = verdict.checks.filter { it.id == check.asString && it.result == result }
            val wanted = expect["code"].asString to expect["pointer"].asString
            assertTrue(found.any { (it.code to it.pointer) == wanted }) { "$wanted is not among $found" }
        }
        expect["proved"]?.let { proved ->
            val wanted = proved.asJsonArray.map { all -> all.asJsonArray.map { it.asString } }
            assertEquals(wanted, verdict.proved.map { all -> all.claims.map { it.pointer } })
        }
    }

    @TestFactory
    fun dids(): List<DynamicTest> = Shared.vectors("did").map { (name, vector) ->
        dynamicTest(name) {
            val expect = vector["expect"].asJsonObject
            val resolve = { resolveDid(String(Shared.content(vector["input"])), Shared.evidence(vector)) }
            if (expect.has("error")) {
                val error = assertThrows(TamarackException::class.java) { resolve() } as TamarackException.Input
                assertEquals(expect["error"].asString, error.problem.code)
            } else {
                assertEquals(expect["result"].asString, Shared.json(resolve())["id"].asString)
            }
        }
    }
}
