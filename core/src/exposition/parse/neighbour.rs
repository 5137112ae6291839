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
/// same bytes goes on at the last value within them, with the names before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbour<'a> {
    /// The page from the series on, once all of it is checked.
    page: &'a [u8],
    names: [&'a str; FEW],
    /// Bytes from the series' beginning to the inside of each label's quotes.
    values_at: [usize; FEW],
    count: usize,
    /// The names that are too many, or do not stand in the page as they are. Such a series helps no other. A hash set,
    /// so that no page can make this slow.
    more: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Neighbour<'a> {
    /// How many bytes of `page` need no check, as they are those of the last series up to the inside of a label's quotes.
    /// That label and those before it remain.
    #[inline]
    pub(super) fn resume(&mut self, page: &[u8]) -> Option<usize> {
        let last_at = *self.values_at.get(self.count.checked_sub(1)?)?;
        let common = common_prefix(self.page, page, last_at);
        let labels = self.values_at.iter().take(self.count).rposition(|at| *at <= common)?;
        self.count = labels + 1;
        self.values_at.get(labels).copied()
    }

    /// Begins a series.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.more = None;
    }

    /// Ends the series that `page` begins with.
    #[inline]
    pub(super) fn end(&mut self, page: &'a [u8]) {
        self.page = page;
        if self.more.is_some() {
            self.clear();
        }
    }

    /// Adds a label whose value begins `value_at` bytes behind the series' beginning; `false` where its name was there.
    #[inline]
    pub(super) fn insert(&mut self, name: Cow<'a, str>, value_at: usize) -> bool {
        if self.names.iter().take(self.count).any(|earlier| *earlier == name) {
            return false;
        }
        match (name, self.names.get_mut(self.count), self.values_at.get_mut(self.count)) {
            // A name among those that are too many would be missed here.
            (Cow::Borrowed(name), Some(free), Some(at)) if self.more.is_none() => {
                *free = name;
                *at = value_at;
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
