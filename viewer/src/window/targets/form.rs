//! The place and the interval of a target, typed in.

use egui::{ComboBox, Key, Margin, RichText, Role, TextEdit, Ui, WidgetInfo};
use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{TargetError, TargetOptions, TargetSpec, TargetStatus, parse_target};

use crate::output::escape::escape;
use crate::window::keys::keep_escape;
use crate::window::scene::Scene;
use crate::window::theme::{BODY, STEP};
use crate::window::widgets::{as_float, small_button};

/// Intervals to choose from, in milliseconds.
const INTERVALS_MS: [u64; 6] = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000];

/// A target as it is typed in.
#[derive(Debug)]
pub(super) struct TargetForm {
    text: String,
    interval_ms: u64,
    /// What the text means; reading it may ask the file system, so that it is read when it changes only.
    parsed: Option<Result<TargetSpec, TargetError>>,
}

impl Default for TargetForm {
    fn default() -> Self {
        Self { text: String::new(), interval_ms: TargetOptions::default().interval_ms, parsed: None }
    }
}

impl TargetForm {
    /// The form of a target that is there.
    pub(super) fn of(target: &TargetStatus) -> Self {
        let parsed = Some(parse_target(&target.url));
        Self { text: target.url.clone(), interval_ms: target.interval_ms, parsed }
    }
}

/// Draws the form; returns the target and the interval in milliseconds when it is sent off.
pub(super) fn form_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    verb: &str,
    form: &mut TargetForm,
) -> Option<(TargetSpec, u64)> {
    let palette = scene.palette;
    let is_sent = ui
        .horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0 * STEP;
            let width = (ui.available_width() - 240.0).clamp(160.0, 560.0);
            let field = TextEdit::singleline(&mut form.text)
                .hint_text("localhost:9100, a URL, or a file")
                .desired_width(width)
                .margin(Margin::symmetric(8, 5));
            let field = ui.add(field);
            field.widget_info(|| {
                let mut info =
                    WidgetInfo::labeled(Role::TextInput, true, format!("{verb}: place of the target"));
                info.current_text_value = Some(form.text.clone());
                info
            });
            if field.has_focus() {
                keep_escape(ui);
            }
            if field.changed() {
                let is_empty = form.text.trim().is_empty();
                form.parsed = (!is_empty).then(|| parse_target(&form.text));
            }
            let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            interval_ui(ui, verb, &mut form.interval_ms);
            let is_valid = matches!(form.parsed, Some(Ok(_)));
            let is_clicked = ui.add_enabled(is_valid, small_button(verb)).clicked();
            is_clicked || (is_entered && is_valid)
        })
        .inner;
    match &form.parsed {
        Some(Ok(spec)) if spec.to_string() != form.text.trim() => {
            let text = format!("scrapes {}", escape(&spec.to_string()));
            ui.label(RichText::new(text).size(BODY).color(palette.weak));
        }
        Some(Err(error)) => {
            let error = error.to_string();
            ui.label(RichText::new(escape(&error)).size(BODY).color(palette.bad));
        }
        _ => {}
    }
    let spec = form.parsed.as_ref().and_then(|parsed| parsed.as_ref().ok());
    spec.filter(|_| is_sent).map(|spec| (spec.clone(), form.interval_ms))
}

fn interval_ui(ui: &mut Ui, verb: &str, interval_ms: &mut u64) {
    let text = |interval_ms: u64| Unit::of(BaseUnit::Seconds).format(as_float(interval_ms) / 1_000.0);
    let shown = format!("every {}", text(*interval_ms));
    let response = ComboBox::from_id_salt((verb, "interval"))
        .selected_text(RichText::new(&shown).size(BODY))
        .width(112.0)
        .show_ui(ui, |ui| {
            for choice_ms in INTERVALS_MS {
                ui.selectable_value(interval_ms, choice_ms, text(choice_ms));
            }
        })
        .response;
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{verb}: interval, {shown}")));
}
