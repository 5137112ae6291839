//! The queries of a card, editable.

use egui::{
    CompletionPopup, Frame, Label, Margin, RectAlign, RichText, Role, Suggestion, TextEdit, Ui, WidgetInfo,
    vec2,
};
use p95_core::overview::{Card, CardQuery};
use p95_core::promql::ast::Span;
use p95_core::promql::{ParseOptions, parse};
use p95_engine::{MetricDetail, Names};

use super::completion::{completions, is_boundary};
use super::state::Edit;
use super::syntax::highlighted;
use super::{MetricAction, MetricState, panel_name};
use crate::output::escape::escape;
use crate::view::panel_result;
use crate::window::actions::Action;
use crate::window::keys::keep_escape;
use crate::window::scene::Scene;
use crate::window::theme::{BODY, SMALL, STEP};
use crate::window::widgets::small_button;

/// The height of a query of one line.
const ROW: f32 = 6.5 * STEP;
const BUTTON: f32 = 14.0 * STEP;
/// The room for what a query's series have in common: `p95`.
const LEGEND: f32 = 10.0 * STEP;

/// What is wrong with a query, and where.
struct Mistake {
    message: String,
    span: Option<Span>,
}

/// Draws a field for each query of the panel. What is typed takes effect as soon as it is a query.
pub(super) fn queries_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    state: &mut MetricState,
    card: &Card,
    detail: Option<&MetricDetail>,
) {
    let face = state.face(card);
    let result = panel_result(scene.snapshot, &panel_name("face", &face));
    let queries = state.panel(card).clone().queries;
    for (number, query) in queries.iter().enumerate() {
        // What a single query's series have in common is told by nothing else.
        let legend = if queries.len() > 1 { query.legend.as_str() } else { "" };
        let failure = result.and_then(|result| result.answers.get(number)?.as_ref().err());
        let mut edit = state.edits.get(&number).cloned().unwrap_or_else(|| edit_of(query));
        let is_valid = edit.text == edit.valid;
        let failed = failure.filter(|_| is_valid);
        let failed = failed.map(|failure| Mistake { message: failure.message.clone(), span: failure.span });
        let mistake = mistake_in(&edit.text).or(failed);
        let names = detail.map(|detail| &*detail.names);
        ui.push_id(("query", number), |ui| {
            query_ui(ui, scene, number, (query, legend), &mut edit, mistake.as_ref(), names)
        });
        if edit.text != query.expr {
            state.edits.insert(number, edit);
        } else {
            state.edits.remove(&number);
        }
    }
}

fn edit_of(query: &CardQuery) -> Edit {
    Edit { text: query.expr.clone(), valid: query.expr.clone() }
}

fn mistake_in(text: &str) -> Option<Mistake> {
    let error = parse(text, &ParseOptions::default()).err()?;
    let remedy = error.suggestion().map(|suggestion| format!(": {suggestion}")).unwrap_or_default();
    Some(Mistake { message: format!("{}{remedy}", error.message()), span: Some(error.span()) })
}

fn query_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    number: usize,
    (query, legend): (&CardQuery, &str),
    edit: &mut Edit,
    mistake: Option<&Mistake>,
    names: Option<&Names>,
) {
    let palette = scene.palette;
    let title = if legend.is_empty() { "query".to_owned() } else { format!("query of {legend}") };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * STEP;
        if !legend.is_empty() {
            let legend = RichText::new(escape(legend)).size(BODY).color(palette.weak);
            ui.add_sized(vec2(LEGEND, ROW), Label::new(legend).truncate());
        }
        let is_edited = edit.text != query.expr;
        let buttons = if is_edited { 2.0 * (BUTTON + 2.0 * STEP) } else { BUTTON + 2.0 * STEP };
        let width = (ui.available_width() - buttons).max(120.0);
        field_ui(ui, scene, &title, width, edit, mistake, names);
        if is_edited && ui.add_sized(vec2(BUTTON, ROW), small_button("Reset")).clicked() {
            query.expr.clone_into(&mut edit.text);
            scene.act(Action::Metric(MetricAction::ResetQuery(number)));
        }
        let copy = ui.add_sized(vec2(BUTTON, ROW), small_button("Copy"));
        copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("copy {title}")));
        if copy.clicked() {
            ui.ctx().copy_text(edit.text.clone());
        }
    });
    if let Some(mistake) = mistake {
        ui.horizontal_wrapped(|ui| {
            if !legend.is_empty() {
                ui.add_space(LEGEND + 2.0 * STEP);
            }
            ui.label(RichText::new(&mistake.message).size(BODY).color(palette.bad));
        });
    }
}

fn field_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    title: &str,
    width: f32,
    edit: &mut Edit,
    mistake: Option<&Mistake>,
    names: Option<&Names>,
) {
    let palette = scene.palette;
    let wrong = mistake.and_then(|mistake| mistake.span);
    let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, wrap_width: f32| {
        let mut job = highlighted(text.as_str(), wrong, &palette);
        job.wrap.max_width = wrap_width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let frame = Frame::new().fill(palette.well).corner_radius(6).inner_margin(Margin::symmetric(8, 5));
    let field = TextEdit::multiline(&mut edit.text)
        .frame(frame)
        .desired_rows(1)
        .desired_width(width)
        .return_key(None)
        .layouter(&mut layouter);
    let id = ui.make_persistent_id("field");
    let output = CompletionPopup::new(id).word_boundary(is_boundary).align(RectAlign::BOTTOM_START).show(
        ui,
        field,
        |query| {
            let before: String = query.text.chars().take(query.word_range.start.0).collect();
            let found = names.map(|names| completions(&before, query.word, names)).unwrap_or_default();
            found.into_iter().map(|one| Suggestion::new(one.insert).description(small(one.kind))).collect()
        },
    );
    let response = output.text_edit.response.response;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::MultilineTextInput, true, title);
        info.current_text_value = Some(edit.text.clone());
        info
    });
    if response.has_focus() {
        keep_escape(ui);
    }
    if mistake_in(&edit.text).is_none() {
        edit.valid.clone_from(&edit.text);
    }
}

fn small(text: &str) -> RichText {
    RichText::new(text).size(SMALL)
}
