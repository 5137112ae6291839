//! `xtask-bindgen MODULE FOLDER [web]`: writes what JavaScript needs to use a module that is built with wasm-bindgen: for a
//! bundler, or for a page that loads it as it is.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (module, folder, is_web) = match arguments.as_slice() {
        [module, folder] => (module, folder, false),
        [module, folder, kind] if kind == Path::new("web") => (module, folder, true),
        _ => bail!("usage: xtask-bindgen MODULE FOLDER [web]"),
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module);
    if is_web {
        bindgen.web(true)?.typescript(false).out_name("p95");
        bindgen.remove_name_section(true).remove_producers_section(true);
    } else {
        bindgen.bundler(true)?.typescript(true);
    }
    bindgen.generate(folder).with_context(|| format!("cannot bind {}", module.display()))
}
