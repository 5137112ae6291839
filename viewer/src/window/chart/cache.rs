//! Meshes of lines that are drawn again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use egui::epaint::{Mesh, TessellationOptions, Tessellator};
use egui::{Id, Pos2, Shape, Ui, Vec2};
use p95_engine::PanelResult;

use super::axis::ValueAxis;
use crate::window::pen::Pen;
use crate::window::time::TimeSpan;

/// What a mesh is made of: with the same, it is the same.
pub(super) struct Ingredients {
    /// The answer, compared by its address: it is kept, so that no other one can have it.
    pub(super) result: Arc<PanelResult>,
    pub(super) size: Vec2,
    pub(super) span: TimeSpan,
    pub(super) axis: ValueAxis,
    /// The series that are drawn, by number, with how they look.
    pub(super) lines: Vec<(usize, Pen)>,
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
    counts: RefCell<HashMap<Id, Count>>,
    frame: u64,
    /// Whether lines stay the shapes that they are.
    is_off: bool,
}

struct Entry {
    ingredients: Ingredients,
    origin: Pos2,
    mesh: Arc<Mesh>,
    frame: u64,
}

/// What was counted in an answer.
struct Count {
    result: Arc<PanelResult>,
    count: usize,
    frame: u64,
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
        self.counts.get_mut().retain(|_, count| count.frame == last);
        self.frame += 1;
    }

    /// What `count` counts in an answer, which is asked for each answer once.
    pub(super) fn counted(&self, id: Id, result: &Arc<PanelResult>, count: impl FnOnce() -> usize) -> usize {
        let mut counts = self.counts.borrow_mut();
        if let Some(found) = counts.get_mut(&id).filter(|found| Arc::ptr_eq(&found.result, result)) {
            found.frame = self.frame;
            return found.count;
        }
        let count = count();
        counts.insert(id, Count { result: Arc::clone(result), count, frame: self.frame });
        count
    }

    /// The lines of a chart whose area begins at `origin`, in one shape. `draw` draws them, with the area's beginning at (0, 0),
    /// where there are none yet.
    pub(super) fn mesh(
        &self,
        ui: &Ui,
        id: Id,
        origin: Pos2,
        ingredients: Ingredients,
        draw: impl FnOnce(&Ingredients) -> Vec<Shape>,
    ) -> Vec<Shape> {
        if self.is_off {
            let mut shapes = draw(&ingredients);
            shapes.iter_mut().for_each(|shape| shape.translate(origin.to_vec2()));
            return shapes;
        }
        let mut meshes = self.meshes.borrow_mut();
        let found = meshes.get_mut(&id).filter(|entry| entry.ingredients.is_like(&ingredients));
        if let Some(entry) = found {
            if entry.origin != origin {
                Arc::make_mut(&mut entry.mesh).translate(origin - entry.origin);
                entry.origin = origin;
            }
            entry.frame = self.frame;
            return vec![Shape::Mesh(Arc::clone(&entry.mesh))];
        }
        let mut mesh = tessellated(ui, draw(&ingredients));
        mesh.translate(origin.to_vec2());
        let mesh = Arc::new(mesh);
        let entry = Entry { ingredients, origin, mesh: Arc::clone(&mesh), frame: self.frame };
        meshes.insert(id, entry);
        vec![Shape::Mesh(mesh)]
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
