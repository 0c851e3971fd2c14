//! Changes good examples into bad ones, from one seed.

/// Longest input, in bytes.
const LONGEST: usize = 64 << 10;

/// Pieces that parsers care about.
const TOKENS: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b":",
    b",",
    b"null",
    b"true",
    b"-1",
    b"1e400",
    b"NaN",
    b"18446744073709551616",
    b"\xff",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"\0",
    b"\r\n",
    b"\n",
    b"=",
    b"../",
    b"..\\",
    b"http://",
    b"https://",
    b"@",
    b"127.0.0.1",
    b"[::1]",
    b"%00",
    b"\x00\x00\x00\x01",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"moov",
    b"mdat",
    b"trak",
    b"uuid",
    b"failed",
    b"completed",
    b"succeeded",
];

/// Draws inputs without end.
pub struct Mutator {
    state: u64,
    seeds: Vec<Vec<u8>>,
    input: Vec<u8>,
}

impl Mutator {
    /// The same `seed` and `name` give the same inputs.
    pub fn new(seed: u64, name: &str, seeds: Vec<Vec<u8>>) -> Self {
        assert!(!seeds.is_empty(), "{name} has no examples");
        let state = name
            .bytes()
            .fold(seed ^ 0x9e37_79b9_7f4a_7c15, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self { state: state | 1, seeds, input: Vec::new() }
    }

    fn draw(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.draw() % limit.max(1) as u64) as usize
    }

    /// The next input.
    pub fn next(&mut self) -> &[u8] {
        let first = self.below(self.seeds.len());
        let mut input = std::mem::take(&mut self.input);
        input.clear();
        input.extend_from_slice(&self.seeds[first]);
        if self.below(8) == 0 {
            let other = self.below(self.seeds.len());
            let (cut, from) = (self.below(input.len() + 1), self.below(self.seeds[other].len() + 1));
            input.truncate(cut);
            input.extend_from_slice(&self.seeds[other][from..]);
        }
        let most = self.below(5);
        for _ in 0..=self.below(1 << most) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        self.input = input;
        &self.input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let place = self.below(input.len() + 1);
        let most = self.below(9);
        let length = self.below(1 << most).min(input.len() - place);
        match self.below(9) {
            0 if place < input.len() => input[place] ^= 1 << self.below(8),
            1 if place < input.len() => input[place] = self.draw() as u8,
            2 => drop(input.drain(place..place + length)),
            3 => {
                let piece = input[place..place + length].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            4 | 5 => {
                let token = TOKENS[self.below(TOKENS.len())];
                let over = self.below(2) * token.len().min(input.len() - place);
                input.splice(place..place + over, token.iter().copied());
            }
            6 => input.truncate(place),
            7 if input.len() >= place + 4 => {
                let number = [0, 1, 7, 8, u32::MAX, u32::MAX / 2, self.draw() as u32][self.below(7)];
                input[place..place + 4].copy_from_slice(&number.to_be_bytes());
            }
            _ => input.insert(place, self.draw() as u8),
        }
    }
}
