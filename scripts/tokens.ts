import { parseNamedTokens, parseTokens } from '../src/domain/accepted-token.ts';

/** The first of several tokens, to send; the others are those of other holders, or on their way out. */
export const firstToken = (tokens = ''): string | undefined => parseTokens(tokens)[0];

/** The same of READ_TOKEN, without its name. */
export const firstReadToken = (tokens = ''): string | undefined => parseNamedTokens(tokens)[0]?.token;
