//! The bit string of a list: strict GZIP or ZLIB, read as a stream so that a look-up keeps nothing but the byte it came for.

use std::io::{Read, Write as _};

use flate2::bufread::{GzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;
use flate2::{Compression, GzBuilder};

use crate::limits;

/// Why a bit string cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unreadable {
    /// Not one whole GZIP member (RFC 1952) or ZLIB stream (RFC 1950) with the right checksum and nothing behind it.
    Damaged,
    /// More than [`limits::STATUS_UNPACKED_BYTES`].
    Bomb,
}

/// What a pass over a packed bit string found.
pub(super) struct Scan {
    /// The length, in bits.
    pub(super) bits: usize,
    /// The byte that was asked for and the one behind it; zero beyond the end.
    pub(super) bytes: [u8; 2],
}

/// What is around the DEFLATE stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrapping {
    /// RFC 1952: Bitstring Status List and its predecessors.
    Gzip,
    /// RFC 1950: Token Status List.
    Zlib,
}

/// Unpacks to the end, for the whole must be sound, and keeps two bytes.
pub(super) fn scan(packed: &[u8], wrapping: Wrapping, first_byte: usize) -> Result<Scan, Unreadable> {
    let mut found = [0_u8; 2];
    let mut length = 0_usize;
    unpack(packed, wrapping, |chunk| {
        for (slot, place) in found.iter_mut().zip(first_byte..) {
            if let Some(byte) = place.checked_sub(length).and_then(|at| chunk.get(at)) {
                *slot = *byte;
            }
        }
        length += chunk.len();
    })?;
    Ok(Scan { bits: length * 8, bytes: found })
}

/// Unpacks into memory.
pub(super) fn inflate(packed: &[u8], wrapping: Wrapping) -> Result<Vec<u8>, Unreadable> {
    let mut out = Vec::new();
    unpack(packed, wrapping, |chunk| out.extend_from_slice(chunk))?;
    Ok(out)
}

fn unpack(packed: &[u8], wrapping: Wrapping, take: impl FnMut(&[u8])) -> Result<(), Unreadable> {
    let left = match wrapping {
        Wrapping::Gzip => drain(GzDecoder::new(packed), take)?.into_inner(),
        Wrapping::Zlib => drain(ZlibDecoder::new(packed), take)?.into_inner(),
    };
    // One stream, nothing behind it: what two readers could read differently is refused.
    if left.is_empty() { Ok(()) } else { Err(Unreadable::Damaged) }
}

/// Reads a decoder to its end and gives it back.
fn drain<D: Read>(mut decoder: D, mut take: impl FnMut(&[u8])) -> Result<D, Unreadable> {
    let mut buffer = vec![0_u8; 32 * 1024];
    let mut total = 0_usize;
    loop {
        let count = decoder.read(&mut buffer).map_err(|_| Unreadable::Damaged)?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
        total += count;
        if total > limits::STATUS_UNPACKED_BYTES {
            return Err(Unreadable::Bomb);
        }
        take(chunk);
    }
    Ok(decoder)
}

/// Packs as one ZLIB stream; the same bits give the same bytes.
pub(super) fn deflate_zlib(bits: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // As below: writing to memory does not fail.
    let _ = encoder.write_all(bits);
    encoder.finish().unwrap_or_default()
}

/// Packs as one GZIP member without a time or a file name, so that the same bits give the same bytes.
pub(super) fn deflate(bits: &[u8]) -> Vec<u8> {
    const UNKNOWN_SYSTEM: u8 = 255;
    let mut encoder = GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM).write(Vec::new(), Compression::best());
    // Writing to memory does not fail; were it to, the result would be a stream that no reader accepts.
    let _ = encoder.write_all(bits);
    encoder.finish().unwrap_or_default()
}

/// The value of `size` bits (1 to 8) at `index`, most significant bit first. `bytes` begin at the byte of its first bit.
pub(super) fn msb_first(bytes: [u8; 2], index: usize, size: u8) -> u8 {
    let offset = (index.wrapping_mul(usize::from(size)) % 8) as u32;
    let [high, _] = (u16::from_be_bytes(bytes) << offset).to_be_bytes();
    high >> (8 - u32::from(size.clamp(1, 8)))
}

