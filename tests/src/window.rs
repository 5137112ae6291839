//! A real `p95` window on a display of its own, a hand that moves the pointer over it, and what its frames took.

use std::ffi::OsStr;
use std::io;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::Program;
use crate::requires::p95_binary;

/// How long a display or a window may take to appear, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a hand moves the pointer.
const MOVE_EVERY_SECS: f64 = 1.0 / 60.0;
/// What `p95` says where it opens no window.
const ELSEWHERE: &str = "appears here instead";
/// The log line of one frame begins with this.
const FRAME_LINE: &str = "TRACE p95::frames: ";

/// A `p95` with its window, on a display that nothing else uses. Both end when it is dropped.
#[derive(Debug)]
pub struct Window {
    // The program ends before its display does.
    program: Program,
    _server: Program,
    display: String,
    begun: Instant,
    /// How much of what the program said has been looked at.
    read_bytes: usize,
}

impl Window {
    /// The `P95_LOG` with which a window draws without rest, and tells each frame.
    pub const WITHOUT_REST: &str = "p95::frames=trace";

    /// Starts an X server and `p95` with these arguments on it, waits until the window can be seen, and has it draw without
    /// rest.
    ///
    /// # Errors
    /// Where one of the two does not start; the error holds what it said.
    pub fn open<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> io::Result<Self> {
        let mut window = Self::start(arguments, Self::WITHOUT_REST)?;
        let deadline = Instant::now() + PATIENCE;
        while !window.is_open()? {
            let said = window.program.said();
            let will_come = window.program.is_running()? && !said.contains(ELSEWHERE);
            if !will_come || Instant::now() > deadline {
                return Err(io::Error::other(format!("no window: p95 said {said:?}")));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(window)
    }

    /// Starts an X server and `p95` with these arguments and this `P95_LOG` on it, and waits for nothing more.
    ///
    /// # Errors
    /// Where one of the two cannot be started.
    pub fn start<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, log: &str) -> io::Result<Self> {
        let (server, display) = start_display()?;
        let begun = Instant::now();
        let program = Program::start(
            Command::new(p95_binary()?)
                .args(arguments)
                .env("DISPLAY", &display)
                .env_remove("WAYLAND_DISPLAY")
                .env("P95_LOG", log),
        )?;
        Ok(Self { program, _server: server, display, begun, read_bytes: 0 })
    }

    /// When the program was started.
    pub fn begun(&self) -> Instant {
        self.begun
    }

    /// Whether the program runs and its window can be seen.
    ///
    /// # Errors
    /// Where the display cannot be asked.
    pub fn is_open(&mut self) -> io::Result<bool> {
        let search = ["search", "--onlyvisible", "--name", "^p95"];
        Ok(self.program.is_running()? && self.xdotool(search).output()?.status.success())
    }

    /// Moves the pointer over the window about sixty times a second, up and down and slowly to the right, for so long or
    /// until the hand is dropped.
    ///
    /// # Errors
    /// Where the hand cannot be started.
    pub fn move_pointer(&self, duration: Duration) -> io::Result<Program> {
        let moves = (duration.as_secs_f64() / MOVE_EVERY_SECS) as u32;
        let pause = format!("{MOVE_EVERY_SECS:.4}");
        let mut hand = self.xdotool::<&str>([]);
        for step in 0..moves {
            let (x, y) = (40 + step * 2 % 1_200, 60 + (step * 9 % 1_360).abs_diff(680));
            hand.args(["mousemove", &x.to_string(), &y.to_string(), "sleep", &pause]);
        }
        Program::start(&mut hand)
    }

    /// What the program has said since it was last asked: its frames, and every other line.
    pub fn news(&mut self) -> News {
        let said = self.program.said();
        let new = said.get(self.read_bytes..).unwrap_or_default();
        // The last line may not be complete yet.
        let complete = new.rfind('\n').map_or(0, |end| end + 1);
        self.read_bytes += complete;
        News::read(new.get(..complete).unwrap_or_default())
    }

    /// The program's process id.
    pub fn id(&self) -> u32 {
        self.program.id()
    }

    fn xdotool<'a, S: AsRef<OsStr> + 'a>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("xdotool");
        command.env("DISPLAY", &self.display).args(arguments);
        command
    }
}

