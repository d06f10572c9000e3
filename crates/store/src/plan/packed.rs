//! Lists of contacts while a plan is drafted: all memberships of a first fill wait in memory for its end, so they are small.

/// Contact ids, each as its distance from the one before: a first fill gives them in ascending order, and a few bytes do.
#[derive(Debug, Default)]
pub(super) struct Ids {
    bytes: Vec<u8>,
    last: i64,
    len: usize,
}

impl Ids {
    pub(super) fn push(&mut self, id: i64) {
        let distance = id.wrapping_sub(self.last);
        // The sign goes to the lowest bit, so that small distances are small numbers either way.
        let mut rest = ((distance << 1) ^ (distance >> 63)) as u64;
        while rest >= 0x80 {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
        self.last = id;
        self.len += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn to_vec(&self) -> Vec<i64> {
        let (mut ids, mut last, mut number, mut shift) = (Vec::with_capacity(self.len), 0_i64, 0_u64, 0);
        for byte in &self.bytes {
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                last = last.wrapping_add((number >> 1) as i64 ^ -((number & 1) as i64));
                ids.push(last);
                (number, shift) = (0, 0);
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_in_their_order_and_neighbours_take_a_byte() {
        let all = [5, 6, 9, 2, i64::MAX, i64::MIN, 0, -1];
        let mut ids = Ids::default();
        for id in all {
            ids.push(id);
        }
        assert_eq!((ids.len(), ids.to_vec()), (all.len(), all.to_vec()));
        let mut near = Ids::default();
        for id in 1_i64 << 40..(1 << 40) + 100 {
            near.push(id);
        }
        assert!(near.bytes.len() < 110);
    }
}
