//! Keys of how TAO is issued.

use crate::fields::Fields;
use crate::protocol::issuance::IssuancePolicy;

pub(super) fn issuance(_: &mut Fields<'_>, was: &IssuancePolicy) -> IssuancePolicy { was.clone() }
