//! What was typed.

use std::ops::ControlFlow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What the reader chose to see.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Choice {
    /// What is typed into the filter.
    pub(super) filter: String,
    /// How many rows of cards lie above the screen.
    pub(super) scroll: usize,
    /// Whether the list of keys stands in the place of the cards.
    pub(super) shows_keys: bool,
}

/// What can be typed, and what it does.
pub(super) const KEYS: [(&str, &str); 9] = [
    ("a letter", "shows the cards whose name or help has what is typed"),
    ("Backspace", "takes back the last letter"),
    ("Esc, Ctrl+U", "clears what was typed"),
    ("↑ ↓", "scroll by a row"),
    ("PgUp PgDn", "scroll by a screen"),
    ("Home End", "go to the first or the last row"),
    ("?", "shows this list; any key leaves it"),
    ("q", "quits, where nothing is typed"),
    ("Ctrl+C", "quits"),
];

impl Choice {
    /// Obeys a key, with pages of `page_rows` rows. Breaks where the key ends the program.
    pub(super) fn press(&mut self, key: KeyEvent, page_rows: usize) -> ControlFlow<()> {
        let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let is_list = std::mem::take(&mut self.shows_keys);
        match key.code {
            KeyCode::Char('c') if is_ctrl => return ControlFlow::Break(()),
            _ if is_list => {}
            // No metric's name has one.
            KeyCode::Char('?') => self.shows_keys = true,
            KeyCode::Char('u') if is_ctrl => self.refilter(String::clear),
            KeyCode::Char(_) if is_ctrl || key.modifiers.contains(KeyModifiers::ALT) => {}
            KeyCode::Char('q') if self.filter.is_empty() => return ControlFlow::Break(()),
            KeyCode::Char(c) => self.refilter(|filter| filter.push(c)),
            KeyCode::Backspace => self.refilter(|filter| {
                filter.pop();
            }),
            KeyCode::Esc => self.refilter(String::clear),
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll = self.scroll.saturating_add(1),
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(page_rows),
            KeyCode::PageDown => self.scroll = self.scroll.saturating_add(page_rows),
            KeyCode::Home => self.scroll = 0,
            KeyCode::End => self.scroll = usize::MAX,
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Other cards are shown from the first one on.
    fn refilter(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.filter);
        self.scroll = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_filter_scroll_and_quit() {
        #[track_caller]
        fn check(keys: &[KeyCode], filter: &str, scroll: usize) {
            let mut choice = Choice::default();
            for key in keys {
                assert!(choice.press((*key).into(), 10).is_continue(), "{keys:?}");
            }
            assert_eq!((choice.filter.as_str(), choice.scroll), (filter, scroll), "{keys:?}");
        }
        use KeyCode::{Backspace, Char, Down, End, Esc, Home, PageDown, PageUp, Up};
        check(&[Char('a'), Char('q')], "aq", 0);
        check(&[Char('a'), Char('b'), Backspace], "a", 0);
        check(&[Backspace, Esc], "", 0);
        check(&[Char('a'), Char('b'), Esc], "", 0);
        check(&[Down, Down, Up], "", 1);
        check(&[Up], "", 0);
        check(&[PageDown, PageDown, PageUp, Down], "", 11);
        check(&[End], "", usize::MAX);
        check(&[End, Home], "", 0);
        check(&[Down, Char('a')], "a", 0);
        check(&[Char('a'), Char('?'), Char('b'), Char('c')], "ac", 0);
    }

    #[test]
    fn quitting_keys() {
        #[track_caller]
        fn check(filter: &str, key: KeyEvent, quits: bool) {
            let mut choice = Choice { filter: filter.to_owned(), ..Choice::default() };
            assert_eq!(choice.press(key, 10).is_break(), quits, "{filter:?} {key:?}");
        }
        let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        check("", KeyCode::Char('q').into(), true);
        check("a", KeyCode::Char('q').into(), false);
        check("", ctrl_c, true);
        check("a", ctrl_c, true);
        check("", KeyCode::Char('c').into(), false);
        check("", KeyCode::Esc.into(), false);
    }
}
