//! The series of a family: found by value, limited in number, shown in the order of their first use.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::super::descriptor::OVERFLOW_LABEL;
use super::super::{LabelValues, Metric, Moment, Rejected};
use super::cache;
use crate::exposition::encode::{LabelPairs, Visitor};

/// How many series are shown at a time: in between, others get at the family.
const SHOWN_AT_ONCE: usize = 256;

/// What a family asks for.
pub(in crate::instrument) struct SeriesOptions<M> {
    pub(in crate::instrument) names: Vec<String>,
    pub(in crate::instrument) limit: usize,
    pub(in crate::instrument) idle_expiry_ms: Option<i64>,
    /// Makes a metric.
    pub(in crate::instrument) new: Box<dyn Fn() -> M + Send + Sync>,
    /// The time in milliseconds since the Unix epoch, where it is known.
    pub(in crate::instrument) now_ms: Box<dyn Fn() -> Option<i64> + Send + Sync>,
}

/// All series of a family.
pub(in crate::instrument) struct Series<M> {
    /// No other family of the process has it.
    number: u64,
    options: SeriesOptions<M>,
    hashes: RandomState,
    table: RwLock<Table<M>>,
    /// How often a metric was asked for that there is no series for.
    overflowed: AtomicU64,
    /// What the metrics refused, as far as that was seen.
    rejected: Mutex<Rejected>,
}

struct Table<M> {
    places: HashTable<Arc<One<M>>>,
    /// By the order of their first use, which is the order of every exposition.
    in_order: BTreeMap<u64, Arc<One<M>>>,
    next: u64,
    overflow: Option<Arc<One<M>>>,
}

/// One series.
struct One<M> {
    order: u64,
    hash: u64,
    /// In the order of the names.
    values: Box<[Box<str>]>,
    metric: M,
    created_ms: Option<i64>,
    removed: AtomicBool,
    /// Whether somebody looked it up since the last search for idle ones.
    looked_up: AtomicBool,
    seen: Mutex<Seen>,
}

/// What was seen of a series before.
#[derive(Default)]
struct Seen {
    /// By the last search for idle ones, and when that was.
    activity: u64,
    at_ms: Option<i64>,
    /// The updates that stand in the family's sum.
    rejected: Rejected,
}

