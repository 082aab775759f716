// The Android library: the same Kotlin sources as the JVM's module, the shared libraries of build-native.sh, and keys in the
// Android Keystore. Build it where an Android SDK and NDK are: ./build-native.sh && gradle assembleRelease
plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.2.20"
}

android {
    namespace = "org.tamarack.android"
    compileSdk = 36
    defaultConfig {
        // java.time and P-256 in the Keystore are there from 26 on.
        minSdk = 26
        consumerProguardFiles("consumer-rules.pro")
        testInstrumentationRunner = "androidx.test.runner.AndroidJUnitRunner"
    }
    sourceSets["main"].kotlin.srcDirs("../src/main/kotlin", "../src/generated/kotlin")
    sourceSets["main"].jniLibs.srcDirs("native")
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

kotlin {
    jvmToolchain(17)
}

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
    api("net.java.dev.jna:jna:5.18.1@aar")
    androidTestImplementation("androidx.test:runner:1.7.0")
    androidTestImplementation("androidx.test.ext:junit:1.3.0")
}
