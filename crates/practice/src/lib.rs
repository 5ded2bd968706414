//! The customers and the provider: simulated people behind simulated provider APIs.
