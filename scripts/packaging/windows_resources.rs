//! The build script: adds an icon, a version and a manifest to the Windows program. It does nothing for other systems.

#![allow(clippy::print_stdout, reason = "what a build script prints is for Cargo")]

use std::env;

/// Simplified Chinese: the language of the version information.
const ZH_CN: u16 = 0x0804;

fn main() -> std::io::Result<()> {
    for file in ["windows_resources.rs", "huizong.ico", "huizong.manifest"] {
        println!("cargo:rerun-if-changed=scripts/packaging/{file}");
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return Ok(());
    }
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_language(ZH_CN)
        .set("FileDescription", "汇总 huizong：政府信息公开工作年度报告汇总")
        .set("OriginalFilename", "huizong.exe")
        .set_icon("scripts/packaging/huizong.ico")
        .set_manifest_file("scripts/packaging/huizong.manifest");
    let architecture = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if !cfg!(windows) {
        // The crate finds the tools of the usual targets only, not those of the targets for Windows 7.
        resource.set_windres_path(&format!("{architecture}-w64-mingw32-windres"));
        resource.set_ar_path(&format!("{architecture}-w64-mingw32-ar"));
    }
    if env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("gnu") {
        // The linker would put the time of the build into the program.
        println!("cargo:rustc-link-arg-bin=huizong=-Wl,--no-insert-timestamp");
    }
    resource.compile_for("huizong")
}
