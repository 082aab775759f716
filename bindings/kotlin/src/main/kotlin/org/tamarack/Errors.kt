package org.tamarack

/**
 * What was found, whichever kind the error is: a stable code, a sentence and a hint in English and French.
 *
 * ```kotlin
 * try { offer.accepted() } catch (error: TamarackException) { show(error.problem.message.en) }
 * ```
 */
val TamarackException.problem: Problem
    get() = when (this) {
        is TamarackException.Input -> problem
        is TamarackException.Denied -> problem
        is TamarackException.Offline -> problem
        is TamarackException.Locked -> problem
        is TamarackException.Storage -> problem
        is TamarackException.Internal -> problem
    }
