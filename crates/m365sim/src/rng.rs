//! The simulator's own random numbers: SplitMix64, the same everywhere from one seed.
//! Rule: no entropy from the machine; every choice of the simulator can be repeated.

/// A small deterministic generator. It is no source of secrets.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator whose whole sequence follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x5851_F42D_4C95_7F2D)
    }

    /// A generator of its own for one purpose, so that two purposes do not disturb each other.
    pub fn fork(seed: u64, purpose: &str) -> Self {
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        for byte in purpose.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        Self::new(seed ^ hash)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end` (0 when `end` is 0).
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.bits() % end as u64) as usize }
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.bits() % 100 < u64::from(percent)
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && ((self.bits() >> 11) as f64 / (1u64 << 53) as f64) < probability
    }

    /// One of the choices, or the empty text.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let at = self.below(choices.len());
        choices.get(at).copied().unwrap_or("")
    }

    /// A version 4 GUID as a number.
    pub fn guid(&mut self) -> u128 {
        let raw = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        (raw & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
    }

    /// Brings a slice into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// A GUID number as text: lower-case, with dashes.
pub fn guid_text(id: u128) -> String {
    let mut out = Vec::with_capacity(36);
    write_guid(&mut out, id);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes a GUID number as text, without allocation.
pub(crate) fn write_guid(out: &mut Vec<u8>, id: u128) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for nibble in (0..32).rev() {
        if matches!(nibble, 23 | 19 | 15 | 11) {
            out.push(b'-');
        }
        let digit = ((id >> (nibble * 4)) & 0xF) as usize;
        out.push(HEX.get(digit).copied().unwrap_or(b'0'));
    }
}

/// Reads a GUID in its text form with dashes; `None` when malformed.
pub fn guid_of(text: &str) -> Option<u128> {
    if text.len() != 36 || !text.is_ascii() {
        return None;
    }
    let mut id = 0_u128;
    for (at, byte) in text.bytes().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if byte != b'-' {
                return None;
            }
        } else {
            id = (id << 4) | u128::from(char::from(byte).to_digit(16)?);
        }
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_survive_the_way_to_text_and_back() {
        let mut rng = Rng::new(7);
        for _ in 0..100 {
            let id = rng.guid();
            assert_eq!(guid_of(&guid_text(id)), Some(id));
            assert_eq!(guid_text(id).as_bytes()[14], b'4');
        }
        assert_eq!(guid_of("not-a-guid"), None);
    }
}
