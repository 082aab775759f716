package android.os

/** In the place of the framework's own, which asks the phone's native code. It says which Android the tests run as. */
class Build {
    object VERSION {
        @JvmField
        var SDK_INT = 35

        @JvmField
        var CODENAME = "REL"
    }
}
