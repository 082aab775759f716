//! `uniffi-bindgen`, at the very version of the library's own `uniffi`: both sides of the border must agree.

fn main() {
    uniffi::uniffi_bindgen_main();
}