impl<M: Metric> Series<M> {
    pub(in crate::instrument) fn new(options: SeriesOptions<M>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            options,
            hashes: RandomState::default(),
            table: RwLock::new(Table {
                places: HashTable::new(),
                in_order: BTreeMap::new(),
                next: 0,
                overflow: None,
            }),
            overflowed: AtomicU64::new(0),
            rejected: Mutex::default(),
        }
    }

    /// Calls `act` with the metric of these values, made where there is none yet and room is left.
    #[inline]
    pub(super) fn update<R>(&self, values: &impl LabelValues, act: impl FnOnce(&M) -> R) -> R {
        let hash = self.hash(values);
        let mut act = Some(act);
        let found = cache::find(self.number, hash, |one: &One<M>| {
            let is_it = !one.removed.load(Ordering::Acquire) && one.has(values);
            let act = is_it.then(|| act.take())??;
            one.mark();
            Some(act(&one.metric))
        });
        match (found, act) {
            (Some(result), _) => result,
            (None, Some(act)) => act(&self.find(values, hash).metric),
            #[expect(clippy::unreachable, reason = "`act` is taken only where there is a result")]
            (None, None) => unreachable!("a result without a call"),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&self, values: &impl LabelValues, hash: u64) -> Arc<One<M>> {
        let known = {
            let table = self.read();
            let known = table.places.find(hash, |one| one.has(values)).cloned();
            // The one for overflow is found without waiting for those who write.
            known.or_else(|| self.is_full(&table).then(|| table.overflow.clone())?)
        };
        let one = known.unwrap_or_else(|| self.make(values, hash));
        if one.values.is_empty() && !self.options.names.is_empty() {
            self.overflowed.fetch_add(1, Ordering::Relaxed);
        } else {
            one.mark();
            cache::remember(self.number, hash, Arc::clone(&one) as _);
        }
        one
    }

    /// Makes the series, unless another thread was faster, or that for overflow where there is no room.
    fn make(&self, values: &impl LabelValues, hash: u64) -> Arc<One<M>> {
        let mut table = self.write();
        if let Some(one) = table.places.find(hash, |one| one.has(values)) {
            return Arc::clone(one);
        }
        if self.is_full(&table) {
            return Arc::clone(
                table.overflow.get_or_insert_with(|| Arc::new(self.new_one(0, 0, Box::default()))),
            );
        }
        let mut kept = Vec::with_capacity(self.options.names.len());
        values.each_value(&mut |value| kept.push(Box::from(value)));
        let one = Arc::new(self.new_one(table.next, hash, kept.into()));
        table.next += 1;
        table.places.insert_unique(hash, Arc::clone(&one), |one| one.hash);
        table.in_order.insert(one.order, Arc::clone(&one));
        one
    }

    fn new_one(&self, order: u64, hash: u64, values: Box<[Box<str>]>) -> One<M> {
        One {
            order,
            hash,
            values,
            metric: (self.options.new)(),
            created_ms: (self.options.now_ms)(),
            removed: AtomicBool::new(false),
            looked_up: AtomicBool::new(true),
            seen: Mutex::default(),
        }
    }

    pub(super) fn remove(&self, values: &impl LabelValues) -> bool {
        let hash = self.hash(values);
        let mut table = self.write();
        let found = table.places.find_entry(hash, |one| one.has(values)).ok().map(|entry| entry.remove().0);
        if let Some(one) = &found {
            table.in_order.remove(&one.order);
            self.retire(one);
        }
        found.is_some()
    }

    pub(super) fn clear(&self) {
        let mut table = self.write();
        table.places.clear();
        let gone = std::mem::take(&mut table.in_order);
        gone.values().chain(&table.overflow.take()).for_each(|one| self.retire(one));
    }

    pub(super) fn expire(&self, now_ms: i64, idle_ms: i64) -> usize {
        let idle: Vec<Arc<One<M>>> = {
            let table = self.read();
            table.in_order.values().filter(|one| one.idle_for_ms(now_ms) >= idle_ms).cloned().collect()
        };
        if idle.is_empty() {
            return 0;
        }
        let mut table = self.write();
        // Somebody may have used one in between.
        let idle = idle.iter().filter(|one| one.idle_for_ms(now_ms) >= idle_ms);
        let mut gone = 0;
        for one in idle {
            if table.in_order.remove(&one.order).is_some() {
                let place = table.places.find_entry(one.hash, |other| other.order == one.order);
                place.ok().map(|entry| entry.remove());
                self.retire(one);
                gone += 1;
            }
        }
        gone
    }

    pub(super) fn len(&self) -> usize {
        self.read().in_order.len()
    }

    /// Removes what is idle, where the family asks for that, and shows the rest, each series after `labels`.
    pub(in crate::instrument) fn visit(
        &self,
        now_ms: i64,
        labels: LabelPairs<'_>,
        visitor: &mut dyn Visitor,
    ) {
        if let Some(idle_ms) = self.options.idle_expiry_ms {
            self.expire(now_ms, idle_ms);
        }
        let mut next = Some(0);
        while let Some(first) = next.take() {
            let table = self.read();
            let mut pairs: Vec<(&str, &str)> = labels.to_vec();
            for (order, one) in table.in_order.range(first..).take(SHOWN_AT_ONCE) {
                pairs.truncate(labels.len());
                let own = self.options.names.iter().zip(&one.values);
                pairs.extend(
                    own.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), &**value)),
                );
                one.metric.visit(&pairs, Moment { now_ms, created_ms: one.created_ms }, visitor);
                self.sum_rejected(one);
                next = Some(order + 1);
            }
        }
        let overflow = self.read().overflow.clone();
        if let Some(one) = overflow {
            let pairs = [labels, &[(OVERFLOW_LABEL, "true")]].concat();
            one.metric.visit(&pairs, Moment { now_ms, created_ms: one.created_ms }, visitor);
            self.sum_rejected(&one);
        }
    }

    /// How often a metric was asked for that there is no series for.
    pub(in crate::instrument) fn overflowed(&self) -> u64 {
        self.overflowed.load(Ordering::Relaxed)
    }

    /// What all metrics refused until they were last shown, also those whose series are gone.
    pub(in crate::instrument) fn rejected(&self) -> Rejected {
        *self.rejected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what a metric refused since the last time, which is nothing, nearly always.
    #[inline]
    fn sum_rejected(&self, one: &One<M>) {
        if one.metric.rejected() != Rejected::default() {
            let mut seen = one.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let rejected = one.metric.rejected();
            let before = std::mem::replace(&mut seen.rejected, rejected);
            self.rejected.lock().unwrap_or_else(PoisonError::into_inner).add(rejected.since(before));
        }
    }

    fn retire(&self, one: &One<M>) {
        one.removed.store(true, Ordering::Release);
        self.sum_rejected(one);
    }

    fn is_full(&self, table: &Table<M>) -> bool {
        table.in_order.len() >= self.options.limit
    }

    #[inline]
    fn hash(&self, values: &impl LabelValues) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        values.each_value(&mut |value| {
            hasher.write(value.as_bytes());
            hasher.write_usize(value.len());
        });
        hasher.finish()
    }

    fn read(&self) -> RwLockReadGuard<'_, Table<M>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table<M>> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Series<M> {
    pub(super) fn names(&self) -> &[String] {
        &self.options.names
    }
}

impl<M: Metric> One<M> {
    /// Whether these are its values, compared one by one.
    #[inline]
    fn has(&self, values: &impl LabelValues) -> bool {
        let mut kept = self.values.iter();
        let mut is_equal = true;
        values.each_value(&mut |value| is_equal &= kept.next().is_some_and(|kept| **kept == *value));
        is_equal && kept.next().is_none()
    }

    /// Mostly it is marked already, and threads do not pass the mark to and fro.
    #[inline]
    fn mark(&self) {
        if !self.looked_up.load(Ordering::Relaxed) {
            self.looked_up.store(true, Ordering::Relaxed);
        }
    }

    /// For how long it was not used, as far as this has been asked.
    fn idle_for_ms(&self, now_ms: i64) -> i64 {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let activity = self.metric.activity();
        let looked_up = self.looked_up.swap(false, Ordering::Relaxed);
        match seen.at_ms {
            Some(at_ms) if !looked_up && seen.activity == activity => now_ms.saturating_sub(at_ms),
            _ => {
                seen.activity = activity;
                seen.at_ms = Some(now_ms);
                0
            }
        }
    }
}
