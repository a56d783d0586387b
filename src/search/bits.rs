//! Numbers as bits, the highest bit of a byte first.
//!
//! Two codes: Elias gamma for numbers that are mostly small, and Rice's for the differences of a sorted list, which
//! for lists of random articles is within a few hundredths of the best there is.

/// Writes bits.
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// The bits that fill no byte yet, in the low end.
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// Writes the lowest `count` bits of a number, 32 at most.
    pub fn bits(&mut self, number: u32, count: u32) {
        let mask = (1_u64 << count) - 1;
        self.pending = self.pending << count | u64::from(number) & mask;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.pending >> self.count).to_le_bytes()[0]);
        }
    }

    /// Writes a number from 1 on in the code gamma: its length in zeros, then itself.
    pub fn gamma(&mut self, number: u32) {
        let length = number.ilog2();
        self.bits(0, length);
        self.bits(number, length + 1);
    }

    /// Writes a number in Rice's code: what is above the lowest `low` bits in ones, a zero, and those bits.
    pub fn rice(&mut self, number: u32, low: u32) {
        let mut ones = number >> low;
        while ones >= 32 {
            self.bits(u32::MAX, 32);
            ones -= 32;
        }
        self.bits(!(u32::MAX << ones), ones);
        self.bits(0, 1);
        self.bits(number, low);
    }

    /// Writes an ascending list of numbers below `universe`, without its length.
    pub fn list(&mut self, list: &[u32], universe: u32) {
        let low = low_bits(list.len(), universe);
        let mut next = 0;
        for it in list {
            self.rice(it - next, low);
            next = it + 1;
        }
    }

    /// The bytes, the last one filled with zeros.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bits(0, 8 - self.count);
        }
        self.bytes
    }
}

/// How many low bits Rice's code leaves as they are in a list of `count` numbers below `universe`: the length of 11/16
/// of the mean difference, less one.
fn low_bits(count: usize, universe: u32) -> u32 {
    let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
    let mean = u64::from(universe) * 11 / (16 * u64::from(count));
    mean.checked_ilog2().unwrap_or(0)
}

/// Reads bits.
#[derive(Debug)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    /// The bit that comes next.
    at: usize,
}

impl<'a> BitReader<'a> {
    /// Reads from the first bit on.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next bit; `None` at the end.
    fn bit(&mut self) -> Option<u32> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    /// A number of `count` bits.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |number: u32, _| Some(number << 1 | self.bit()?))
    }

    /// A number in the code gamma.
    pub fn gamma(&mut self) -> Option<u32> {
        let mut length = 0;
        while self.bit()? == 0 {
            length += 1;
        }
        (length < 32).then_some(())?;
        Some(1 << length | self.bits(length)?)
    }

    /// A number in Rice's code.
    pub fn rice(&mut self, low: u32) -> Option<u32> {
        let mut ones = 0_u32;
        while self.bit()? == 1 {
            ones += 1;
        }
        let low_part = self.bits(low)?;
        ones.checked_mul(1 << low)?.checked_add(low_part)
    }

    /// A list of `count` numbers below `universe`.
    pub fn list(&mut self, count: u32, universe: u32) -> Option<Vec<u32>> {
        let low = low_bits(count as usize, universe);
        let mut next = 0_u32;
        let one = |_| {
            let it = next.checked_add(self.rice(low)?)?;
            next = it + 1;
            Some(it)
        };
        (0..count).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            numbers in prop::collection::vec((1_u32.., 0_u32..14, 0_u32..70_000), 0..40),
            mut list in prop::collection::vec(0_u32..5_000, 0..200),
        ) {
            list.sort_unstable();
            list.dedup();
            let mut writer = BitWriter::default();
            for (gamma, low, rice) in &numbers {
                writer.gamma(*gamma);
                writer.rice(*rice, *low);
            }
            writer.list(&list, 5_000);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for (gamma, low, rice) in &numbers {
                prop_assert_eq!(reader.gamma(), Some(*gamma));
                prop_assert_eq!(reader.rice(*low), Some(*rice));
            }
            let length = u32::try_from(list.len()).expect("short");
            prop_assert_eq!(reader.list(length, 5_000), Some(list));
        }
    }
}
