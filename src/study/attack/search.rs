//! The adversary that looks for the worst attack.
