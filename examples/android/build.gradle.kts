// The sample for Android. Build it where an Android SDK and NDK are: ../../bindings/kotlin/android/build-native.sh && gradle assembleDebug
plugins {
    id("com.android.application") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.2.20"
    id("org.jetbrains.kotlin.plugin.compose") version "2.2.20"
}

android {
    namespace = "org.tamarack.sample"
    compileSdk = 36
    defaultConfig {
        applicationId = "org.tamarack.sample"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
    }
    buildFeatures {
        compose = true
    }
    // Whose credentials are taken: for trying it out, the trust list of the tour.
    sourceSets["main"].assets.srcDirs("../trust")
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

kotlin {
    jvmToolchain(17)
}

dependencies {
    implementation("org.tamarack:tamarack-android")
    implementation("androidx.activity:activity-compose:1.10.1")
    implementation(platform("androidx.compose:compose-bom:2025.06.00"))
    implementation("androidx.compose.material3:material3")
    // Scans QR codes without any other company's service.
    implementation("com.journeyapps:zxing-android-embedded:4.3.0")
}
