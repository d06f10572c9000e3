//! Small pictures that people bring: PNG (W3C PNG, third edition) and JPEG (ITU-T T.81), told apart by what they are and not by what
//! they are called. Only what is drawn is kept: texts, places, previews and whatever follows the end are taken out.

/// Bytes that a picture may have.
pub const LARGEST: usize = 512 * 1024;
/// Pixels of a side.
const WIDEST: u32 = 4_000;
/// The first bytes of a PNG (5.2).
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that decide how a PNG is drawn.
const DRAWN: [&[u8]; 9] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];

/// A picture with nothing but what is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub media: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why something is no picture that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPicture {
    /// More than [`LARGEST`] bytes, or too many pixels.
    TooLarge,
    /// Neither PNG nor JPEG, or damaged.
    Unreadable,
}

/// Reads a picture and takes out what is not drawn.
pub fn read(bytes: &[u8]) -> Result<Picture, BadPicture> {
    if bytes.len() > LARGEST {
        return Err(BadPicture::TooLarge);
    }
    let read = if bytes.starts_with(SIGNATURE) { png(bytes) } else { jpeg(bytes) };
    let picture = read.ok_or(BadPicture::Unreadable)?;
    match (picture.width, picture.height) {
        (0, _) | (_, 0) => Err(BadPicture::Unreadable),
        (width, height) if width > WIDEST || height > WIDEST => Err(BadPicture::TooLarge),
        _ => Ok(picture),
    }
}

/// Chunks: length, name, data, check (5.3).
fn png(bytes: &[u8]) -> Option<Picture> {
    let mut kept = SIGNATURE.to_vec();
    let (mut rest, mut size, mut drawn) = (bytes.get(SIGNATURE.len()..)?, None, false);
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let name = rest.get(4..8)?;
        let whole = rest.get(..length.checked_add(12)?)?;
        let check = u32::from_be_bytes(whole.get(length + 8..)?.try_into().ok()?);
        if crc(whole.get(4..length + 8)?) != check {
            return None;
        }
        match (name, size) {
            (b"IHDR", None) if length == 13 => {
                let pixels = |at: usize| Some(u32::from_be_bytes(whole.get(at..at + 4)?.try_into().ok()?));
                size = Some((pixels(8)?, pixels(12)?));
            }
            (b"IHDR", _) | (_, None) => return None,
            _ => {}
        }
        drawn |= name == b"IDAT";
        if DRAWN.contains(&name) {
            kept.extend_from_slice(whole);
        }
        if name == b"IEND" {
            break;
        }
        rest = rest.get(whole.len()..)?;
    }
    let (width, height) = size.filter(|_| drawn)?;
    Some(Picture { media: "image/png", width, height, bytes: kept })
}

/// CRC-32 as PNG has it (5.5).
fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        }
    }
    !sum
}

/// Segments and scans to the end of the picture, and nothing behind it: phones put a second one there (B.1.1.3, B.2.1).
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let (mut kept, mut size, mut drawn) = (vec![0xff, 0xd8], None, false);
    loop {
        let (mark, name) = (*rest.first()?, *rest.get(1)?);
        if mark != 0xff {
            return None;
        }
        match name {
            // Padding before a marker.
            0xff => {
                rest = rest.get(1..)?;
                continue;
            }
            0xd9 => break,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?));
        let segment = rest.get(..length.checked_add(2)?)?;
        rest = rest.get(segment.len()..)?;
        match name {
            // Start of a frame, of whatever coding: precision, height, width.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let pixels = |at: usize| {
                    Some(u32::from(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?)))
                };
                size = Some((pixels(7)?, pixels(5)?));
                kept.extend_from_slice(segment);
            }
            // Tables, number of lines, restart interval, JFIF, how Adobe codes colours.
            0xc4 | 0xcc | 0xdb..=0xdd | 0xe0 | 0xee => kept.extend_from_slice(segment),
            0xda => {
                let (scan, behind) = rest.split_at_checked(scan_length(rest)?)?;
                kept.extend_from_slice(segment);
                kept.extend_from_slice(scan);
                (rest, drawn) = (behind, true);
            }
            // What is told beside the picture.
            0xe1..=0xef | 0xfe => {}
            _ => return None,
        }
    }
    kept.extend_from_slice(&[0xff, 0xd9]);
    let (width, height) = size.filter(|_| drawn)?;
    Some(Picture { media: "image/jpeg", width, height, bytes: kept })
}

/// Bytes of a scan up to the marker that ends it: a stuffed zero and restarts belong to it.
fn scan_length(rest: &[u8]) -> Option<usize> {
    rest.windows(2).position(|two| matches!(two, [0xff, next] if !matches!(next, 0x00 | 0xd0..=0xd7 | 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let body = [name, data].concat();
        [&(data.len() as u32).to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
    }

    fn header(width: u32, height: u32) -> Vec<u8> {
        chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat())
    }

    fn png_of(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
        [SIGNATURE, &header(width, height), more, &chunk(b"IDAT", b"x"), &chunk(b"IEND", b"")].concat()
    }

    #[test]
    fn s12_a_logo_keeps_what_is_drawn_and_nothing_else() {
        let plain = png_of(120, 40, b"");
        let told = [png_of(120, 40, &chunk(b"tEXt", b"Author\0Jana")), b"<script>".to_vec()].concat();
        let read_one = read(&told).unwrap();
        assert_eq!((read_one.media, read_one.width, read_one.height), ("image/png", 120, 40));
        assert_eq!(read_one.bytes, plain);
        let frame = [0xff, 0xc0, 0, 11, 8, 0, 40, 0, 120, 1, 1, 0x11, 0];
        let place = [&[0xff, 0xe1, 0, 6][..], b"Kiel"].concat();
        let scan = [0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9];
        let jpeg = [&[0xff, 0xd8][..], &place, &frame, &scan, b"more"].concat();
        // A phone's second picture, with its own place.
        let jpeg = [&jpeg[..], &[0xff, 0xd8], &place, &scan].concat();
        let picture = read(&jpeg).unwrap();
        assert_eq!((picture.media, picture.width, picture.height), ("image/jpeg", 120, 40));
        assert_eq!(picture.bytes, [&[0xff, 0xd8][..], &frame, &scan].concat());
    }

    #[test]
    fn s12_what_is_no_picture_or_too_large_is_refused() {
        let mut damaged = png_of(10, 10, b"");
        damaged[20] ^= 1;
        for bad in [
            &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
            b"GIF89a",
            b"",
            SIGNATURE,
            &[0xff, 0xd8],
            &[0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff],
            &damaged,
            &png_of(0, 10, b""),
        ] {
            assert_eq!(read(bad), Err(BadPicture::Unreadable), "{bad:?}");
        }
        assert_eq!(read(&png_of(4_001, 10, b"")), Err(BadPicture::TooLarge));
        assert_eq!(read(&vec![0; LARGEST + 1]), Err(BadPicture::TooLarge));
    }
}
