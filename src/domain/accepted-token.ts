/** A bearer token that gives access to something. */
export interface AcceptedToken {
  token: string;
  /** The name of its holder; null for a token without a name. */
  name: string | null;
}

/** A secret never begins with `=`: the end of a plain base64 token is not a name. */
const NAMED = /^(?<name>[A-Za-z][\w.-]{0,39})=(?<token>[^=\s]\S*)$/;

/** Reads comma-separated tokens. */
export const parseTokens = (text: string): string[] =>
  text
    .split(',')
    .map((token) => token.trim())
    .filter(Boolean);

/** Reads comma-separated tokens, each of which may be named: `app=secret`. */
export const parseNamedTokens = (text: string): AcceptedToken[] =>
  parseTokens(text).map((part) => {
    const { name = null, token = part } = NAMED.exec(part)?.groups ?? {};
    return { token, name };
  });
