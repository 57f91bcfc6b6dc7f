//! Makes the build notice new or changed migrations, which are embedded by a macro.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
