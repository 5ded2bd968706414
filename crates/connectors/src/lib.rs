//! One file or folder per channel: verify, parse and send in the words of the provider.
