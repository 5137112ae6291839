//! Which native bucket a value falls into.

use std::sync::OnceLock;

/// The finest resolution that Prometheus knows: 256 buckets for each power of two.
pub(super) const MAX_SCHEMA: i32 = 8;
/// The coarsest: each bucket's bound is 65536 times the one before.
pub(super) const MIN_SCHEMA: i32 = -4;

/// The bits of a float that hold its fraction.
const FRACTION_BITS: u32 = 52;

/// The bounds within one power of two, for one schema from 0 to 8.
///
/// The upper bound of bucket `i` is `2^(i * 2^-schema)`, and the bucket holds what is above the bound before and at most its
/// own. Source: Prometheus' "Native Histograms" specification.
#[derive(Debug)]
pub(super) struct Resolution {
    schema: u32,
    /// Fractions of the bounds `2^(i / 2^schema)` for `i` from 0; the last entry is above all fractions.
    fractions: Box<[u64]>,
    /// By the highest `schema` bits of a fraction: the first bound that such a fraction can be at most.
    first: Box<[u16]>,
}

impl Resolution {
    /// The resolution of `schema`; a negative one is coarsened from 0 by [`coarser`].
    pub(super) fn of(schema: i32) -> &'static Self {
        static ALL: [OnceLock<Resolution>; MAX_SCHEMA as usize + 1] =
            [const { OnceLock::new() }; MAX_SCHEMA as usize + 1];
        static ZERO: OnceLock<Resolution> = OnceLock::new();
        let schema = schema.clamp(0, MAX_SCHEMA).unsigned_abs();
        ALL.get(schema as usize).unwrap_or(&ZERO).get_or_init(|| Self::new(schema))
    }

    fn new(schema: u32) -> Self {
        let buckets = 1_u32 << schema;
        let fraction = |at: u32| fraction_of((f64::from(at) / f64::from(buckets)).exp2());
        let fractions: Box<[u64]> = (0..buckets).map(fraction).chain([1 << FRACTION_BITS]).collect();
        let first = (0..u64::from(buckets))
            .map(|cell| cell << (FRACTION_BITS - schema))
            .map(|lowest| fractions.partition_point(|bound| *bound < lowest) as u16)
            .collect();
        Self { schema, fractions, first }
    }

    /// The index of the bucket of `magnitude`, a positive finite number.
    #[inline]
    pub(super) fn index(&self, magnitude: f64) -> i32 {
        if magnitude < f64::MIN_POSITIVE {
            // Subnormal numbers lack the leading one; 2^54 times as much has it.
            return self.index_of_normal(magnitude * f64::from_bits((1023 + 54) << FRACTION_BITS))
                - (54 << self.schema);
        }
        self.index_of_normal(magnitude)
    }

    #[inline]
    fn index_of_normal(&self, magnitude: f64) -> i32 {
        let exponent = (magnitude.to_bits() >> FRACTION_BITS) as i32 - 1023;
        let fraction = fraction_of(magnitude);
        let cell = (fraction >> (FRACTION_BITS - self.schema)) as usize;
        let mut within = self.first.get(cell).map_or(0, |first| usize::from(*first));
        while self.fractions.get(within).is_some_and(|bound| *bound < fraction) {
            within += 1;
        }
        (exponent << self.schema) + within as i32
    }
}

/// The index at a schema that is lower by `steps`: two neighbouring buckets become one with each step.
#[inline]
pub(super) fn coarser(index: i32, steps: u32) -> i32 {
    // Rounds up, because a bucket is named after its upper bound.
    ((i64::from(index) + (1_i64 << steps) - 1) >> steps) as i32
}

#[inline]
fn fraction_of(value: f64) -> u64 {
    value.to_bits() & ((1 << FRACTION_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(schema: i32, value: f64) -> i32 {
        coarser(Resolution::of(schema).index(value), schema.min(0).unsigned_abs())
    }

    #[test]
    fn a_bound_belongs_to_the_bucket_below_it() {
        #[track_caller]
        fn check(schema: i32, value: f64, expect: i32) {
            assert_eq!(index(schema, value), expect, "schema {schema}, {value:e}");
        }
        check(0, 1.0, 0);
        check(0, 1.0_f64.next_up(), 1);
        check(0, 2.0, 1);
        check(0, 3.0, 2);
        check(0, 0.75, 0);
        check(0, 0.5, -1);
        check(2, 1.5, 3);
        check(2, 2.0, 4);
        // The bounds of schema 2 as Prometheus' clients have them, which are up to one unit of the last place lower.
        check(2, 2.0 * 0.594_603_557_501_360_5, 1);
        check(2, 2.0 * 0.707_106_781_186_547_5, 2);
        check(2, 2.0 * 0.840_896_415_253_714_4, 3);
        check(2, 2.0 * 0.840_896_415_253_715, 4);
        check(-1, 4.0, 1);
        check(-1, 4.1, 2);
        check(-1, 1.0, 0);
        check(-4, 65536.0, 1);
        check(-4, f64::MAX, 64);
        check(0, f64::MAX, 1024);
        check(8, f64::MIN_POSITIVE, -1022 * 256);
        check(0, 5e-324, -1074);
        check(0, 1.5e-323, -1072);
    }

    #[test]
    fn every_value_lies_within_its_bucket() {
        for schema in MIN_SCHEMA..=MAX_SCHEMA {
            let width = f64::from(-schema).exp2();
            let mut value = 1.1e-300;
            while value < 1e300 {
                let index = f64::from(index(schema, value));
                let log = value.log2() / width;
                assert!(
                    index - 1.0 < log + 1e-9 && log - 1e-9 <= index,
                    "schema {schema}, {value:e}: {index}"
                );
                value *= 1.037;
            }
        }
    }
}
