//! A small number for each running thread, so that a thread can have cells that nobody else writes.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The numbers that no running thread has.
#[derive(Debug)]
struct Numbers {
    given_back: BTreeSet<usize>,
    /// All from here on are free.
    next: usize,
}

static NUMBERS: Mutex<Numbers> = Mutex::new(Numbers { given_back: BTreeSet::new(), next: 0 });

/// No number was asked for yet.
const UNSET: usize = usize::MAX;
/// The thread ends and has given its number back.
const ENDED: usize = usize::MAX - 1;

thread_local! {
    /// Apart from its guard, because a plain cell is read without asking whether it is still there.
    static NUMBER: Cell<usize> = const { Cell::new(UNSET) };
    static GUARD: Guard = Guard::take();
}

/// The number of the calling thread: none that runs has the same, and the lowest free one is given out first.
///
/// What the last holder of a number wrote is visible to the next one. `None` while the thread ends.
#[inline]
pub(super) fn number() -> Option<usize> {
    match NUMBER.get() {
        UNSET => first_number(),
        ENDED => None,
        number => Some(number),
    }
}

#[cold]
fn first_number() -> Option<usize> {
    GUARD.try_with(|guard| guard.0).ok()
}

/// Gives the number back when the thread ends.
struct Guard(usize);

impl Guard {
    fn take() -> Self {
        let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let number = numbers.given_back.pop_first().unwrap_or_else(|| {
            numbers.next += 1;
            numbers.next - 1
        });
        NUMBER.set(number);
        Self(number)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        NUMBER.set(ENDED);
        NUMBERS.lock().unwrap_or_else(PoisonError::into_inner).given_back.insert(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_threads_differ_and_numbers_come_back() {
        let number_of_new_thread =
            || std::thread::scope(|scope| scope.spawn(|| number().unwrap()).join().unwrap());
        let own = number().unwrap();
        assert_eq!(number(), Some(own));
        // Tests that run beside this one hold numbers too, but hundreds, not a thousand.
        let highest = (0..1_000).map(|_| number_of_new_thread()).max().unwrap();
        let barrier = std::sync::Barrier::new(8);
        let together: BTreeSet<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let number = number().unwrap();
                        barrier.wait();
                        number
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(together.len(), 8);
        assert!(!together.contains(&own));
        assert!(highest < 999, "numbers of threads that ended are given out again: {highest}");
    }
}
