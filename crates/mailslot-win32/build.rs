//! Gives the shared library its name, so that programs find it by that name even if they were linked by path.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libmailslot_win32.so");
    println!("cargo:rerun-if-changed=build.rs");
}
