//! Numbers of a figure in a text: what cannot be shown has no number there, and is a gap again
//! when it is read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What holds numbers, some of which may be gaps.
pub(super) trait Gaps: Sized {
    /// The same with nothing in the place of a gap.
    type Told: Serialize + DeserializeOwned;
    fn tell(&self) -> Self::Told;
    fn read(told: Self::Told) -> Self;
}

impl Gaps for f64 {
    type Told = Option<f64>;

    fn tell(&self) -> Self::Told {
        self.is_finite().then_some(*self)
    }

    fn read(told: Self::Told) -> Self {
        told.unwrap_or(Self::NAN)
    }
}

impl Gaps for (f64, f64) {
    type Told = (Option<f64>, Option<f64>);

    fn tell(&self) -> Self::Told {
        (self.0.tell(), self.1.tell())
    }

    fn read(told: Self::Told) -> Self {
        (f64::read(told.0), f64::read(told.1))
    }
}

impl<T: Gaps> Gaps for Vec<T> {
    type Told = Vec<T::Told>;

    fn tell(&self) -> Self::Told {
        self.iter().map(T::tell).collect()
    }

    fn read(told: Self::Told) -> Self {
        told.into_iter().map(T::read).collect()
    }
}

pub(super) fn serialize<T: Gaps, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.tell().serialize(to)
}

pub(super) fn deserialize<'de, T: Gaps, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::Told::deserialize(from).map(T::read)
}
