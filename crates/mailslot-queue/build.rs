//! Names the configurations of the models, which `cargo xtask models` builds.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(mailslot_model)");
    println!("cargo:rustc-check-cfg=cfg(mailslot_loom)");
}
