//! Gives the shared library its name, so that programs find it by that name even if they were linked by path, and keeps it loaded.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libmailslot_win32.so");
    // Its background threads run its code until the process ends: it is never unloaded.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    println!("cargo:rustc-check-cfg=cfg(mailslot_planted_bug)");
    println!("cargo:rerun-if-changed=build.rs");
}
