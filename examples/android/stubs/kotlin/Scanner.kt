package com.journeyapps.barcodescanner

import androidx.activity.result.contract.ActivityResultContract

class ScanIntentResult(val contents: String?)

class ScanContract : ActivityResultContract<ScanOptions, ScanIntentResult>()

class ScanOptions {
    fun setDesiredBarcodeFormats(vararg formats: String): ScanOptions = throw UnsupportedOperationException(formats.joinToString())

    fun setBeepEnabled(enabled: Boolean): ScanOptions = throw UnsupportedOperationException("$enabled")

    companion object {
        const val QR_CODE = "QR_CODE"
    }
}
