#!/usr/bin/env bash
# Makes tamarackFFI.xcframework for iOS (device and simulator) and macOS, and runs the Swift tests.
# It needs a Mac with Xcode and rustup. Everywhere else it says what it has not seen, and stops with 0 so that CI can go on.
set -euo pipefail
cd "$(dirname "$0")"
root=../..

if [[ "$(uname)" != Darwin ]]; then
    if command -v swift > /dev/null; then
        (cd "$root" && cargo build --package tamarack-ffi)
        LD_LIBRARY_PATH="$PWD/$root/target/debug" swift test -Xlinker "-L$PWD/$root/target/debug"
        echo "UNSEEN here: the XCFramework, SecureEnclaveKeys and the keychain (they need a Mac)."
    else
        echo "UNSEEN here: the Swift package, its tests, the XCFramework and SecureEnclaveKeys (there is no Swift, and this is no Mac)."
    fi
    exit 0
fi

targets=(aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin)
rustup target add "${targets[@]}"
for target in "${targets[@]}"; do
    (cd "$root" && cargo --config bindings/ffi/small/config.toml rustc --package tamarack-ffi --lib --crate-type staticlib \
        --profile release-ffi --target "$target")
done
made() { echo "$root/target/$1/release-ffi/libtamarack_ffi.a"; }
fat="$root/target/bindings/apple"
mkdir -p "$fat/simulator" "$fat/mac"
lipo -create "$(made aarch64-apple-ios-sim)" "$(made x86_64-apple-ios)" -output "$fat/simulator/libtamarack_ffi.a"
lipo -create "$(made aarch64-apple-darwin)" "$(made x86_64-apple-darwin)" -output "$fat/mac/libtamarack_ffi.a"

headers=Sources/tamarackFFI/include
rm -rf tamarackFFI.xcframework
xcodebuild -create-xcframework \
    -library "$(made aarch64-apple-ios)" -headers "$headers" \
    -library "$fat/simulator/libtamarack_ffi.a" -headers "$headers" \
    -library "$fat/mac/libtamarack_ffi.a" -headers "$headers" \
    -output tamarackFFI.xcframework

swift test
echo "UNSEEN here: SecureEnclaveKeys on a device (the tests run on the Mac; run them on a phone as well)."
