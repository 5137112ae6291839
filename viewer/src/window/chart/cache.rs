//! Meshes of lines that are drawn again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use egui::epaint::{Mesh, TessellationOptions, Tessellator};
use egui::{Color32, Id, Pos2, Shape, Ui, Vec2};
use p95_engine::PanelResult;

use super::axis::ValueAxis;
use crate::window::time::TimeSpan;

/// What a mesh is made of: with the same, it is the same.
pub(super) struct Ingredients {
    /// The answer, compared by its address: it is kept, so that no other one can have it.
    pub(super) result: Arc<PanelResult>,
    pub(super) size: Vec2,
    pub(super) span: TimeSpan,
    pub(super) axis: ValueAxis,
    /// The series that are drawn, by query and number, with their colours.
    pub(super) lines: Vec<(usize, usize, Color32)>,
    pub(super) pixels_per_point: f32,
}

impl Ingredients {
    fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.result, &other.result)
            && (self.size, self.span, self.axis) == (other.size, other.span, other.axis)
            && self.lines == other.lines
            && self.pixels_per_point == other.pixels_per_point
    }
}

/// The meshes of the charts of the last frame. A line is thinned and tessellated when its answer, its size or its place in
/// time changes, and copied otherwise.
#[derive(Default)]
pub(crate) struct MeshCache {
    meshes: RefCell<HashMap<Id, Entry>>,
    frame: u64,
    /// Whether lines stay the shapes that they are.
    is_off: bool,
}

struct Entry {
    ingredients: Ingredients,
    origin: Pos2,
    mesh: Arc<Mesh>,
    left_out: usize,
    frame: u64,
}

/// The lines of a chart.
pub(super) struct Drawing {
    /// What is drawn.
    pub(super) shapes: Vec<Shape>,
    /// How many values cannot be drawn.
    pub(super) left_out: usize,
}

impl MeshCache {
    /// One that keeps nothing and leaves lines as they are: for pictures, which have use for shapes.
    pub(crate) fn off() -> Self {
        Self { is_off: true, ..Self::default() }
    }

    /// Forgets what the last frame did not draw.
    pub(crate) fn next_frame(&mut self) {
        let last = self.frame;
        self.meshes.get_mut().retain(|_, entry| entry.frame == last);
        self.frame += 1;
    }

    /// The lines of a chart whose area begins at `origin`, in one shape. `draw` draws them, with the area's beginning at (0, 0),
    /// where there are none yet.
    pub(super) fn mesh(
        &self,
        ui: &Ui,
        id: Id,
        origin: Pos2,
        ingredients: Ingredients,
        draw: impl FnOnce(&Ingredients) -> Drawing,
    ) -> Drawing {
        if self.is_off {
            let mut drawing = draw(&ingredients);
            drawing.shapes.iter_mut().for_each(|shape| shape.translate(origin.to_vec2()));
            return drawing;
        }
        let mut meshes = self.meshes.borrow_mut();
        let found = meshes.get_mut(&id).filter(|entry| entry.ingredients.is_like(&ingredients));
        if let Some(entry) = found {
            if entry.origin != origin {
                Arc::make_mut(&mut entry.mesh).translate(origin - entry.origin);
                entry.origin = origin;
            }
            entry.frame = self.frame;
            let shapes = vec![Shape::Mesh(Arc::clone(&entry.mesh))];
            return Drawing { shapes, left_out: entry.left_out };
        }
        let Drawing { shapes, left_out } = draw(&ingredients);
        let mut mesh = tessellated(ui, shapes);
        mesh.translate(origin.to_vec2());
        let mesh = Arc::new(mesh);
        let entry = Entry { ingredients, origin, mesh: Arc::clone(&mesh), left_out, frame: self.frame };
        meshes.insert(id, entry);
        Drawing { shapes: vec![Shape::Mesh(mesh)], left_out }
    }
}

fn tessellated(ui: &Ui, shapes: Vec<Shape>) -> Mesh {
    let options = ui.ctx().tessellation_options(|options| TessellationOptions {
        // What a clip rectangle leaves out is not known here.
        coarse_tessellation_culling: false,
        ..*options
    });
    // Nothing drawn here is text, so the font texture does not matter.
    let mut tessellator = Tessellator::new(ui.ctx().pixels_per_point(), options, [1, 1], Vec::new());
    let mut mesh = Mesh::default();
    for shape in shapes {
        tessellator.tessellate_shape(shape, &mut mesh);
    }
    mesh
}
