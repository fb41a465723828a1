//! Names of methods, registered ones and others.

/// The names in the IANA registry, the reserved `*` included.
pub(crate) fn registered_names() -> Vec<&'static str> {
    let rows = include_str!("../../data/http-methods.csv").lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap()).collect()
}

/// `count` tokens, the same ones every time, of which none is registered.
pub(crate) fn tokens(count: usize) -> impl Iterator<Item = String> {
    const TCHARS: &[u8] = b"!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz";
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    (0..count).map(move |_| {
        let length = 1 + below(30);
        let rest = (0..length).map(|_| char::from(TCHARS[below(TCHARS.len())]));
        std::iter::once('x').chain(rest).collect()
    })
}

/// The octets that HTTP allows in a token (RFC 9110 section 5.6.2).
pub(crate) fn is_tchar(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}
