//! `xtask-bindgen MODULE FOLDER`: writes what JavaScript needs to use a module that is built with wasm-bindgen.

use std::path::PathBuf;

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, folder] = arguments.as_slice() else {
        bail!("usage: xtask-bindgen MODULE FOLDER");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).bundler(true)?.typescript(true);
    bindgen.generate(folder).with_context(|| format!("cannot bind {}", module.display()))
}
