//! The series that was checked last: the next one mostly begins like it.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::scan::common_prefix;

/// How many labels are compared one by one, and remembered.
const FEW: usize = 8;

/// The series that was checked last, or is being checked: the names of its labels, none twice, and where each one's value
/// begins.
///
/// Whether a series is valid up to some byte depends on the bytes before alone. So the check of one that begins with the
/// same bytes goes on at the last value within them, with the names before it. And where the same names follow, they are
/// valid, and none comes twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbour<'a> {
    /// The page from the series on, once all of it is checked.
    page: &'a [u8],
    names: [&'a str; FEW],
    /// Bytes from the series' beginning to the inside of each label's quotes.
    values_at: [usize; FEW],
    count: usize,
    /// How many labels stand at the beginning without quotes around their names.
    plain_count: usize,
    /// The same of the series before, as long as the names of this one are those of that one. What is left of that one's
    /// names stands behind this one's.
    expected_count: usize,
    /// The names that are too many, or do not stand in the page as they are. Such a series helps no other. A hash set,
    /// so that no page can make this slow.
    more: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Neighbour<'a> {
    /// Begins a series. Returns how many bytes of `page` need no check, as they are those of the last series up to the
    /// inside of a label's quotes. That label and those before it remain.
    #[inline]
    pub(super) fn resume(&mut self, page: &[u8]) -> Option<usize> {
        let last_at = *self.values_at.get(self.count.checked_sub(1)?)?;
        let common = common_prefix(self.page, page, last_at);
        let label = self.values_at.iter().take(self.count).rposition(|at| *at <= common)?;
        self.begin(label + 1);
        self.values_at.get(label).copied()
    }

    /// Begins a series that has nothing in common with the last one.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.begin(0);
        self.more = None;
    }

    #[inline]
    fn begin(&mut self, count: usize) {
        self.count = count;
        self.expected_count = self.plain_count;
        self.plain_count = self.plain_count.min(count);
    }

    /// Ends the series that `page` begins with.
    #[inline]
    pub(super) fn end(&mut self, page: &'a [u8]) {
        self.page = page;
        if self.more.is_some() {
            self.clear();
        }
    }

    /// The name without quotes that the last series has here.
    #[inline]
    pub(super) fn expected(&self) -> Option<&'a str> {
        self.names.get(self.count).filter(|_| self.count < self.expected_count).copied()
    }

    /// Adds the label that was [`expected`](Self::expected); its value begins `value_at` bytes behind the series' beginning.
    #[inline]
    pub(super) fn repeat(&mut self, value_at: usize) {
        if let Some(at) = self.values_at.get_mut(self.count) {
            *at = value_at;
            self.count += 1;
            self.plain_count += 1;
        }
    }

    /// Adds another label; `false` where its name was there.
    pub(super) fn insert(&mut self, name: Cow<'a, str>, is_quoted: bool, value_at: usize) -> bool {
        self.expected_count = 0;
        if self.names.iter().take(self.count).any(|earlier| *earlier == name) {
            return false;
        }
        match (name, self.names.get_mut(self.count), self.values_at.get_mut(self.count)) {
            // A name among those that are too many would be missed here.
            (Cow::Borrowed(name), Some(free), Some(at)) if self.more.is_none() => {
                *free = name;
                *at = value_at;
                self.plain_count += usize::from(!is_quoted && self.plain_count == self.count);
                self.count += 1;
                true
            }
            (name, ..) => self.insert_more(name),
        }
    }

    #[cold]
    fn insert_more(&mut self, name: Cow<'a, str>) -> bool {
        self.more.get_or_insert_default().insert(name)
    }
}
