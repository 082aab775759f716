#!/usr/bin/env bash
# Checks what only Apple's systems compile, where there is Swift and no Mac: the types of SecureEnclaveKeys against the declarations of
# AppleStubs, and the form of the iOS sample's views. The modules are put into the folder that is named.
set -euo pipefail
cd "$(dirname "$0")"
made="${1:?a folder for the modules}"
mkdir -p "$made"
made="$(cd "$made" && pwd)"
for module in Security LocalAuthentication CryptoKit; do
    swiftc -emit-module -module-name "$module" -I "$made" -emit-module-path "$made/$module.swiftmodule" "AppleStubs/$module.swift"
done
swiftc -typecheck -module-name Tamarack -I "$made" -I Sources/tamarackFFI/include Sources/Tamarack/*.swift Sources/Tamarack/Generated/*.swift
for view in ../../examples/ios/App/*.swift; do
    swiftc -frontend -parse "$view"
done
