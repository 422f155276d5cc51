import { parseNamedTokens, parseTokens } from '../src/domain/accepted-token.ts';

/** The first of several tokens, for our own requests. The others belong to other holders, or are being replaced. */
export const firstToken = (tokens = ''): string | undefined => parseTokens(tokens)[0];

/** The first token of READ_TOKEN, without its name. */
export const firstReadToken = (tokens = ''): string | undefined => parseNamedTokens(tokens)[0]?.token;
