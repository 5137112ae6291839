//! What JavaScript calls. A module has one page.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::page::Page;

thread_local! {
    static PAGE: RefCell<Page> = const { RefCell::new(Page::new()) };
}

/// Hands over a text for the next [`family`] or [`series`].
#[wasm_bindgen]
pub fn word(text: String) {
    with(|page| page.words.push(text));
}

/// Hands over a histogram's upper bound for the next [`family`].
#[wasm_bindgen]
pub fn bound(upper: f64) {
    with(|page| page.bounds.push(upper));
}

/// Makes a family; see [`Page::family`].
#[wasm_bindgen]
pub fn family(kind: u8) -> usize {
    with(|page| page.family(kind))
}

/// Makes a series; see [`Page::series`].
#[wasm_bindgen]
pub fn series(family: usize) -> usize {
    with(|page| page.series(family))
}

/// Forgets a series once a frame has told the last of it.
#[wasm_bindgen]
pub fn remove(series: usize) {
    with(|page| page.remove(series));
}

/// Adds to a counter or gauge, observes in a histogram or summary.
#[wasm_bindgen]
pub fn add(series: usize, amount: f64) {
    with(|page| page.add(series, amount));
}

/// Sets a gauge; the state of a state set is a gauge of 0 or 1.
#[wasm_bindgen]
pub fn set(series: usize, value: f64) {
    with(|page| page.set(series, value));
}

/// Writes all metrics or the next frame; see [`Page::write`].
#[wasm_bindgen]
pub fn write(weight: u32, max_bytes: usize) -> String {
    with(|page| page.write(weight, max_bytes))
}

/// Has the next frame tell what has not changed, too; see [`Page::repeat`].
#[wasm_bindgen]
pub fn repeat() {
    with(Page::repeat);
}

/// JavaScript cannot call while it is being called, so the page is always free.
#[inline]
fn with<R: Default>(act: impl FnOnce(&mut Page) -> R) -> R {
    let result = PAGE.try_with(|page| page.try_borrow_mut().ok().map(|mut page| act(&mut page)));
    result.ok().flatten().unwrap_or_default()
}
