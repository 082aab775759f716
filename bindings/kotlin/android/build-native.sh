#!/usr/bin/env bash
# Builds the shared library for the four ABIs of Android, into native/. It needs rustup, cargo-ndk and the NDK (ANDROID_NDK_HOME).
# Where they are not, it says what it has not seen, and stops with 0 so that CI can go on.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v cargo-ndk > /dev/null || [[ -z "${ANDROID_NDK_HOME:-}" ]]; then
    echo "UNSEEN here: the Android library and KeystoreKeys (cargo-ndk or the NDK is not on this machine)."
    exit 0
fi

rustup target add aarch64-linux-android armv7-linux-androideabi x86_64-linux-android i686-linux-android
# API 26 is minSdk. Pages of 16 KiB: devices since 2025 have them.
RUSTFLAGS="-C link-arg=-Wl,-z,max-page-size=16384" cargo ndk \
    --target arm64-v8a --target armeabi-v7a --target x86_64 --target x86 \
    --platform 26 --output-dir native \
    build --config ../../ffi/small/config.toml --manifest-path ../../ffi/Cargo.toml --profile release-ffi
