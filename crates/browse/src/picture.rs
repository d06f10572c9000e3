//! Pictures for documents: small, because a page has few colours.
//!
//! Chromium writes 24 bits a pixel. A page is some plain colours and the shades at the edges of its letters; the 256 most frequent
//! colours, and for the rest the nearest of them, look the same at a third of the size.

use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};

/// Red, green, blue.
type Colour = [u8; 3];

/// The same picture as PNG with a palette.
pub(crate) fn shrunk(picture: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(Transformations::STRIP_16 | Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let pixels: Vec<Colour> = match frame.color_type {
        ColorType::Rgb => pixels.as_chunks::<3>().0.to_vec(),
        ColorType::Rgba => pixels.as_chunks::<4>().0.iter().map(|[r, g, b, _]| [*r, *g, *b]).collect(),
        other => panic!("Chromium takes pictures in colour, not as {other:?}"),
    };
    let (palette, indices) = reduced(&pixels);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, frame.width, frame.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(Compression::High);
    // Neighbours in a palette have nothing to do with each other.
    encoder.set_filter(Filter::NoFilter);
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
    file
}

/// The most frequent colours, and each pixel's nearest among them.
fn reduced(pixels: &[Colour]) -> (Vec<Colour>, Vec<u8>) {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut colours: Vec<(Colour, usize)> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, n)| (std::cmp::Reverse(*n), *colour));
    let palette: Vec<Colour> = colours.iter().take(256).map(|(colour, _)| *colour).collect();
    let nearest = |colour: &Colour| {
        let far = |other: &Colour| -> u32 {
            colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
        };
        let found = palette.iter().enumerate().min_by_key(|(_, other)| far(other));
        found.map_or(0, |(index, _)| index as u8)
    };
    let places: HashMap<Colour, u8> = colours.iter().map(|(colour, _)| (*colour, nearest(colour))).collect();
    (palette, pixels.iter().map(|pixel| places[pixel]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with so many shades of grey and some red.
    fn picture(shades: u16) -> Vec<u8> {
        let (width, height) = (64, 64);
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(ColorType::Rgb);
        let pixel = |n: u32| {
            let shade = (n % u32::from(shades)) as u8;
            if n < 200 { [255, 0, 0] } else { [shade, shade, shade] }
        };
        let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    fn pixels(file: &[u8]) -> Vec<u8> {
        let mut decoder = Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    }

    #[test]
    fn a_picture_of_few_colours_stays_as_it_is() {
        let before = picture(200);
        assert_eq!(pixels(&shrunk(&before)), pixels(&before));
    }

    #[test]
    fn a_picture_of_many_colours_looks_the_same() {
        let before = picture(256);
        let (before, after) = (pixels(&before), pixels(&shrunk(&before)));
        let apart = before.iter().zip(&after).map(|(a, b)| a.abs_diff(*b)).max();
        assert_eq!((before.len(), apart), (after.len(), Some(1)));
    }
}
