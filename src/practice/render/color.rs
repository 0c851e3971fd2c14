//! Colors of the practice films, as they are written down and as the film stores them, and how they blend.

/// A color with 8 bits each of red, green and blue (sRGB).
pub(super) type Rgb = [u8; 3];

/// A color as the film stores it (BT.709, video range), times 64 so that gradients stay smooth.
pub(super) type Yuv = [i32; 3];

/// Converts an sRGB color to BT.709 in video range, as the film stores it.
pub(super) fn yuv(color: Rgb) -> Yuv {
    let [r, g, b] = color.map(f32::from);
    let y = 16.0 + (0.2126 * r + 0.7152 * g + 0.0722 * b) * (219.0 / 255.0);
    let u = 128.0 + (-0.1146 * r - 0.3854 * g + 0.5 * b) * (224.0 / 255.0);
    let v = 128.0 + (0.5 * r - 0.4542 * g - 0.0458 * b) * (224.0 / 255.0);
    [y, u, v].map(|value| (value * 64.0).round() as i32)
}

/// The color `share` (0 to 1) of the way from `a` to `b`.
pub(super) fn mix(a: Yuv, b: Yuv, share: f32) -> Yuv {
    let part = (share.clamp(0.0, 1.0) * 1024.0) as i32;
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * part / 1024)
}

/// Eases a share (0 to 1) in and out: the smoothstep polynomial `3x² - 2x³`, flat at both ends.
pub(super) fn smooth(x: f32) -> f32 {
    x * x * (3.0 - 2.0 * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_and_black_keep_to_video_range() {
        assert_eq!(yuv([255; 3]).map(|value| value / 64), [235, 128, 128]);
        assert_eq!(yuv([0; 3]).map(|value| value / 64), [16, 128, 128]);
    }
}
