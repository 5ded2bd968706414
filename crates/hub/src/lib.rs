//! The self-hosted server: talks to providers, routes, owns the truth.
