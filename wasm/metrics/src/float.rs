//! Floats as text, written by JavaScript: every engine has that code, and ours would be a third of the module.

/// Appends a finite float in the canonical form of OpenMetrics.
#[cfg(target_family = "wasm")]
pub(crate) fn push_float(out: &mut String, value: f64) {
    out.push_str(&from_javascript::float(value));
}

#[cfg(target_family = "wasm")]
mod from_javascript {
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen(raw_module = "./float.js")]
    extern "C" {
        pub(super) fn float(value: f64) -> String;
    }
}

/// Where there is no JavaScript, in tests.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn push_float(out: &mut String, value: f64) {
    out.push_str(&value.to_string());
}
