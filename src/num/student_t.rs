//! Student's t distribution, for means of few draws.

/// The quantile of `p`, in (0, 1), of Student's t distribution with whole `degrees` of freedom, at
/// least 1; NaN outside of that.
///
/// Found by halving where the distribution function, a finite sum, is `p`.
///
/// Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and
/// 26.7.4.
#[must_use]
pub fn student_t_quantile(p: f64, degrees: usize) -> f64 {
    if !(p > 0.0 && p < 1.0) || degrees == 0 {
        return f64::NAN;
    }
    // t = sqrt(degrees) * tan(angle), so that all of t is within a quarter turn.
    let central = (2.0 * p - 1.0).abs();
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            let t = (degrees as f64).sqrt() * libm::tan(middle);
            return if p < 0.5 { -t } else { t };
        }
        if within(middle, degrees) < central { low = middle } else { high = middle }
    }
}

/// The chance that t lies within `sqrt(degrees) * tan(angle)` of 0.
fn within(angle: f64, degrees: usize) -> f64 {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let odd = degrees % 2 == 1;
    // Terms hold even powers of the cosine for even degrees, and odd ones for odd degrees.
    let (mut term, first) = if odd { (cosine, 2) } else { (1.0, 1) };
    let mut sum = 0.0;
    let mut factor = first;
    while factor < degrees {
        sum += term;
        term *= cosine * cosine * factor as f64 / (factor + 1) as f64;
        factor += 2;
    }
    if odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num;

    /// The published table of 0.975 quantiles, and by hand: `tan(pi (p - 1/2))` for 1 degree and
    /// `a sqrt(2 / (1 - a^2))` with `a = 2 p - 1` for 2.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (degrees, t) in [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (9, 2.262),
            (19, 2.093),
            (30, 2.042),
            (60, 2.000),
            (120, 1.980),
        ] {
            let found = student_t_quantile(0.975, degrees);
            assert!((found - t).abs() <= 5.1e-4, "{degrees}: {found} against {t}");
        }
        assert!((student_t_quantile(0.75, 1) - 1.0).abs() < 1e-14);
        let by_hand = 0.8 * (2.0 / (1.0 - 0.64_f64)).sqrt();
        assert!((student_t_quantile(0.9, 2) - by_hand).abs() < 1e-14);
    }

    #[test]
    fn quantiles_are_odd_and_end_as_normal_ones() {
        for degrees in [1, 2, 7, 40] {
            let upper = student_t_quantile(0.9, degrees);
            assert!((student_t_quantile(0.1, degrees) + upper).abs() < 1e-13 * upper);
            assert!(student_t_quantile(0.5, degrees).abs() < 1e-15);
        }
        // The difference from the normal quantile is (z^3 + z) / (4 degrees).
        let normal = num::normal_quantile(0.975);
        assert!((student_t_quantile(0.975, 9_999) - normal - 2.4e-4).abs() < 1e-5);
        assert!(student_t_quantile(0.975, 0).is_nan() && student_t_quantile(1.0, 3).is_nan());
    }
}