/// What a program has said: its frames, and the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// The frames, in their order.
    pub frames: Vec<Frame>,
    /// The other lines.
    pub lines: Vec<String>,
}

/// A frame that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// How long the frame before took: UI, tessellation and painting.
    pub last_ms: f64,
    /// The time from the beginning of the frame before to the beginning of this one, where this one was wanted at once.
    pub gap_ms: Option<f64>,
}

impl News {
    fn read(text: &str) -> Self {
        let mut news = Self::default();
        for line in text.lines() {
            match line.trim_start().strip_prefix(FRAME_LINE).and_then(Frame::read) {
                Some(frame) => news.frames.push(frame),
                None => news.lines.push(line.to_owned()),
            }
        }
        news
    }

    /// What this share of the gaps between frames does not exceed, in milliseconds; 0 where there is none.
    pub fn gap_quantile_ms(&self, share: f64) -> f64 {
        quantile(self.frames.iter().filter_map(|frame| frame.gap_ms), share)
    }

    /// What this share of the frames does not exceed, in milliseconds; 0 where there is none.
    pub fn frame_quantile_ms(&self, share: f64) -> f64 {
        quantile(self.frames.iter().map(|frame| frame.last_ms), share)
    }

    /// The warnings and errors among the lines, and what a panic says.
    pub fn alarms(&self) -> Vec<&str> {
        let is_alarm = |line: &&str| {
            let line = line.trim_start();
            line.starts_with("WARN ") || line.starts_with("ERROR ") || line.contains("panicked at")
        };
        self.lines.iter().map(String::as_str).filter(is_alarm).collect()
    }
}

impl Frame {
    /// Reads `last_ms=3.1 gap_ms=16.7`, the latter missing where nobody waited.
    fn read(fields: &str) -> Option<Self> {
        let field = |name: &str| {
            let value = fields.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
            value?.parse::<f64>().ok()
        };
        Some(Self { last_ms: field("last_ms")?, gap_ms: field("gap_ms") })
    }
}

/// The smallest of the numbers that this share of them does not exceed; 0 where there is none.
fn quantile(numbers: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut sorted = Vec::from_iter(numbers);
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Starts an X server on a display that is free; returns it with the display's name.
fn start_display() -> io::Result<(Program, String)> {
    // It picks the display's number itself, and writes it to file descriptor 2.
    let arguments = ["-displayfd", "2", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"];
    let mut server = Program::start(Command::new("Xvfb").args(arguments))?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let said = server.said();
        let mut complete = said.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        if let Some(number) = complete.find_map(|line| line.parse::<u32>().ok()) {
            return Ok((server, format!(":{number}")));
        }
        if !server.is_running()? || Instant::now() > deadline {
            return Err(io::Error::other(format!("no display: Xvfb said {said:?}")));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_from_the_other_lines() {
        let news = News::read(concat!(
            "TRACE p95::frames: last_ms=3.5 gap_ms=16.7\n",
            " WARN p95_engine: something\n",
            "TRACE p95::frames: last_ms=12.0\n",
            "DEBUG p95::frames: frames=60 longest_ms=12.0 longest_gap_ms=16.7\n",
        ));
        assert_eq!(
            news.frames,
            [Frame { last_ms: 3.5, gap_ms: Some(16.7) }, Frame { last_ms: 12.0, gap_ms: None }]
        );
        assert_eq!((news.frame_quantile_ms(0.5), news.frame_quantile_ms(1.0)), (3.5, 12.0));
        assert_eq!((news.gap_quantile_ms(1.0), News::default().gap_quantile_ms(1.0)), (16.7, 0.0));
        assert_eq!(news.alarms(), [" WARN p95_engine: something"]);
    }
}
