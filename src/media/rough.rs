//! Spares a decoder what nobody sees of a picture that is shown much smaller than it is: the filter over the edges of its blocks,
//! and the copy from which later pictures would be made. Both stand in the head of each slice, which is rewritten here.

use std::panic::catch_unwind;

use rusty_h264_decoder::{Pps, Sps};

use super::bits::BitReader;
use super::sps::without_emulation;

/// The head of a slice is within so many bytes of its unit.
const HEAD_BYTES: usize = 48;

/// How the heads of the slices of a film are written.
pub(super) struct SliceHeads {
    sps: Sps,
    pps: Pps,
}

impl SliceHeads {
    /// By the parameter sets of a film. `None` when there is more than one of a kind, or when the filter cannot be switched off:
    /// then a slice is decoded as it is.
    pub(super) fn of(sets: &[&[u8]]) -> Option<Self> {
        let only = |kind: u8| {
            let mut found = sets.iter().filter(|set| set.first().is_some_and(|first| first & 31 == kind));
            found.next().filter(|_| found.next().is_none()).map(|set| without_emulation(&set[1..]))
        };
        let (sps, pps) = (only(7)?, only(8)?);
        // The decoder is young, and these bytes come from the network.
        let (sps, pps) = catch_unwind(|| Sps::parse(&sps).ok().zip(Pps::parse(&pps).ok())).ok()??;
        // The data of a slice begins with a whole byte only where it is CABAC.
        let is_fit = pps.entropy_coding_mode_flag && pps.deblocking_filter_control_present_flag && sps.frame_mbs_only;
        is_fit.then_some(Self { sps, pps })
    }

    /// The unit of a slice of a picture that is decoded by itself (an IDR picture), without filter and as one from which no
    /// other is made. `None` for any other unit, and for the few whose head cannot be rewritten.
    pub(super) fn roughen(&self, nal: &[u8]) -> Option<Vec<u8>> {
        let (first, body) = nal.split_first().filter(|(first, _)| **first & 31 == 5 && **first >> 5 & 3 != 0)?;
        let old = body.get(..HEAD_BYTES).filter(|head| !may_hold_emulation(head))?;
        let (marking, filter, end) = self.places(old)?;
        let mut head = BitWriter::default();
        head.copy(old, 0..marking);
        head.copy(old, marking + 2..filter);
        // The Exp-Golomb number 1, which switches the filter off; ones then fill the last byte.
        head.bits.extend([false, true, false]);
        let mut unit = vec![first & !0x60];
        unit.extend(head.into_bytes());
        let seam = unit.len();
        unit.extend_from_slice(body.get(end.div_ceil(8)..)?);
        (!may_hold_emulation(unit.get(..seam + 3)?)).then_some(unit)
    }

    /// Where in the head of an IDR slice (H.264 7.3.3) the two bits of marking stand, where the numbers of the filter begin, and
    /// where the head ends, in bits.
    fn places(&self, head: &[u8]) -> Option<(usize, usize, usize)> {
        let (sps, pps) = (&self.sps, &self.pps);
        let mut bits = BitReader::new(head);
        bits.ue()?;
        // Slices of type I, whether or not all of the picture are.
        if !matches!(bits.ue()?, 2 | 7) || bits.ue()? != pps.pic_parameter_set_id {
            return None;
        }
        bits.bits(sps.log2_max_frame_num)?;
        bits.ue()?;
        match sps.pic_order_cnt_type {
            0 => {
                bits.bits(sps.log2_max_pic_order_cnt_lsb)?;
                if pps.bottom_field_pic_order_present {
                    bits.se()?;
                }
            }
            1 if !sps.delta_pic_order_always_zero => {
                bits.se()?;
                if pps.bottom_field_pic_order_present {
                    bits.se()?;
                }
            }
            _ => {}
        }
        if pps.redundant_pic_cnt_present_flag {
            bits.ue()?;
        }
        let marking = bits.position();
        bits.bits(2)?;
        bits.se()?;
        let filter = bits.position();
        if bits.ue()? != 1 {
            bits.se()?;
            bits.se()?;
        }
        Some((marking, filter, bits.position()))
    }
}

/// Whether two zeros follow each other, as they do before a byte that only keeps start codes out.
fn may_hold_emulation(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == [0, 0])
}

#[derive(Default)]
struct BitWriter {
    bits: Vec<bool>,
}

impl BitWriter {
    fn copy(&mut self, bytes: &[u8], range: std::ops::Range<usize>) {
        self.bits.extend(range.map(|at| bytes[at / 8] >> (7 - at % 8) & 1 == 1));
    }

    /// The bits, with ones up to a whole byte.
    fn into_bytes(self) -> Vec<u8> {
        let byte = |bits: &[bool]| (0..8).fold(0, |byte, at| byte << 1 | u8::from(bits.get(at) != Some(&false)));
        self.bits.chunks(8).map(byte).collect()
    }
}
