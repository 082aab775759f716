pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "tamarack-sample"

// The Android library, from this repository.
includeBuild("../../bindings/kotlin/android") {
    dependencySubstitution {
        substitute(module("org.tamarack:tamarack-android")).using(project(":"))
    }
}