/// The bit at `index`, least significant bit first: the reading of RevocationList2020's reference implementation.
pub(super) const fn lsb_first(byte: u8, index: usize) -> u8 {
    (byte >> (index % 8)) & 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_from_the_left() {
        assert_eq!(msb_first([0b1000_0000, 0], 0, 1), 1);
        assert_eq!(msb_first([0b0100_0000, 0], 1, 1), 1);
        assert_eq!(msb_first([0b0000_0001, 0], 7, 1), 1);
        assert_eq!(msb_first([0b0000_0001, 0xff], 8, 1), 0);
        assert_eq!(msb_first([0b0011_1001, 0], 1, 2), 0b11);
        assert_eq!(msb_first([0b0011_1001, 0], 2, 2), 0b10);
        // Three bits over the border of two bytes: index 2 is bits 6, 7 and 8.
        assert_eq!(msb_first([0b0000_0010, 0b1000_0000], 2, 3), 0b101);
        assert_eq!(msb_first([0xa5, 0], 3, 8), 0xa5);
        assert_eq!(lsb_first(0b0000_0010, 1), 1);
    }

    #[test]
    fn strict_gzip() {
        let bits: Vec<u8> = (0..40_000_u32).map(|i| (i % 251) as u8).collect();
        let packed = deflate(&bits);
        assert_eq!(packed, deflate(&bits));
        assert_eq!(inflate(&packed, Wrapping::Gzip).unwrap(), bits);
        let found = scan(&packed, Wrapping::Gzip, 39_999).unwrap();
        assert_eq!((found.bits, found.bytes), (320_000, [bits[39_999], 0]));
        assert_eq!(scan(&packed, Wrapping::Gzip, 32_767).unwrap().bytes, [bits[32_767], bits[32_768]]);

        let twice = [packed.as_slice(), packed.as_slice()].concat();
        let trailing = [packed.as_slice(), b"\0".as_slice()].concat();
        let mut wrong_sum = packed.clone();
        let at = wrong_sum.len() - 8;
        wrong_sum[at] ^= 1;
        let mut wrong_length = packed.clone();
        let at = wrong_length.len() - 1;
        wrong_length[at] ^= 1;
        let cut = &packed[..packed.len() - 1];
        for bad in [&twice[..], &trailing, &wrong_sum, &wrong_length, cut, b"", b"\x1f\x8b", &bits] {
            assert_eq!(inflate(bad, Wrapping::Gzip), Err(Unreadable::Damaged));
        }
    }

    #[test]
    fn strict_zlib() {
        let bits: Vec<u8> = (0..40_000_u32).map(|i| (i % 251) as u8).collect();
        let packed = deflate_zlib(&bits);
        assert_eq!(inflate(&packed, Wrapping::Zlib).unwrap(), bits);
        assert_eq!(scan(&packed, Wrapping::Zlib, 39_999).unwrap().bytes, [bits[39_999], 0]);
        let trailing = [packed.as_slice(), b"\0".as_slice()].concat();
        let mut wrong_sum = packed.clone();
        let at = wrong_sum.len() - 1;
        wrong_sum[at] ^= 1;
        let mut wrong_header = packed.clone();
        wrong_header[1] ^= 1;
        for bad in [&trailing[..], &wrong_sum, &wrong_header, &packed[..packed.len() - 1], b"", &deflate(&bits), &bits]
        {
            assert_eq!(inflate(bad, Wrapping::Zlib), Err(Unreadable::Damaged));
        }
        let bomb = deflate_zlib(&vec![0; limits::STATUS_UNPACKED_BYTES + 1]);
        assert_eq!(scan(&bomb, Wrapping::Zlib, 0).err(), Some(Unreadable::Bomb));
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let most = deflate(&vec![0; limits::STATUS_UNPACKED_BYTES]);
        assert_eq!(scan(&most, Wrapping::Gzip, 0).unwrap().bits, limits::STATUS_UNPACKED_BYTES * 8);
        let bomb = deflate(&vec![0; limits::STATUS_UNPACKED_BYTES + 1]);
        assert!(bomb.len() < 20_000);
        assert_eq!(scan(&bomb, Wrapping::Gzip, 0).err(), Some(Unreadable::Bomb));
    }
}
