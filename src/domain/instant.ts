/**
 * A UTC instant as RFC 3339 text with `Z` and at most six fraction digits, without trailing zeros in the
 * fraction: `2025-01-10T10:00:00Z`, `2025-01-10T10:00:00.5Z`. Two equal instants are equal texts.
 */
export type Instant = string;
