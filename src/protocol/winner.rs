//! Winner takes all: the greatest part becomes the whole.

/// Gives everything to the greatest of `parts`, evenly where several tie for it to the last bit;
/// nobody wins where none is above 0.
///
/// The research package lets all share evenly even at 0. Here what nobody earned is not
/// incentive, so that validators are not paid as miners in an epoch without votes.
pub fn takes_all(parts: &mut [f64]) {
    let greatest = parts.iter().copied().fold(0.0, f64::max);
    if greatest <= 0.0 {
        return;
    }
    let winners = parts.iter().filter(|part| **part >= greatest).count() as f64;
    for part in parts {
        *part = if *part >= greatest { 1.0 / winners } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::takes_all;

    fn won(mut parts: [f64; 3]) -> [f64; 3] {
        takes_all(&mut parts);
        parts
    }

    #[test]
    fn ties_share_and_nothing_stays_nothing() {
        assert_eq!(won([0.25, 0.5, 0.25]), [0.0, 1.0, 0.0]);
        assert_eq!(won([0.4, 0.2, 0.4]), [0.5, 0.0, 0.5]);
        assert_eq!(won([0.0; 3]), [0.0; 3]);
    }
}
